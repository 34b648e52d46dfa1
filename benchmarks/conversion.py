"""Conversion: what ours costs, by part, beside libvips alone, the vips command and ImageMagick.

Each in a process of its own, one after another in every round; medians. Then how much several at once bring, and what
the recipes make of two pictures (both also alone: `parallel`, `recipes`).
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import _pictures, _runs, parallel, recipes
from benchmarks._runs import Run

#: Megapixels, kind of file, profile: Adobe RGB needs a transform, sRGB does not.
SOURCES = (
    (3, "jpg", "adobe"),
    (20, "jpg", "adobe"),
    (20, "tif", "adobe"),
    (20, "tif", "srgb"),
    (50, "tif", "adobe"),
    (110, "tif", "adobe"),
    (300, "tif", "adobe"),
)
#: Ours may use so many times the processor time of libvips's transform and writing.
MOST = 2.0
#: Up to how many megapixels ImageMagick is asked, and for how many seconds.
MAGICK_MEGAPIXELS, MAGICK_SECONDS = 50, 60
#: Rounds are fewer for large pictures: so many megapixels in all, and at least one round.
MEGAPIXELS_IN_ALL = 220


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        _pictures.source(Path(folder), *_runs.TINY)
        met = _table(Path(folder), options.sizes, options.rounds)
    if not options.only:
        print()
        parallel.main(["--rounds", "1"])
        print()
        recipes.main([])
    return 0 if met else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    sizes = sorted({size for size, *_ in SOURCES})
    parser = argparse.ArgumentParser(prog="./run bench conversion", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, metavar="MPX", help=f"of {sizes}")
    parser.add_argument("--rounds", type=int, default=5, help="at most; fewer for large pictures")
    parser.add_argument("--only", action="store_true", help="this table only")
    return parser.parse_args(arguments)


def _table(folder: Path, sizes: Sequence[int], rounds: int) -> bool:
    """Print the lines of each source; whether ours stayed below MOST everywhere."""
    print(f"{'source':24}{'how':26}{'wall s':>8}{'CPU s':>8}{'x':>7}{'peak MB':>9}{'MB out':>8}")
    met, stages = True, []
    for megapixels, kind, profile in (source for source in SOURCES if source[0] in sizes):
        path = _pictures.source(folder, megapixels, kind, profile)
        name = f"{megapixels} Mpx {kind} {profile}"
        many = max(1, min(rounds, MEGAPIXELS_IN_ALL // megapixels))
        found = _rounds(path, folder / "out.tif", many, megapixels)
        for how, runs in found.items():
            _print(name, how, runs, statistics.median(run.cpu for run in found["icc_transform + tiffsave"]))
        cpu = [statistics.median(run.cpu for run in found[how]) for how in ("ours", "icc_transform + tiffsave")]
        met = met and cpu[0] <= MOST * cpu[1]
        stages.append((name, found["ours"]))
        path.unlink()
    _print_stages(stages)
    print(f"at most {MOST:g} times the CPU of icc_transform + tiffsave: {'yes' if met else 'NO'}")
    return met


def _rounds(source: Path, target: Path, many: int, megapixels: int) -> dict[str, list[Run]]:
    found: dict[str, list[Run]] = {}
    for _ in range(many):
        for how, run in _ways(source, target, megapixels).items():
            if made := run():
                found.setdefault(how, []).append(made)
            target.unlink(missing_ok=True)
    return found


def _ways(source: Path, target: Path, megapixels: int) -> dict[str, Callable[[], Run | None]]:
    ways: dict[str, Callable[[], Run | None]] = {
        "ours": lambda: _runs.measured("ours", source, target),
        "icc_transform + tiffsave": lambda: _runs.measured("transform", source, target),
        "tiffsave": lambda: _runs.measured("plain", source, target),
    }
    if shutil.which("vips"):
        ways["vips command: tiffsave"] = lambda: _runs.command(_vips(source, target), target, 300, VIPS_CONCURRENCY="2")
    magick = shutil.which("magick") or shutil.which("convert-im6.q16")
    if magick and megapixels <= MAGICK_MEGAPIXELS:
        ways["ImageMagick ptif:"] = lambda: _runs.command(_magick(magick, source, target), target, MAGICK_SECONDS)
    return ways


def _vips(source: Path, target: Path) -> list[str]:
    tiles = ["--tile", "--tile-width", "256", "--tile-height", "256", "--pyramid"]
    return ["vips", "tiffsave", str(source), str(target), *tiles, "--compression", "jpeg", "--Q", "89"]


def _magick(command: str, source: Path, target: Path) -> list[str]:
    written = ["-compress", "jpeg", "-quality", "89", "-define", "tiff:tile-geometry=256x256"]
    return [command, str(source), *written, f"ptif:{target}"]


def _print(name: str, how: str, runs: Sequence[Run], reference: float) -> None:
    wall, cpu, peak = (statistics.median(getattr(run, what) for run in runs) for what in ("wall", "cpu", "peak"))
    ratio = f"{cpu / reference:.2f}"
    print(f"{name:24}{how:26}{wall:8.2f}{cpu:8.2f}{ratio:>7}{peak / 1e6:9.0f}{runs[0].size / 1e6:8.1f}", flush=True)


def _print_stages(sources: Sequence[tuple[str, list[Run]]]) -> None:
    names = list(dict.fromkeys(stage for _, runs in sources for run in runs for stage in run.stages))
    print("\nours by stage, seconds of wall\n" + f"{'source':24}" + "".join(f"{name:>12}" for name in names))
    for name, runs in sources:
        parts = (statistics.median(run.stages.get(stage, 0) for run in runs) for stage in names)
        print(f"{name:24}" + "".join(f"{part:12.3f}" for part in parts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
