"""The conversion itself, as a list of named stages over a frozen context. Only here does conversion use libvips."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion import colour as colours
from images.conversion import icc, probe
from images.conversion.complaints import explain, is_harmless
from images.conversion.recipe import FULL_CHROMA_QUALITY
from images.conversion.work import Result, Work

pyvips.cache_set_max(0)

#: Side of the small pictures by which a master is compared with its source, and least edge of what they are made from.
SAMPLE = 64
SAMPLED = 256
#: How far the small pictures may differ on average and anywhere, in levels, and how alike their shapes must be.
MEAN_DIFFERENCE = 8.0
MOST_DIFFERENCE = 80.0
LEAST_CORRELATION = 0.9
#: Standard deviation, in levels, up to which a small picture has no shape to compare.
FLAT = 12.0
#: The values of TIFF's ExtraSamples that mean transparency.
TRANSPARENCY = (1, 2)
#: How much of the whole the writing is.
WRITING = 0.6
#: Pixels from which the master is written as BigTIFF: its bytes might pass 4 GB.
BIG = 1_500_000_000

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a conversion stands. Every stage returns the next one."""

    work: Work
    tell: Tell
    #: Whether warnings of the JPEG decoder are errors: damage inside a picture is only a warning to it.
    strict: bool = True
    image: pyvips.Image | None = None
    found: dict[str, Any] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    levels: tuple[tuple[int, int, int, int], ...] = ()

    @property
    def picture(self) -> pyvips.Image:
        assert self.image is not None
        return self.image

    def with_image(self, image: pyvips.Image, done: str = "") -> "Context":
        return replace(self, image=image, done=(*self.done, done) if done else self.done)


def convert(work: Work, tell: Tell) -> Result:
    """Make the access master of `work.source` in `work.target`. Raises SourceFault or Unavailable."""
    try:
        return _convert(Context(work, tell))
    except pyvips.Error as harmless:  # libvips stops at the first warning, and a worse one may be hidden behind it
        odd = {"header": f"harmless: {str(harmless).splitlines()[-1].strip()}"}
        return _convert(Context(work, tell, strict=False, assumed=odd))


def _convert(context: Context) -> Result:
    """One run through the stages. Lets a pyvips.Error pass only where `strict` made an error of a harmless warning."""
    work, seconds = context.work, {}
    for stage in STAGES:
        began = time.perf_counter()
        try:
            context = stage(context)
        except pyvips.Error as error:
            if context.strict and is_harmless(str(error)):
                raise
            told = explain(str(error))
            if stage is verify and isinstance(told, SourceFault):
                raise RuntimeError(f"the master could not be verified: {error}") from error  # its source was read
            raise told from error
        seconds[stage.__name__.removesuffix("_")] = round(time.perf_counter() - began, 4)
    digest = hashlib.sha256()
    with work.target.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    width, height, *_ = context.levels[0]
    return Result(
        width=width,
        height=height,
        levels=context.levels,
        digest=digest.hexdigest(),
        size=work.target.stat().st_size,
        found=context.found,
        assumed=context.assumed,
        done=context.done,
        tools={"libvips": ".".join(str(pyvips.version(part)) for part in range(3)), "pyvips": pyvips.__version__},
        seconds=seconds,
    )


# --------------------------------------------------------------------------------------------------------------- stages
def open_(context: Context) -> Context:
    """Look at the header, then open for one pass; a picture that has to be turned needs random access."""
    work = context.work
    kind = probe.kind_of_file(work.source)
    fail_on = "warning" if kind == "jpeg" and context.strict else "error"
    header = pyvips.Image.new_from_file(str(work.source), fail_on=fail_on)
    if header.width * header.height > work.limits.pixels:
        megapixels = header.width * header.height / 1e6
        limit = work.limits.pixels / 1e6
        sentence = f"The picture has {megapixels:.0f} megapixels; at most {limit:.0f} can be converted."
        raise SourceFault("too_large", sentence)
    orientation = header.get("orientation") if header.get_typeof("orientation") else 1
    access = "random" if orientation > 1 else "sequential"
    found = {
        "format": kind,
        "width": header.width,
        "height": header.height,
        "bands": header.bands,
        "bits": _bits(header),
        "colour": header.interpretation,
        "orientation": orientation,
        "profile": icc.description(colours.profile(header)) if colours.profile(header) else None,
        "pixels_per_mm": [round(header.xres, 4), round(header.yres, 4)],
    }
    image = pyvips.Image.new_from_file(str(work.source), access=access, fail_on=fail_on)
    return replace(context, image=image, found=found)


def orient(context: Context) -> Context:
    """Turn the picture upright, as its Orientation says."""
    orientation = context.found["orientation"]
    return context if orientation == 1 else context.with_image(context.picture.autorot(), f"turned ({orientation})")


def flatten(context: Context) -> Context:
    """Drop channels that are neither colour nor transparency; lay transparency on the recipe's background.

    Done in the source's own space, in which white is still white.
    """
    image = context.picture
    colour_channels = colours.channels(image)
    if image.bands == colour_channels:
        return context
    transparent = _is_transparency(context)
    kept = colour_channels + transparent
    if kept < image.bands:
        context = context.with_image(image.extract_band(0, n=kept), f"extra channels dropped ({image.bands - kept})")
    if not transparent:
        return context
    if image.interpretation in (*colours.LAB, "scrgb"):
        sentence = f"Transparency in {image.interpretation} colours cannot be read. Please save the picture as RGB."
        raise SourceFault("layout_not_supported", sentence)
    full = 65535 if image.format == "ushort" else 255
    level = 0 if image.interpretation == "cmyk" else context.work.recipe.background / 255 * full
    flat = context.picture.flatten(background=[level], max_alpha=full)
    return context.with_image(flat, "transparency laid on the background")


def colour(context: Context) -> Context:
    """To sRGB with 8 bits, or to one grey channel: by the embedded profile, else by what is assumed and said."""
    made = colours.to_access(context.picture, context.work.recipe.cmyk)
    return replace(
        context, image=made.image, assumed={**context.assumed, **made.assumed}, done=(*context.done, *made.done)
    )


def write(context: Context) -> Context:
    """The pyramid, largest level first, each level in the chain of main directories."""
    recipe, image = context.work.recipe, context.picture
    _show_progress(image, context.tell)
    # libvips fills the rest of a tile with black, and JPEG lets that bleed in: most of a tiny picture would be lost.
    tiny = max(image.width, image.height) <= recipe.tile
    image.tiffsave(
        str(context.work.target),
        tile=True,
        tile_width=recipe.tile,
        tile_height=recipe.tile,
        pyramid=True,
        compression="deflate" if tiny else "jpeg",
        Q=recipe.quality,
        bigtiff=image.width * image.height > BIG,
        keep="icc",
    )
    chroma = "RGB 4:4:4" if recipe.quality >= FULL_CHROMA_QUALITY and image.bands == 3 else "4:2:0"
    written = "one tile, without loss" if tiny else f"pyramid, JPEG {recipe.quality} {chroma}"
    return replace(context, done=(*context.done, written))


def verify(context: Context) -> Context:
    """Every level has its size and decodes, and the whole looks like the source."""
    context.tell(WRITING, "verify")
    target, tile = str(context.work.target), context.work.recipe.tile
    first = pyvips.Image.new_from_file(target)
    width, height = context.picture.width, context.picture.height
    levels = []
    for page in range(first.get("n-pages")):
        level = pyvips.Image.new_from_file(target, page=page, access="sequential", fail_on="error")
        if (level.width, level.height) != (max(1, width >> page), max(1, height >> page)):
            raise RuntimeError(f"level {page} is {level.width}x{level.height} of {width}x{height}")
        level.avg()
        levels.append((level.width, level.height, tile, tile))
    _compare(context, levels)
    return replace(context, levels=tuple(levels))


STAGES: tuple[Callable[[Context], Context], ...] = (open_, orient, flatten, colour, write, verify)


# -------------------------------------------------------------------------------------------------------------- details
def _is_transparency(context: Context) -> bool:
    """Whether the first channel beyond colour is transparency. In TIFF it may be a saved selection (TIFF 6.0 p. 31)."""
    if context.found["format"] != "tiff":
        return True
    meanings = probe.extra_samples(context.work.source)
    return bool(meanings) and meanings[0] in TRANSPARENCY


def _bits(image: pyvips.Image) -> int:
    if image.get_typeof("bits-per-sample"):
        return int(image.get("bits-per-sample"))
    return {"uchar": 8, "char": 8, "ushort": 16, "short": 16, "double": 64}.get(image.format, 32)


# --------------------------------------------------------------------------------------------------------- verification
def _show_progress(image: pyvips.Image, tell: Tell) -> None:
    """Tell how far the writing of this image is, at most four times a second."""
    last = 0.0

    def on_eval(_: pyvips.Image, progress: Any) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 0.25:
            last = now
            tell(progress.percent / 100 * WRITING, "write")

    image.set_progress(True)
    image.signal_connect("eval", on_eval)


def _compare(context: Context, levels: list[tuple[int, int, int, int]]) -> None:
    """A small picture of the master and one of the source, made again from its file, must be alike.

    Raises RuntimeError: a master that does not look like its source is our fault.
    """
    page = max((n for n, level in enumerate(levels) if min(level[:2]) >= SAMPLED), default=0)
    made = _sample(pyvips.Image.new_from_file(str(context.work.target), page=page))
    source = _sample(_small_source(context, 1 << page).crop(0, 0, *levels[page][:2]))
    difference = (source - made).abs()
    if difference.avg() > MEAN_DIFFERENCE or difference.max() > MOST_DIFFERENCE:
        words = f"{difference.avg():.1f} levels on average, {difference.max():.0f} at most"
        raise RuntimeError(f"the master differs from its source by {words}")
    if (alike := _correlation(source, made)) < LEAST_CORRELATION:
        raise RuntimeError(f"the master differs from its source in shape: correlation {alike:.3f}")


def _correlation(one: pyvips.Image, other: pyvips.Image) -> float:
    """1 for the same shape, whatever its brightness and contrast, or for none; far less where one is shifted."""
    one, other = one - one.avg(), other - other.avg()
    power = (one * one).avg(), (other * other).avg()
    return float((one * other).avg() / (power[0] * power[1]) ** 0.5) if min(power) > FLAT**2 else 1.0


def _small_source(context: Context, factor: int) -> pyvips.Image:
    """The source after the stages before writing, so many times smaller: JPEG shrinks while it is decoded.

    Where the mean of colours is not the colour of their mean (transparency, inks, L*a*b*) it shrinks after them.
    """
    path = str(context.work.source)
    loaded = min(factor, 8) if context.found["format"] == "jpeg" else 1
    options = {"shrink": loaded} if loaded > 1 else {}
    image = pyvips.Image.new_from_file(path, access="sequential", **options)

    def shrink(context: Context) -> Context:
        rest = factor // loaded
        return context.with_image(context.picture.shrink(rest, rest).cast(context.picture.format).copy_memory())

    straight = image.bands == colours.channels(image) and image.interpretation not in ("cmyk", *colours.LAB)
    stages = (shrink, flatten, colour, orient) if straight else (flatten, colour, shrink, orient)
    small = replace(context, image=image, done=(), assumed={})
    for stage in stages:
        small = stage(small)
    return small.picture


def _sample(image: pyvips.Image) -> pyvips.Image:
    """At most SAMPLE cells each way, every one the mean of enough pixels that what JPEG does to one does not count."""
    width, height = (min(SAMPLE, max(1, side // 8)) for side in (image.width, image.height))
    return image.thumbnail_image(width, height=height, size="force").cast("float")
