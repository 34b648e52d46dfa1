"""Pictures for `./run demo` without a folder: made here from noise and colour, so that nothing has to be shipped.

Run as `python -m images.sampler FOLDER`; the folder appears when it is complete.
"""

import csv
import shutil
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyvips

WIDTH, HEIGHT = 3600, 2400
#: Colour ramps from dark to light: (position 0-255, red, green, blue).
SEA = ((0, 8, 24, 58), (110, 22, 96, 130), (170, 120, 190, 190), (255, 250, 246, 230))
EMBER = ((0, 24, 12, 20), (90, 120, 24, 36), (180, 232, 128, 44), (255, 255, 244, 214))
MOSS = ((0, 14, 28, 18), (110, 64, 98, 44), (190, 178, 188, 104), (255, 248, 248, 232))
STONE = ((0, 30, 30, 34), (120, 112, 106, 104), (255, 244, 240, 234))
Ramp = tuple[tuple[int, int, int, int], ...]


def coloured(grey: pyvips.Image, ramp: Ramp) -> pyvips.Image:
    """The grey picture through a colour ramp."""
    table = bytearray()
    for (start, *low), (end, *high) in pairwise(ramp):
        for level in range(start, end + (end == 255)):
            part = (level - start) / (end - start)
            table += bytes(round(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    lut = pyvips.Image.new_from_memory(bytes(table), 256, 1, 3, "uchar")
    return grey.scaleimage().maplut(lut).copy(interpretation="srgb")


def clouds(seed: int, sizes: tuple[int, ...]) -> pyvips.Image:
    """Perlin noise in several sizes, the coarse ones strongest."""
    layers = [pyvips.Image.perlin(WIDTH, HEIGHT, cell_size=size, seed=seed + size) * size for size in sizes]
    return pyvips.Image.sum(layers)


def cells(seed: int, size: int) -> pyvips.Image:
    return pyvips.Image.worley(WIDTH, HEIGHT, cell_size=size, seed=seed)


#: Folder and name -> how it is drawn.
PICTURES: dict[str, Callable[[], pyvips.Image]] = {
    "Atlas of Imaginary Coasts/plate 1.jpg": lambda: coloured(clouds(1, (600, 240, 90, 30)), SEA),
    "Atlas of Imaginary Coasts/plate 2.jpg": lambda: coloured(clouds(2, (900, 300, 60, 20)), SEA),
    "Atlas of Imaginary Coasts/plate 10.jpg": lambda: coloured(clouds(3, (400, 200, 100, 25)), SEA),
    "Studies/Cells/ember.jpg": lambda: coloured(cells(4, 260), EMBER),
    "Studies/Cells/moss.tif": lambda: coloured(cells(5, 120), MOSS),
    "Studies/Stone.png": lambda: coloured(clouds(6, (300, 40, 12)), STONE),
    "Zone plate.png": lambda: pyvips.Image.zone(1600, 1600, uchar=True),
}

TABLES: dict[str, list[dict[str, str]]] = {
    "metadata.csv": [
        {
            "file": "Zone plate.png",
            "label": "Zone plate",
            "summary": "Rings that grow finer towards the edge: a test of every scaling step.",
            "rights": "https://creativecommons.org/publicdomain/zero/1.0/",
        },
    ],
    "Atlas of Imaginary Coasts/metadata.csv": [
        {"file": ".", "label@en": "Atlas of Imaginary Coasts", "label@de": "Atlas erdachter Küsten", "Maker": "GCIS"},
        {"file": "plate 1.jpg", "label": "Plate I: The northern isles"},
        {"file": "plate 2.jpg", "label": "Plate II: The long strait"},
        {"file": "plate 10.jpg", "label": "Plate X: Shoals"},
    ],
}


def make(folder: Path) -> None:
    """Draw everything beside the folder and move it there at the end: half a sampler is never seen."""
    unfinished = folder.with_name(f".{folder.name}-unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, draw in PICTURES.items():
        path = unfinished / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw().write_to_file(str(path))
    for name, rows in TABLES.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (unfinished / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns)
            table.writeheader()
            table.writerows(rows)
    unfinished.rename(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
