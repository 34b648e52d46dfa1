"""Which directories of a TIFF file are its pages. Pure.

Reduced copies, masks and thumbnails are not: by their flag (TIFF 6.0 §8 NewSubfileType, SubfileType), or because each
is half of the one before, which is how pyramids without the flag are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gcis.core.errors import SourceFault
from images.conversion.formats.directories import Directory, chain, opened

_NEW_SUBFILE_TYPE, _SUBFILE_TYPE = 254, 255
_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES = 256, 257, 258, 262, 277
#: Bits of NewSubfileType, and the value of the older SubfileType that means the same as the first.
_REDUCED, _PAGE, _MASK = 1, 2, 4
_OLD_REDUCED = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a directory holds, as far as it tells pages from their smaller copies."""

    width: int
    height: int
    kind: tuple[int, ...]
    flags: int


def directories_of_pages(path: Path) -> tuple[int, ...]:
    """The places in the main chain, from 0, of the directories that are pages. At least one.

    Raises SourceFault for a chain that is broken, endless or empty, Unavailable when the file cannot be read.
    """
    with opened(path) as data:
        return places(sheet(directory) for directory in chain(data))


def places(sheets: Iterator[Sheet]) -> tuple[int, ...]:
    """The places of those that are pages. Where all are said to be copies, the largest is the page."""
    found: list[int] = []
    largest, largest_at, before = 0, 0, None
    at = -1
    for at, here in enumerate(sheets):
        if here.flags & _MASK:
            continue
        if here.width * here.height > largest:
            largest, largest_at = here.width * here.height, at
        if not here.flags & _REDUCED and not (before and _is_half(here, before)):
            found.append(at)
        before = here
    if at < 0:
        raise SourceFault("damaged", "There is no picture in the file. Please send it again.")
    return tuple(found) or (largest_at,)


def sheet(directory: Directory) -> Sheet:
    flags = directory.number(_NEW_SUBFILE_TYPE, 0)
    if _NEW_SUBFILE_TYPE not in directory and directory.number(_SUBFILE_TYPE, 0) == _OLD_REDUCED:
        flags = _REDUCED
    kind = (
        directory.number(_SAMPLES, 1),
        directory.number(_BITS, 1),
        directory.number(_PHOTOMETRIC, -1),
    )
    return Sheet(directory.number(_WIDTH, 0), directory.number(_HEIGHT, 0), kind, flags)


def _is_half(here: Sheet, before: Sheet) -> bool:
    """Whether this is the next level of a pyramid: half in both directions, rounded either way, and of the same kind.

    A directory that is flagged as a page is one, whatever its size.
    """
    if here.flags & _PAGE or here.kind != before.kind:
        return False
    smaller = here.width < before.width or here.height < before.height
    return smaller and _halves(here.width, before.width) and _halves(here.height, before.height)


def _halves(side: int, before: int) -> bool:
    return side in (max(1, before // 2), (before + 1) // 2)
