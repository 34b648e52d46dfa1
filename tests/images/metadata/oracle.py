"""What exiftool, an independent reader of everything, says is in a file; and masters to put metadata into."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from tests.media.photograph import picture

#: What describes the file and not what somebody put into it.
FILE_GROUPS = (
    "ExifTool",
    "System",
    "File",
    "Composite",
    "JFIF",
    "PNG",
    "PNG-pHYs",
    "RIFF",
    "SourceFile",
    "IFD1",
    "IFD2",
)


def tags(*paths: Path) -> dict[Path, dict[str, Any]]:
    """Of each file Group:Name → value, numbers as they are stored. One start of exiftool takes as long as ten files.

    ExifTool 12.57 calls the groups of a BigTIFF by other names.
    """
    return {
        path: {
            name.replace("ExifOffset:", "ExifIFD:").replace("GPSInfo:", "GPS:"): value
            for name, value in found.items()
            if name.partition(":")[0] not in FILE_GROUPS
        }
        for path, found in zip(paths, _run("-G1", "-n", "-struct", *map(str, paths)), strict=True)
    }


def complaints(*paths: Path) -> dict[Path, set[str]]:
    """Of each file, what `exiftool -validate` finds wrong."""
    found = _run("-G1:4", "-a", "-validate", "-warning", "-error", *map(str, paths))
    said = [{value for name, value in one.items() if name.endswith((":Warning", ":Error"))} for one in found]
    return dict(zip(paths, said, strict=True))


def _run(*arguments: str) -> list[dict[str, Any]]:
    ran = subprocess.run(["exiftool", "-j", *arguments], capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def write_master(path: Path, *, big: bool = False, width: int = 300, height: int = 200) -> Path:
    """A pyramid of four levels as the converter has libvips write it."""
    image = pyvips.Image.new_from_array(np.asarray(picture(width, height))).copy(xres=5, yres=5)
    options: dict[str, Any] = {"tile": True, "tile_width": 64, "tile_height": 64, "pyramid": True, "Q": 89}
    image.tiffsave(str(path), compression="jpeg", bigtiff=big, keep="icc", **options)
    return path
