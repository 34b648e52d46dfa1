"""Access masters of any size that are made quickly, and what the first screen of a viewer reads of one."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image

from images.conversion import pyramidfile
from images.engine.pyramid import Level, Pyramid

TILE = 256
#: Pixels of a window in which a viewer opens.
SCREEN = (1400, 900)
#: TIFF tags of a level of JPEG tiles with the tables in each.
_SHORT, _LONG = pyramidfile.SHORT, pyramidfile.LONG


def our_master(path: Path, columns: int, rows: int) -> Path:
    """A grey master as our own writer lays it out; of 64 x 64 tiles it has some 150 MB. Tiles differ."""
    coded = [_noise(seed) for seed in range(8)]
    levels, size, choose = [], 0, random.Random(1)
    while True:
        tiles = [choose.choice(coded) for _ in range(columns * rows)]
        size += sum(map(len, tiles))
        levels.append(pyramidfile.CodedLevel(_tags(columns * TILE, rows * TILE), tiles))
        if max(columns, rows) == 1:
            break
        columns, rows = max(1, columns // 2), max(1, rows // 2)
    pyramidfile.write(path, levels, size)
    return path


def libvips_master(path: Path, width: int, height: int) -> Path:
    """One as libvips lays it out: the directory of each level behind its tiles."""
    noise = pyvips.Image.gaussnoise(width, height, sigma=50, mean=128).cast("uchar").copy(interpretation="b-w")
    noise.tiffsave(
        str(path), tile=True, tile_width=TILE, tile_height=TILE, pyramid=True, compression="jpeg", Q=89, bigtiff=True
    )
    return path


def first_screen(pyramid: Pyramid) -> Iterator[tuple[Level, int, int]]:
    """Level, column and row of what a viewer asks for when it opens: all of the small levels, and of the one that the
    window needs what it shows, which is all of it."""
    for level in reversed(pyramid.levels):
        for row in range(level.rows):
            for column in range(level.columns):
                yield level, column, row
        if level.width >= SCREEN[0] or level.height >= SCREEN[1]:
            return


def _noise(seed: int) -> bytes:
    grains = np.random.default_rng(seed).normal(128, 60, (TILE, TILE)).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grains).save(file, "JPEG", quality=88)
    return file.getvalue()


def _tags(width: int, height: int) -> pyramidfile.Tags:
    return {
        256: (_LONG, (width,)),
        257: (_LONG, (height,)),
        258: (_SHORT, (8,)),
        259: (_SHORT, (7,)),
        262: (_SHORT, (1,)),
        277: (_SHORT, (1,)),
        284: (_SHORT, (1,)),
        322: (_SHORT, (TILE,)),
        323: (_SHORT, (TILE,)),
    }
