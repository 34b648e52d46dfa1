"""A thousand conversions through one worker process: whether its memory, and its child's, stay flat.

With children replaced after so many conversions, as in production, and with one child for all of them. Afterwards no
process, no file and no descriptor may be left.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks import _pictures
from images.conversion import process
from images.conversion.process import ConversionProcess
from images.conversion.recipes.recipe import DEFAULT
from images.conversion.work import Limits, Work

#: Megapixels, kind, profile; three of each four are small.
MIXED = (
    (0.5, "jpg", "srgb"),
    (0.7, "tif", "adobe"),
    (1, "jpg", "adobe"),
    (1, "png", "srgb"),
    (1.5, "tif", "srgb"),
    (2, "jpg", "adobe"),
    (2.5, "tif", "adobe"),
    (4, "jpg", "srgb"),
    (7, "tif", "adobe"),
)
#: Every BIG_EVERY-th is one of so many megapixels.
BIG, BIG_EVERY = (100, "tif", "adobe"), 200
#: Memory is looked at after conversions FIRST, FIRST + EVERY, ...: never when the child has just been replaced.
FIRST, EVERY = 5, 20
#: The slope is taken from here on, and may be so many bytes in a thousand conversions.
SETTLED, MOST = 300, 5_000_000


@dataclass
class Series:
    """Bytes resident in this process and in the child after so many conversions; what was left at the end."""

    at: list[int] = field(default_factory=list)
    worker: list[int] = field(default_factory=list)
    child: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def slope(self, values: Sequence[int]) -> float:
        """Bytes in a thousand conversions, by least squares over the settled part."""
        settled = [(at, value) for at, value in zip(self.at, values, strict=True) if at >= self.settled]
        return statistics.linear_regression(*zip(*settled, strict=True)).slope * 1000

    @property
    def settled(self) -> int:
        return min(SETTLED, self.at[-1] // 3)


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    recycled = {"yes": [True], "no": [False], "both": [True, False]}[options.recycling]
    flat = True
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        sources = [_pictures.source(Path(folder), *what, seed) for seed, what in enumerate(MIXED)]
        big = _pictures.source(Path(folder), *BIG)
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        for recycling in recycled:
            began = time.monotonic()
            series = _measured(sources, big, scratch, options.count, recycling)
            flat = _told(series, recycling, options.count, time.monotonic() - began) and flat
    return 0 if flat else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench conversions", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument(
        "--recycling",
        choices=("yes", "no", "both"),
        default="both",
        help=f"yes: a new child after {process.SERVINGS} conversions, as in production; no: one child for all",
    )
    return parser.parse_args(arguments)


def _measured(sources: Sequence[Path], big: Path, scratch: Path, count: int, recycling: bool) -> Series:
    kept, process.SERVINGS = process.SERVINGS, process.SERVINGS if recycling else sys.maxsize
    chance, me, series, converter = random.Random(5), psutil.Process(), Series(), ConversionProcess()
    _convert(converter, sources[0], scratch)
    descriptors = me.num_fds(), _of(converter).num_fds()
    try:
        for number in range(1, count + 1):
            _convert(converter, chance.choice(sources) if number % BIG_EVERY else big, scratch)
            if number % EVERY == FIRST:
                series.at.append(number)
                series.worker.append(me.memory_info().rss)
                series.child.append(_of(converter).memory_info().rss)
        if not recycling and (now := _of(converter).num_fds()) != descriptors[1]:
            series.left.append(f"descriptors of the child: {descriptors[1]} before, {now} after")
    finally:
        converter.close()
        process.SERVINGS = kept
    _look_for_leftovers(series, scratch, descriptors[0])
    return series


def _look_for_leftovers(series: Series, scratch: Path, descriptors: int) -> None:
    """Two pipes of the child are gone with it."""
    now = psutil.Process().num_fds()
    if now != descriptors - 2:
        series.left.append(f"descriptors of the worker: {descriptors - 2} before, {now} after")
    series.left += [f"process {child.pid}: {child.name()}" for child in psutil.Process().children(recursive=True)]
    series.left += [f"file {path}" for path in scratch.rglob("*")]
    series.left += [f"file {path}" for path in Path(tempfile.gettempdir()).glob("vips-*") if _is_mine(path)]


def _is_mine(path: Path) -> bool:
    return path.stat().st_mtime > psutil.Process().create_time() and path.stat().st_uid == os.getuid()


def _convert(converter: ConversionProcess, source: Path, scratch: Path) -> None:
    target = scratch / "master.tif"
    converter.convert(Work(source, target, DEFAULT, Limits()), lambda *_: None)
    target.unlink()


def _of(converter: ConversionProcess) -> psutil.Process:
    assert converter.pid
    return psutil.Process(converter.pid)


def _told(series: Series, recycling: bool, count: int, seconds: float) -> bool:
    """Print the series and the verdict; whether it is a good one."""
    children = f"a new child after {process.SERVINGS}" if recycling else "one child for all"
    print(f"{count} conversions, {children}: {seconds:.0f} s; MB resident after {FIRST}, {FIRST + EVERY}, ...")
    slopes = {}
    for name, values in (("worker", series.worker), ("child", series.child)):
        slopes[name] = series.slope(values)
        print(f"  {name:7}" + " ".join(f"{value / 1e6:.0f}" for value in values))
        print(
            f"  {name:7}highest {max(values) / 1e6:.0f} MB, slope from {series.settled} on "
            f"{slopes[name] / 1e6:+.1f} MB in 1,000 (at most {MOST / 1e6:.0f})"
        )
    print(f"  left    {'; '.join(series.left) or 'no process, file or descriptor'}")
    flat = all(slope <= MOST for slope in slopes.values()) and not series.left
    print(f"  verdict {'flat' if flat else 'NOT FLAT'}", flush=True)
    return flat


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
