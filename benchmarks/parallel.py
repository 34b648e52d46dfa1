"""Several conversions at once: 8 mixed masters by 1, 2 and 3 conversion processes of 1 and 2 libvips threads each.

What a worker host with so many threads does, without its database. The rate counts megapixels of wall time.
"""

import argparse
import json
import os
import queue
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import _pictures

ROOT = Path(__file__).parents[1]
MASTERS = (
    (20, "tif", "adobe"),
    (3, "jpg", "srgb"),
    (12, "jpg", "adobe"),
    (20, "tif", "srgb"),
    (5, "png", "srgb"),
    (30, "tif", "adobe"),
    (8, "jpg", "srgb"),
    (20, "jpg", "adobe"),
)
CHILDREN, THREADS = (1, 2, 3), (1, 2)


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        if options.here:
            print(json.dumps(_here([Path(path) for path in options.sources], Path(folder), *options.here)))
            return 0
        _table(Path(folder), options.rounds)
    return 0


def measured(sources: Sequence[Path], children: int, threads: int) -> dict[str, Any]:
    """Seconds of `wall` and `cpu`, and the highest resident memory of any child (`peak`), in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.parallel", "--here", str(children), str(threads), *map(str, sources)]
    said = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    if said.returncode:
        raise SystemExit(said.stderr)
    answer: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return answer


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench parallel", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--here", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("sources", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _table(folder: Path, rounds: int) -> None:
    sources = [_pictures.source(folder, *what, seed) for seed, what in enumerate(MASTERS)]
    megapixels = sum(size for size, *_ in MASTERS)
    cells = [(children, threads) for children in CHILDREN for threads in THREADS]
    found: dict[tuple[int, int], list[dict[str, Any]]] = {cell: [] for cell in cells}
    for _ in range(rounds):
        for cell in cells:
            found[cell].append(measured(sources, *cell))
    middle = {
        cell: {what: statistics.median(run[what] for run in runs) for what in ("wall", "cpu", "peak")}
        for cell, runs in found.items()
    }
    print(f"{len(sources)} masters, {megapixels} megapixels in all, on {os.cpu_count()} cores")
    print(f"{'children x threads':20}{'wall s':>8}{'CPU s':>8}{'Mpx/s':>8}{'speed-up':>10}{'peak MB':>9}")
    alone = middle[1, 2]["wall"]
    for (children, threads), run in middle.items():
        rate, more = megapixels / run["wall"], alone / run["wall"]
        print(
            f"{children} x {threads:<16}{run['wall']:8.2f}{run['cpu']:8.2f}{rate:8.1f}{more:10.2f}"
            f"{run['peak'] / 1e6:9.0f}"
        )


def _here(sources: Sequence[Path], folder: Path, children: int, threads: int) -> dict[str, float]:
    """All of the sources, by so many warm children; their processor time only counts what they did after that."""
    from images.conversion import process
    from images.conversion.recipes.recipe import DEFAULT
    from images.conversion.work import Limits, Work

    environment = process._environment() | {"VIPS_CONCURRENCY": str(threads)}
    process._environment = lambda: environment
    made = [process.ConversionProcess() for _ in range(children)]
    tiny = _pictures.source(folder, 0.1, "jpg")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    for number, child in enumerate(made):
        child.convert(Work(tiny, folder / f"warm-{number}", DEFAULT, Limits()), lambda *_: None)
    warm = sum(_used_by(child.pid) for child in made)
    waiting: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for source in sources:
        waiting.put(source)

    def serve(child: process.ConversionProcess) -> None:
        while True:
            try:
                source = waiting.get_nowait()
            except queue.Empty:
                return
            target = folder / f"{source.stem}.out.tif"
            child.convert(Work(source, target, DEFAULT, Limits()), lambda *_: None)
            target.unlink()

    began = time.perf_counter()
    workers = [threading.Thread(target=serve, args=(child,)) for child in made]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    wall = time.perf_counter() - began
    for child in made:
        child.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - spent.ru_utime - spent.ru_stime - warm
    return {"wall": wall, "cpu": cpu, "peak": used.ru_maxrss * 1024}


def _used_by(pid: int | None) -> float:
    import psutil

    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
