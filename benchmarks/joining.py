"""Joining: what restart markers cost in bytes, and what a picture joined from tiles costs beside one that is drawn.

Processor time of this process in milliseconds, medians; both ways through the engine's own functions, nothing cached.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import _pictures

if TYPE_CHECKING:
    from images.conversion.recipes.recipe import Recipe
    from images.engine.pyramid import Pyramid
    from images.iiif.derivative import Derivative

#: A joined picture costs at most this part of a drawn one.
MOST = 0.35
#: Megapixels of the masters. Levels are joined as a whole up to 4,096 px, and the last of these is larger.
SIZES = (0.7, 3, 12, 20)
INTERVALS: tuple[int | str, ...] = (0, 1, 2, 4, 16, 32, "auto")
BLOCKS = (512, 1024)


@dataclass(frozen=True, slots=True)
class _Way:
    """How tiles are coded."""

    name: str
    grey: bool
    quality: int


WAYS = (_Way("89 4:2:0", False, 89), _Way("95 RGB 4:4:4", False, 95), _Way("89 grey", True, 89))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench joining", description=__doc__)
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, metavar="MPX")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        _bytes(Path(folder), options.sizes)
        print()
        met = [_times(Path(folder), size, way, options.rounds) for way in WAYS for size in options.sizes]
    print(f"joined for at most {MOST:g} of drawn: {'yes' if all(met) else 'NO'}")
    return 0 if all(met) else 1


# ---------------------------------------------------------------------------------------------------------------- bytes
def _bytes(folder: Path, sizes: Sequence[float]) -> None:
    """All tiles together, by restart interval, beside none."""
    print(f"{'tiles':14}{'picture':>12}{'kB':>8}" + "".join(f"{f'at {each}':>9}" for each in INTERVALS[1:]))
    for way in WAYS:
        for size in sizes:
            found = []
            for restart in INTERVALS:
                opened = _master(folder, size, way, restart)
                found.append(sum(sum(level.counts) for level in opened.levels))
            share = "".join(f"{other / found[0] - 1:>+9.1%}" for other in found[1:])
            print(f"{way.name:14}{f'{opened.width} x {opened.height}':>12}{found[0] / 1000:>8.0f}{share}", flush=True)


def _master(folder: Path, megapixels: float, way: _Way, restart: int | str = "auto") -> "Pyramid":
    """A pyramid of tiles that are coded that way."""
    import pyvips

    from images.conversion import coded
    from images.conversion.strips import strips
    from images.engine.pyramid import open_pyramid

    path = folder / f"{megapixels}-{way.quality}-{way.grey}-{restart}.tif"
    if not path.exists():
        source = _pictures.source(folder, megapixels, "tif", "srgb")
        image = pyvips.Image.new_from_file(str(source), access="sequential")
        image = image.colourspace("b-w") if way.grey else image
        recipe = _recipe(way, restart)
        with closing(strips(image, recipe.tile)) as made:
            coded.write(path, made, (image.width, image.height), image.bands, recipe, b"none")
    return open_pyramid(path)


def _recipe(way: _Way, restart: int | str) -> "Recipe":
    from images.conversion.recipes.recipe import DEFAULT, written_chroma

    return replace(DEFAULT, quality=way.quality, chroma=written_chroma("jpeg", way.quality), restart=restart)


# ---------------------------------------------------------------------------------------------------------------- times
def _times(folder: Path, megapixels: float, way: _Way, rounds: int) -> bool:
    """The lines of one master; whether joining was cheap enough for all that can be joined."""
    opened = _master(folder, megapixels, way)
    path = folder / f"{megapixels}-{way.quality}-{way.grey}-auto.tif"
    print(f"{f'{way.name}, {opened.width} x {opened.height}':30}{'kB':>8}{'joined':>9}{'drawn':>9}{'part':>7}")
    met = [_line(path, opened, what, asked, rounds) for what, asked in _asked(opened)]
    return all(met)


def _line(path: Path, opened: "Pyramid", what: str, asked: "Derivative", rounds: int) -> bool:
    from images.engine.drawing import draw
    from images.engine.encode import encode
    from images.engine.join import joined
    from images.engine.small import small

    made = joined(opened, asked)
    drawn = _spent(lambda: small(opened, asked) or encode(draw(path, opened, asked), asked), max(2, rounds // 3))
    if made is None:
        print(f"{what:30}{'':8}{'none':>9}{drawn:9.2f}", flush=True)
        return True
    spent = _spent(lambda: joined(opened, asked), rounds)
    print(f"{what:30}{len(made) / 1000:8.0f}{spent:9.2f}{drawn:9.2f}{spent / drawn:7.2f}", flush=True)
    return spent <= MOST * drawn


def _asked(opened: "Pyramid") -> list[tuple[str, "Derivative"]]:
    """Blocks of the full image, one of them at the right edge, and the whole in every size that info.json lists."""
    from images.iiif.derivative import Derivative

    blocks = [edge for edge in BLOCKS if edge <= min(opened.width, opened.height)]
    found = [(f"{edge} x {edge}", Derivative(0, 0, edge, edge, edge, edge)) for edge in blocks]
    last = opened.width // 256 * 256
    if rest := opened.width - last:
        found.append((f"{rest} x 256 at the edge", Derivative(last, 0, rest, 256, rest, 256)))
    for level in opened.levels:
        whole = Derivative(0, 0, opened.width, opened.height, level.width, level.height)
        found.append((f"full/{level.width},{level.height}", whole))
    return found


def _spent(work: Callable[[], object], rounds: int) -> float:
    work()
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return statistics.median(found) * 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
