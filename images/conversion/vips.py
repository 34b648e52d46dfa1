"""The conversion itself, as a list of named stages over a frozen context. Only here does conversion use libvips."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion import icc, probe
from images.conversion.complaints import explain
from images.conversion.recipe import FULL_CHROMA_QUALITY
from images.conversion.work import Result, Work

pyvips.cache_set_max(0)

#: Side of the small pictures by which a master is compared with its source, and how far they may differ on average.
SAMPLE = 64
SAMPLE_DIFFERENCE = 12.0
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
    context, seconds = Context(work, tell), {}
    for stage in STAGES:
        began = time.perf_counter()
        try:
            context = stage(context)
        except pyvips.Error as error:
            raise explain(str(error)) from error
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
    header = pyvips.Image.new_from_file(str(work.source), fail_on="error")
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
        "profile": icc.description(_profile(header)) if _profile(header) else None,
        "pixels_per_mm": [round(header.xres, 4), round(header.yres, 4)],
    }
    image = pyvips.Image.new_from_file(str(work.source), access=access, fail_on="error")
    return replace(context, image=image, found=found)


def orient(context: Context) -> Context:
    """Turn the picture upright, as its Orientation says."""
    orientation = context.found["orientation"]
    return context if orientation == 1 else context.with_image(context.picture.autorot(), f"turned ({orientation})")


def flatten(context: Context) -> Context:
    """Lay transparency on the recipe's background, while white is still white in the source's own space."""
    image = context.picture
    if not image.hasalpha():
        return context
    full = 255 if image.format == "uchar" else 65535 if image.format == "ushort" else 1.0
    level = 0 if image.interpretation == "cmyk" else context.work.recipe.background / 255 * full
    return context.with_image(image.flatten(background=[level], max_alpha=full), "transparency laid on the background")


def colour(context: Context) -> Context:
    """To sRGB with 8 bits, or to one grey channel: by the embedded profile, else by what is assumed and said."""
    image, channels = context.picture, _channels(context.picture)
    if image.bands > channels:
        image = image.extract_band(0, n=channels)
        context = context.with_image(image, "extra channels dropped")
    profile = _profile(image)
    if profile and not icc.describes(profile, channels):
        image = image.copy()
        image.remove("icc-profile-data")
        context = context.with_image(image, "unusable profile ignored")
        profile = b""
    if channels == 1:
        return _grey(context, profile)
    return _cmyk(context, profile) if channels == 4 else _rgb(context, profile)


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


# --------------------------------------------------------------------------------------------------------------- colour
def _rgb(context: Context, profile: bytes) -> Context:
    image = context.picture
    if profile and not icc.description(profile).startswith("sRGB"):
        try:
            return context.with_image(_transform(image, "srgb"), "converted to sRGB by its profile")
        except pyvips.Error:
            context = replace(context, assumed={**context.assumed, "profile": "sRGB (its own cannot be used)"})
            image = image.copy()
            image.remove("icc-profile-data")
    elif not profile and image.interpretation in ("srgb", "rgb", "rgb16", "multiband"):
        context = replace(context, assumed={**context.assumed, "profile": "sRGB"})
    if image.interpretation == "multiband":
        image = image.copy(interpretation="rgb16" if image.format == "ushort" else "srgb")
    done = "" if image.interpretation in ("srgb", "rgb") else f"converted to sRGB from {image.interpretation}"
    return context.with_image(_tagged(image.colourspace("srgb").cast("uchar"), _srgb_profile()), done)


def _cmyk(context: Context, profile: bytes) -> Context:
    if profile:
        try:
            return context.with_image(_transform(context.picture, "srgb"), "converted to sRGB by its profile")
        except pyvips.Error:
            pass  # the assumption below is the way on, and is said
    name = context.work.recipe.cmyk
    image = context.picture.copy()
    image.remove("icc-profile-data")
    made = image.icc_transform(
        "srgb", input_profile=name, embedded=False, intent="relative", black_point_compensation=True, depth=8
    )
    assumed = {**context.assumed, "profile": f"CMYK ({name})"}
    return replace(context, assumed=assumed).with_image(made, "converted to sRGB from CMYK")


def _grey(context: Context, profile: bytes) -> Context:
    """One channel stays one channel, with a tone curve that says how dark its grey is."""
    image = context.picture
    grey = icc.grey_profile()
    if profile:
        path = context.work.target.with_suffix(".icc")
        path.write_bytes(grey)
        try:
            return context.with_image(_transform(image, str(path)), "grey by its profile")
        except pyvips.Error:
            context = replace(context, assumed={**context.assumed, "profile": "sGray (its own cannot be used)"})
    else:
        context = replace(context, assumed={**context.assumed, "profile": "sGray"})
    if image.interpretation not in ("b-w", "grey16"):
        image = image.copy(interpretation="grey16" if image.format == "ushort" else "b-w")
    done = "16 bits reduced to 8" if image.format == "ushort" else ""
    return context.with_image(_tagged(image.colourspace("b-w").cast("uchar"), grey), done)


def _transform(image: pyvips.Image, to: str) -> pyvips.Image:
    """By the embedded profile, relative colorimetric with black point compensation (DESIGN §12)."""
    return image.icc_transform(to, embedded=True, intent="relative", black_point_compensation=True, depth=8)


def _tagged(image: pyvips.Image, profile: bytes) -> pyvips.Image:
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def _srgb_profile() -> bytes:
    return bytes(pyvips.Operation.call("profile_load", "srgb"))


def _profile(image: pyvips.Image) -> bytes:
    return bytes(image.get("icc-profile-data")) if image.get_typeof("icc-profile-data") else b""


def _channels(image: pyvips.Image) -> int:
    """How many of the bands are colour."""
    if image.interpretation == "cmyk":
        return 4
    return 1 if image.bands < 3 else 3


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
    page = max((n for n, level in enumerate(levels) if max(level[:2]) >= SAMPLE), default=0)
    made = _sample(pyvips.Image.new_from_file(str(context.work.target), page=page))
    source = replace(context, image=_small_source(context), done=(), assumed={})
    for stage in (orient, flatten, colour):
        source = stage(source)
    difference = (_sample(source.picture).cast("float") - made).abs().avg()
    if difference > SAMPLE_DIFFERENCE:
        raise RuntimeError(f"the master differs from its source by {difference:.1f} levels on average")


def _small_source(context: Context) -> pyvips.Image:
    """The source at a size that is cheap to have: JPEG shrinks while it is decoded."""
    path, found = str(context.work.source), context.found
    if found["format"] == "jpeg":
        shrink = next((n for n in (8, 4, 2) if min(found["width"], found["height"]) // n >= SAMPLE), 1)
        return pyvips.Image.new_from_file(path, shrink=shrink).copy_memory()
    image = pyvips.Image.new_from_file(path, access="sequential")
    factor = max(1, min(image.width, image.height) // (2 * SAMPLE))
    return image.shrink(factor, factor).cast(image.format).copy_memory()


def _sample(image: pyvips.Image) -> pyvips.Image:
    return image.thumbnail_image(SAMPLE, height=SAMPLE, size="force")
