"""What file names tell: hidden or not, picture or not, before or after."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

TABLE = "metadata.csv"

#: Formats that are converted, and such that conversion refuses with a reason (better than a silent gap).
PICTURES = frozenset(
    [
        *("jpg", "jpeg", "jpe", "tif", "tiff", "png", "webp"),
        *("gif", "bmp", "heic", "heif", "avif", "jxl", "jp2", "jpx", "jpf", "j2k", "psd", "psb", "svg", "exr", "tga"),
        *("raw", "dng", "cr2", "cr3", "nef", "arw", "orf", "raf", "rw2", "pef", "srw", "iiq", "3fr"),
    ]
)
#: What operating systems, network drives and archives leave in folders.
_SYSTEM = frozenset(
    [
        *("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "#recycle", "$recycle.bin"),
        *("system volume information", "lost+found"),
    ]
)
#: Files that another program has not finished.
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", "~")


def is_hidden(name: str) -> bool:
    """Whether nobody wants to hear about it: hidden, the system's, or unfinished."""
    folded = name.casefold()
    return name.startswith((".", "~$")) or folded in _SYSTEM or folded.endswith(_UNFINISHED)


def is_picture(name: str) -> bool:
    return PurePosixPath(name).suffix[1:].casefold() in PICTURES


def natural(text: str) -> tuple[Any, ...]:
    """A sort key in which 2 comes before 10, and case and accents do not matter.

    Text and runs of digits alternate, so that like is compared with like; digits as (length, digits), because
    numbers may be longer than int() reads.
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    parts = re.split(r"([0-9]+)", "".join(c for c in letters if not unicodedata.combining(c)))
    return tuple(_number(part) if odd % 2 else part for odd, part in enumerate(parts))


def _number(digits: str) -> tuple[int, str]:
    significant = digits.lstrip("0")
    return len(significant), significant


def place(name: str, order: str, *, folder: bool) -> tuple[Any, ...]:
    """Where a name stands among its siblings: those with an order first, then by name; never equal for two names."""
    path = PurePosixPath(name)
    stem, suffix = (name, "") if folder else (path.stem, path.suffix)
    return ((0, natural(order)) if order else (1, ()), natural(stem), natural(suffix), name)
