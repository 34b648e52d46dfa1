"""The stage that writes the pyramid: taken from the source where that is one already, else coded tile by tile."""

import errno
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pyvips

from images.conversion import coded, taking
from images.conversion.colours import colour as colours
from images.conversion.context import Context, Tell
from images.conversion.formats.complaints import explain
from images.conversion.recipes.recipe import FULL_CHROMA_QUALITY
from images.conversion.strips import strips
from images.conversion.verification import WRITING, levels_agree

#: What a full disk, a quota or the limit of a file's size says.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: Pixels from which the master is written as BigTIFF: its bytes might pass 4 GB.
BIG = 1_500_000_000


def write(context: Context) -> Context:
    """The pyramid, largest level first, each level in the chain of main directories."""
    return _take(context) or _make(context)


def _take(context: Context) -> Context | None:
    """The source's own tiles, where nothing had to be done to it and it is such a pyramid already; else None."""
    source, target = context.work.source, context.work.target
    if context.done or context.head.found["format"] != "tiff" or not taking.conforms(source, context.work.recipe):
        return None
    taking.take(source, target, colours.profile(context.picture))
    if not levels_agree(target):
        target.unlink()
        return None
    return replace(context, taken=True, done=("taken as it is: it is such a pyramid already",))


def _make(context: Context) -> Context:
    recipe, image = context.work.recipe, context.picture
    # Without loss there is nothing to be had from JPEG, whose blocks are most of a tiny picture.
    tiny = max(image.width, image.height) <= recipe.tile
    marked = not tiny and _codec(context) == "jpeg" and recipe.restart != 0
    if marked:
        _code(context)
    else:
        _save(context, "deflate" if tiny else _codec(context))
    return replace(context, done=(*context.done, _said(context, tiny) + (", restart markers" if marked else "")))


def _code(context: Context) -> None:
    """By ourselves, with the restart markers by which the engine joins tiles."""
    recipe, image = context.work.recipe, context.picture
    with closing(strips(image, recipe.tile)) as made:
        told = _telling(made, -(-image.height // recipe.tile), context.tell)
        size = (image.width, image.height)
        try:
            coded.write(context.work.target, told, size, image.bands, recipe, colours.profile(image))
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise explain(f"write error: {error}") from error


def _telling(made: Iterator[bytearray], count: int, tell: Tell) -> Iterator[bytearray]:
    """The same strips; tells how far it is, at most four times a second."""
    last = 0.0
    for n, strip in enumerate(made):
        now = time.monotonic()
        if now - last > 0.25:
            last = now
            tell(n / count * WRITING, "write")
        yield strip


def _save(context: Context, codec: str) -> None:
    """By libvips, which fills the rest of a tile with black: where nothing is lost that does not bleed in."""
    recipe, image = context.work.recipe, context.picture
    _show_progress(image, context.tell)
    image.tiffsave(
        str(context.work.target),
        tile=True,
        tile_width=recipe.tile,
        tile_height=recipe.tile,
        pyramid=True,
        compression=codec,
        predictor="horizontal",
        Q=recipe.quality,
        bigtiff=image.width * image.height > BIG,
        keep="icc",
    )


def _codec(context: Context) -> str:
    """The recipe's; WebP has three channels only, so grey is written as JPEG."""
    asked = context.work.recipe.codec
    return "jpeg" if asked == "webp" and context.picture.bands == 1 else asked


def _said(context: Context, tiny: bool) -> str:
    recipe, codec = context.work.recipe, _codec(context)
    if tiny:
        return "one tile, without loss"
    if codec == "deflate":
        return "pyramid, without loss"
    if codec == "webp":
        return f"pyramid, WebP {recipe.quality}"
    full = recipe.quality >= FULL_CHROMA_QUALITY and context.picture.bands == 3
    return f"pyramid, JPEG {recipe.quality} {'RGB 4:4:4' if full else '4:2:0'}"


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
