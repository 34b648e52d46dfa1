"""Recipes: what each makes of a photograph and of line art, beside the source in the colours of the master.

PSNR in decibels over all channels, the mean of CIEDE2000, bytes of the master, seconds of the conversion.
"""

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import _pictures

if TYPE_CHECKING:
    from images.conversion.recipes.recipe import Recipe

#: Of both pictures.
WIDTH, HEIGHT = 2400, 1800


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench recipes", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    print(f"{'picture':14}{'recipe':20}{'PSNR dB':>9}{'mean dE00':>11}{'MB':>8}{'bits/px':>9}{'seconds':>9}")
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        for picture in (_photograph(Path(folder)), _line_art(Path(folder) / "line art.tif")):
            _lines(picture, options.rounds)
    return 0


def _photograph(folder: Path) -> Path:
    made = _pictures.source(folder, WIDTH * HEIGHT / 1e6, "tif")
    return made.rename(folder / "photograph.tif")


def _line_art(path: Path) -> Path:
    """An engraving: fine lines at all angles, and small letters, in black and red on paper."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), (247, 243, 232))
    draw = ImageDraw.Draw(image)
    for step in range(0, 360, 2):
        far = (WIDTH + 1700 * math.cos(math.radians(step)), HEIGHT + 1700 * math.sin(math.radians(step)))
        draw.line([(WIDTH, HEIGHT), far], fill=(20, 18, 16), width=1 + step % 5)
    for row in range(40):
        ink = (24, 22, 20) if row % 4 else (150, 20, 24)
        draw.text((40, 40 + 85 * row), "engraved and printed " * 12, fill=ink)
    image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(path)
    return path


def _recipes() -> "list[Recipe]":
    """Those that are built in, and the default with other codecs and qualities."""
    from images.conversion.recipes.books import built_in
    from images.conversion.recipes.recipe import DEFAULT

    others = {
        "default, quality 80": replace(DEFAULT, quality=80),
        "default, quality 90": replace(DEFAULT, quality=90, chroma="4:4:4"),
        "default, WebP": replace(DEFAULT, codec="webp"),
    }
    return [*built_in().recipes, *(replace(recipe, name=name) for name, recipe in others.items())]


def _lines(source: Path, rounds: int) -> None:
    from images.conversion.process import ConversionProcess
    from images.conversion.work import Limits, Work

    process = ConversionProcess()
    try:
        for recipe in _recipes():
            target, seconds = source.with_name(f"{recipe.name} {source.name}"), []
            for _ in range(rounds + 1):  # the first one warms it
                target.unlink(missing_ok=True)
                began = time.perf_counter()
                process.convert(Work(source, target, recipe, Limits()), lambda *_: None)
                seconds.append(time.perf_counter() - began)
            decibels, difference = _compared(source, target)
            size = target.stat().st_size
            print(
                f"{source.stem:14}{recipe.name:20}{decibels:9.2f}{difference:11.3f}{size / 1e6:8.2f}"
                f"{8 * size / (WIDTH * HEIGHT):9.2f}{statistics.median(seconds[1:]):9.2f}",
                flush=True,
            )
    finally:
        process.close()


def _compared(source: Path, master: Path) -> tuple[float, float]:
    import pyvips

    image = pyvips.Image.new_from_file(str(source))
    if image.get_typeof("icc-profile-data"):
        how: dict[str, Any] = {"embedded": True, "intent": "relative", "black_point_compensation": True, "depth": 8}
        image = image.icc_transform("srgb", **how)
    made = pyvips.Image.new_from_file(str(master))
    error = ((image - made) ** 2).avg()
    decibels = 10 * math.log10(255**2 / error) if error else math.inf
    return decibels, image.colourspace("lab").dE00(made.colourspace("lab")).avg()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
