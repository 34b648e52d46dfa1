"""Throughput: what a megapixel costs by the kind of its file, and how many machines convert a million in a week.

--write docs/throughput.md puts the figures into that page, between its two marks.
"""

import argparse
import hashlib
import math
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import _pictures, _runs, parallel

#: What people send: megapixels to measure with, kind of file, profile.
CLASSES = {
    "TIFF, 8 bits, Adobe RGB": (20, "tif", "adobe"),
    "TIFF, 8 bits, sRGB": (20, "tif", "srgb"),
    "TIFF, 8 bits, LZW, Adobe RGB": (20, "lzw.tif", "adobe"),
    "TIFF, 16 bits, Adobe RGB": (20, "16.tif", "adobe"),
    "TIFF, CMYK": (20, "tif", "cmyk"),
    "JPEG, Adobe RGB": (20, "jpg", "adobe"),
    "JPEG, sRGB": (20, "jpg", "srgb"),
    "PNG, sRGB": (20, "png", "srgb"),
    "JPEG 2000, sRGB": (5, "jp2", "srgb"),
}
#: The examples: pictures of which class, and how many megapixels each has.
EXAMPLES = (
    ("JPEG, sRGB", 12),
    ("TIFF, 8 bits, Adobe RGB", 20),
    ("TIFF, 8 bits, Adobe RGB", 50),
    ("TIFF, 16 bits, Adobe RGB", 50),
    ("TIFF, 8 bits, Adobe RGB", 110),
    ("JPEG 2000, sRGB", 20),
)
PICTURES, WEEK = 1_000_000, 7 * 86400
#: Cores of a machine of the examples, and how much of its time it is expected to work.
CORES, BUSY = 8, 0.7
BEGIN, END = "<!-- measured by ./run bench throughput -->\n", "<!-- end of what was measured -->"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one megapixel: processor and wall seconds of the conversion, bytes in and out. `peak` is memory in bytes."""

    cpu: float
    wall: float
    size_in: float
    size_out: float
    peak: int


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        _pictures.source(Path(folder), *_runs.TINY)
        costs = {name: _cost(Path(folder), what, options.rounds) for name, what in CLASSES.items()}
        carrying = _carrying(Path(folder) / "bytes")
        parts = [_costs(costs), _examples(costs, carrying), _hosts(Path(folder), options.rounds)]
    text = "\n".join(parts)
    print(text)
    if options.write:
        before, rest = options.write.read_text().split(BEGIN)
        options.write.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench throughput", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, metavar="FILE")
    return parser.parse_args(arguments)


def _cost(folder: Path, what: tuple[float, str, str], rounds: int) -> Cost:
    source, megapixels = _pictures.source(folder, *what), what[0]
    runs = []
    for _ in range(rounds):
        runs.append(_runs.measured("ours", source, folder / "out.tif"))
        (folder / "out.tif").unlink()
    size = source.stat().st_size
    source.unlink()
    cpu, wall = (statistics.median(getattr(run, field) for run in runs) / megapixels for field in ("cpu", "wall"))
    return Cost(cpu, wall, size / megapixels, runs[0].size / megapixels, max(run.peak for run in runs))


def _carrying(path: Path) -> float:
    """Processor seconds for a byte that is brought here or stored: read, hashed and written once."""
    size = 256 << 20
    path.write_bytes(os.urandom(1 << 20) * (size >> 20))
    before = resource.getrusage(resource.RUSAGE_SELF)
    digest = hashlib.sha256()
    with path.open("rb") as reading, path.with_suffix(".copy").open("wb") as writing:
        while chunk := reading.read(1 << 20):
            digest.update(chunk)
            writing.write(chunk)
    after = resource.getrusage(resource.RUSAGE_SELF)
    path.unlink()
    path.with_suffix(".copy").unlink()
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / size


def _costs(costs: dict[str, Cost]) -> str:
    lines = [
        "| source | CPU s per Mpx | wall s per Mpx, alone | MB per Mpx in | MB per Mpx out | peak MB of the child |",
        "|---|---|---|---|---|---|",
    ]
    for name, cost in costs.items():
        lines.append(
            f"| {name} | {cost.cpu:.4f} | {cost.wall:.4f} | {cost.size_in / 1e6:.2f} | {cost.size_out / 1e6:.2f} | "
            f"{cost.peak / 1e6:.0f} |"
        )
    sizes = ", ".join(f"{size} Mpx for {name}" for name, (size, *_) in CLASSES.items() if size != 20)
    return "\n".join([*lines, "", f"Measured with pictures of 20 Mpx ({sizes}) on {os.cpu_count()} cores."]) + "\n"


def _examples(costs: dict[str, Cost], carrying: float) -> str:
    lines = [
        f"| {PICTURES:,} pictures | core-hours | machines of {CORES} cores | Mbit/s in | Mbit/s out | TB of masters |",
        "|---|---|---|---|---|---|",
    ]
    for name, megapixels in EXAMPLES:
        cost = costs[name]
        moved = cost.size_in + cost.size_out
        cpu = PICTURES * megapixels * (cost.cpu + carrying * moved)
        machines = math.ceil(cpu / (WEEK * CORES * BUSY))
        flows = (PICTURES * megapixels * size * 8 / WEEK / 1e6 for size in (cost.size_in, cost.size_out))
        into, out = (f"{flow:.0f}" for flow in flows)
        stored = PICTURES * megapixels * cost.size_out / 1e12
        lines.append(f"| {name}, {megapixels} Mpx | {cpu / 3600:.0f} | {machines} | {into} | {out} | {stored:.1f} |")
    carried = f"Bringing and storing costs {carrying * 1e9:.2f} CPU s per GB; it is counted."
    return "\n".join([*lines, "", carried]) + "\n"


def _hosts(folder: Path, rounds: int) -> str:
    """What children and libvips's threads make of this machine, with mixed masters."""
    sources = [_pictures.source(folder, *what, seed) for seed, what in enumerate(parallel.MASTERS)]
    megapixels = sum(size for size, *_ in parallel.MASTERS)
    lines = ["| children x threads of libvips | Mpx/s | CPU s per Mpx |", "|---|---|---|"]
    for cell in ((1, 2), (2, 1), (2, 2), (3, 1)):
        runs = [parallel.measured(sources, *cell) for _ in range(rounds)]
        wall, cpu = (statistics.median(run[what] for run in runs) for what in ("wall", "cpu"))
        lines.append(f"| {cell[0]} x {cell[1]} | {megapixels / wall:.1f} | {cpu / megapixels:.4f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
