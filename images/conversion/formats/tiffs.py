"""TIFF: its layout from its tags, its pixels from libvips, put right where libvips takes them for something else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.colours import icc
from images.conversion.formats import floats, lab, layout, pages, pillow, refusals
from images.conversion.formats.complaints import explain
from images.conversion.formats.directories import Data, Directory, chain, directory_at, opened
from images.conversion.formats.header import Header, Loaded, check_memory, check_size, describe, rounded
from images.conversion.formats.layout import ASSOCIATED, Layout
from images.conversion.formats.retagging import Changes, Retagged, plane
from images.conversion.work import Limits

_PROFILE = 34675
#: In files with more directories a page is read as if it were alone: libvips walks through all of them every time.
MANY = 16
_FULL = {"uchar": 255, "ushort": 65535}
#: What is assumed of a file that does not say what its colours are.
_ASSUMED = {layout.WHITE_IS_ZERO: "grey, 0 is white", layout.BLACK_IS_ZERO: "grey, 0 is black", layout.RGB: "RGB"}


def look(path: Path, page: int, limits: Limits) -> Header:
    with opened(path) as data:
        starts: list[int] = []
        found = pages.places(_sheets(data, starts))
        if page >= len(found):
            raise SourceFault("page_missing", f"There is no page {page + 1} in the file: it has {len(found)}.")
        place = found[page]
        directory = directory_at(data, starts[place])
        here = layout.of(directory)
        check_size(here.width, here.height, limits)
        refusals.check(directory, here)
        reader = "Pillow" if here.only_pillow else "libvips"
        alone = here.needs_other_tags or len(starts) > MANY
        header = Header({}, place, directory.at, alone, here, reader)
        described = _described(path, directory, header, limits)
    described |= {
        "bits": here.bits,
        "sample": here.sample,
        "compression": here.compression_name,
        "orientation": here.orientation,
        "pixels_per_mm": rounded(here.pixels_per_mm),
        "page": page,
        "pages": len(found),
    }
    return replace(header, found=described)


def load(path: Path, header: Header, *, random: bool) -> Loaded:
    here = header.layout
    assert here
    loaded = _sorted(Loaded(_opened(path, header, random=random)), here)
    if here.is_lab and here.sample == "uint":
        loaded = lab.read(loaded, signed=here.photometric == layout.CIELAB)
    if here.sample == "float" and not here.is_lab:
        again = _sorted(Loaded(_opened(path, header, random=False)), here).image
        loaded = floats.lit(loaded, again, inverted=here.photometric == layout.WHITE_IS_ZERO)
    if not here.said:
        assumed = {"colours": _ASSUMED[here.photometric]}
        loaded = replace(loaded, assumed={**loaded.assumed, **assumed})
    image = loaded.image.copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", here.orientation)
    return replace(loaded, image=image)


def _sheets(data: Data, starts: list[int]) -> Iterator[pages.Sheet]:
    """What the directories hold, none of which is kept: only where each begins is noted."""
    for directory in chain(data):
        starts.append(directory.at)
        yield pages.sheet(directory)


# ------------------------------------------------------------------------------------------------------------- opening
def _described(path: Path, directory: Directory, header: Header, limits: Limits) -> dict[str, Any]:
    """What there is to say of the page as it will be loaded; libvips reads its header, which may refuse it."""
    here = header.layout
    assert here
    if here.only_pillow:
        check_memory(8 * here.width * here.height, limits, f"TIFF with {here.compression_name} compression")
        profile = directory.bytes_of(_PROFILE)
        return {
            "format": "tiff",
            "width": here.width,
            "height": here.height,
            "bands": here.samples,
            "colour": here.raw,
            "profile": icc.description(profile) if profile else None,
        }
    try:
        image = _alone(path, directory, here, random=True) if header.alone else _plainly(path, header.directory, True)
    except pyvips.Error as error:
        raise explain(str(error)) from error
    described = describe(image, "tiff")
    return described | ({"colour": "lab"} if here.is_lab else {})


def _opened(path: Path, header: Header, *, random: bool) -> pyvips.Image:
    here = header.layout
    assert here
    if here.only_pillow:
        return pillow.tiff(path, header.directory, here.orientation)
    if not header.alone:
        return _plainly(path, header.directory, random)
    with opened(path) as data:
        return _alone(path, directory_at(data, header.at), here, random=random)


def _alone(path: Path, directory: Directory, here: Layout, *, random: bool) -> pyvips.Image:
    """The page as if there were no other, with what other tags it needs."""
    if here.planar:  # libvips reads no tiles of such, and strips only of three channels or more
        white = here.photometric if here.colours == 1 else layout.BLACK_IS_ZERO
        kinds = [white] + [layout.BLACK_IS_ZERO] * (here.samples - 1)
        first, *others = (_with(path, directory, plane(directory, n, kind), random) for n, kind in enumerate(kinds))
        return first.bandjoin(others).copy(interpretation=here.raw)
    return _with(path, directory, here.other_tags, random)


def _plainly(path: Path, place: int, random: bool) -> pyvips.Image:
    # libtiff's own limit of memory would call a long profile or packet of XMP damage; ours holds for the process.
    return pyvips.Image.tiffload(str(path), page=place, access=_access(random), fail_on="error", unlimited=True)


def _with(path: Path, directory: Directory, changes: Changes, random: bool) -> pyvips.Image:
    source = Retagged(path, directory, changes).source()
    return pyvips.Image.new_from_source(source, "", access=_access(random), fail_on="error", unlimited=True)


def _divided(image: pyvips.Image) -> pyvips.Image:
    """Colours that were multiplied by their transparency, the last channel, as they were before."""
    if image.format not in _FULL:
        return image.unpremultiply(max_alpha=1)
    return image.unpremultiply(max_alpha=_FULL[image.format]).rint().cast(image.format)


def _access(random: bool) -> str:
    return "random" if random else "sequential"


# ------------------------------------------------------------------------------------------------------------ channels
def _sorted(loaded: Loaded, here: Layout) -> Loaded:
    """Colours, then transparency if there is any; nothing else. Not multiplied by it."""
    image, alpha = loaded.image, here.transparency
    colours = image.bands - len(here.extra)  # a palette has become three channels
    if image.bands == colours:
        return loaded
    kept = image.extract_band(0, n=colours)
    if alpha is not None:
        kept = kept.bandjoin(image.extract_band(colours + alpha)).copy(interpretation=image.interpretation)
        if here.extra[alpha] == ASSOCIATED and not here.only_pillow:
            kept = _divided(kept)
    dropped = image.bands - kept.bands
    done = (*loaded.done, f"extra channels dropped ({dropped})") if dropped else loaded.done
    return replace(loaded, image=kept, transparent=alpha is not None, done=done)
