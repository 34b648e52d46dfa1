"""The stage that looks at the master with other eyes: it decodes everywhere, and it shows what the source shows."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pyvips

from images.conversion.colours import colour as colours
from images.conversion.context import Context, Levels
from images.conversion.formats import reading
from images.conversion.stages import colour, flatten, orient
from images.engine.pyramid import Level, Pyramid, open_pyramid
from images.engine.splice import can_splice, splice

#: How much of the whole the writing is; the verification is the rest.
WRITING = 0.6
#: Side of the small pictures by which a master is compared with its source, and least edge of what they are made from.
SAMPLE = 64
SAMPLED = 256
#: The least edge of a cell, in pixels.
FEWEST = 8
#: How far the small pictures may differ on average and anywhere, in levels, and how alike their shapes must be.
MEAN_DIFFERENCE = 8.0
MOST_DIFFERENCE = 80.0
LEAST_CORRELATION = 0.9
#: Standard deviation, in levels, up to which a small picture has no shape to compare.
FLAT = 12.0


def verify(context: Context) -> Context:
    """Every level has its size and decodes, the whole looks like the source, and the engine can serve it.

    Raises RuntimeError: a master that is not like its source is our fault.
    """
    context.tell(WRITING, "verify")
    pyramid = open_pyramid(context.work.target)
    levels = _decode(context, pyramid)
    _compare(context, levels)
    _serve_one_tile(pyramid)
    return replace(context, levels=levels)


def levels_agree(path: Path) -> bool:
    """Whether every level of this pyramid shows what the one before it shows, as far as that can be told."""
    levels = [pyvips.Image.new_from_file(str(path), page=level.page) for level in open_pyramid(path).levels]
    telling = [level for level in levels if min(level.width, level.height) >= SAMPLED]
    pairs = pairwise(telling if len(telling) > 1 else levels[:2])
    return not any(_unlike(larger.shrink(2, 2), smaller) for larger, smaller in pairs)


def _decode(context: Context, pyramid: Pyramid) -> Levels:
    """Decode all of every level. Returns what the levels are."""
    width, height = context.picture.width, context.picture.height
    for page, level in enumerate(pyramid.levels):
        image = pyvips.Image.new_from_file(str(context.work.target), page=page, fail_on="error")
        halved = (max(1, width >> page), max(1, height >> page))
        if (image.width, image.height) != ((level.width, level.height) if context.taken else halved):
            raise RuntimeError(f"level {page} is {image.width}x{image.height} of {width}x{height}")
        decode_tiles(image, level)
    return tuple((level.width, level.height, level.tile_width, level.tile_height) for level in pyramid.levels)


def decode_tiles(image: pyvips.Image, level: Level) -> None:
    """Have every tile decoded, by asking each for one pixel: to look at all pixels would cost as much again."""
    across, down = level.columns * level.tile_width, level.rows * level.tile_height
    whole = image.embed(0, 0, across, down)
    whole.subsample(level.tile_width, level.tile_height, point=True).avg()


def _serve_one_tile(pyramid: Pyramid) -> None:
    """The first tile as visitors get it: where tiles can be served as they are, it is a picture by itself."""
    first = pyramid.levels[0]
    if can_splice(pyramid, first):
        tile = pyvips.Image.new_from_buffer(splice(pyramid, first, 0, 0), "", fail_on="error")
        if (tile.width, tile.height, tile.bands) != (first.tile_width, first.tile_height, first.samples):
            raise RuntimeError(f"the first tile is {tile.width}x{tile.height} with {tile.bands} channels")
        tile.avg()


def _compare(context: Context, levels: Levels) -> None:
    """A small picture of the master and one of the source, made again from its file, must be alike."""
    page = max((n for n, level in enumerate(levels) if min(level[:2]) >= SAMPLED), default=0)
    made = pyvips.Image.new_from_file(str(context.work.target), page=page)
    source = _small_source(context, 1 << page)
    if words := _unlike(source, made):
        raise RuntimeError(f"the master differs from its source {words}")


def _unlike(one: pyvips.Image, other: pyvips.Image) -> str:
    """In which way two pictures of about one size differ too much; empty where they are alike."""
    # Halves of odd sizes are rounded down or up.
    both = min(one.width, other.width), min(one.height, other.height)
    one, other = (_sample(image.crop(0, 0, *both)) for image in (one, other))
    difference = (one - other).abs()
    if difference.avg() > MEAN_DIFFERENCE or difference.max() > MOST_DIFFERENCE:
        return f"by {difference.avg():.1f} levels on average, {difference.max():.0f} at most"
    alike = _correlation(one, other)
    return f"in shape: correlation {alike:.3f}" if alike < LEAST_CORRELATION else ""


def _correlation(one: pyvips.Image, other: pyvips.Image) -> float:
    """1 for the same shape, whatever its brightness and contrast, or for none; far less where one is shifted."""
    one, other = one - one.avg(), other - other.avg()
    power = (one * one).avg(), (other * other).avg()
    return float((one * other).avg() / (power[0] * power[1]) ** 0.5) if min(power) > FLAT**2 else 1.0


def _small_source(context: Context, factor: int) -> pyvips.Image:
    """The source after the stages before writing, so many times smaller: JPEG shrinks while it is decoded.

    What a decoder holds whole is not decoded again. Where the mean of colours is not the colour of their mean
    (transparency, inks, L*a*b*) it shrinks after them.
    """
    shrunk = min(factor, 8) if context.head.found["format"] == "jpeg" else 1
    image = context.kept or reading.load(context.work.source, context.head, strict=False, shrink=shrunk).image

    def shrink(context: Context) -> Context:
        rest = factor // shrunk
        return context.with_image(context.picture.shrink(rest, rest).cast(context.picture.format).copy_memory())

    straight = image.bands == colours.channels(image) and image.interpretation not in ("cmyk", *colours.LAB)
    stages = (shrink, flatten, colour, orient) if straight else (flatten, colour, shrink, orient)
    small = replace(context, image=image, done=(), assumed={})
    for stage in stages:
        small = stage(small)
    return small.picture


def _sample(image: pyvips.Image) -> pyvips.Image:
    """About SAMPLE cells each way, every one the mean of enough pixels that what JPEG does to one does not count."""
    across, down = (min(side, max(FEWEST, -(-side // SAMPLE))) for side in (image.width, image.height))
    # Kept, since every figure about it would draw it again.
    return image.shrink(across, down).cast("float").copy_memory()
