"""One conversion, measured, in a process of its own: `python -m benchmarks._runs HOW SOURCE TARGET`.

HOW is `ours` (through the conversion process, as a worker does it), `transform` (libvips's icc_transform and tiffsave,
with the same recipe) or `plain` (its tiffsave alone). Each is warm: a tiny picture went before, which is not counted.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
#: What a conversion child is started with (images/conversion/process.py).
AS_IN_THE_CHILD = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072", "VIPS_CONCURRENCY": "2"}

#: What each is warmed with.
TINY = (0.1, "jpg")


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of wall and processor (user and system), the highest resident memory, bytes written, seconds by stage."""

    wall: float
    cpu: float
    peak: int
    size: int
    stages: dict[str, float] = field(default_factory=dict)


def measured(how: str, source: Path, target: Path) -> Run:
    """Have it done in a process of its own."""
    command = [sys.executable, "-m", "benchmarks._runs", how, str(source), str(target)]
    env = {**os.environ, **AS_IN_THE_CHILD}
    said = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if said.returncode:
        raise SystemExit(said.stderr)
    return Run(**json.loads(said.stdout.splitlines()[-1]))


def command(words: Sequence[str], target: Path, seconds: float, **variables: str) -> Run | None:
    """Run a program of somebody else's. None when it failed or took longer than that."""
    began = time.perf_counter()
    env = {**os.environ, **variables}
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = began + seconds
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.perf_counter() > deadline:
            process.kill()
        time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not target.exists():
        return None
    wall = time.perf_counter() - began
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, target.stat().st_size)


def _here(how: str, source: Path, target: Path) -> Run:
    from benchmarks._pictures import source as a_source

    tiny = a_source(target.parent, *TINY)
    return {"ours": _ours, "transform": _transform, "plain": _plain}[how](source, target, tiny)


def _ours(source: Path, target: Path, tiny: Path) -> Run:
    import psutil

    from images.conversion.process import ConversionProcess
    from images.conversion.recipes.recipe import DEFAULT
    from images.conversion.work import Limits, Work

    spent = _used(resource.RUSAGE_CHILDREN)
    process = ConversionProcess()
    process.convert(Work(tiny, target.with_suffix(".warm"), DEFAULT, Limits()), lambda *_: None)
    assert process.pid
    before = psutil.Process(process.pid).cpu_times()
    mine, began = _used(resource.RUSAGE_SELF), time.perf_counter()
    result = process.convert(Work(source, target, DEFAULT, Limits()), lambda *_: None)
    wall = time.perf_counter() - began
    process.close()
    cpu = _used(resource.RUSAGE_CHILDREN) - spent - before.user - before.system + _used(resource.RUSAGE_SELF) - mine
    target.with_suffix(".warm").unlink()
    return Run(wall, cpu, _peak(resource.RUSAGE_CHILDREN), result.size, result.seconds)


def _transform(source: Path, target: Path, tiny: Path) -> Run:
    def convert(path: Path) -> None:
        image = _opened(path).icc_transform(
            "srgb", embedded=True, intent="relative", depth=8, black_point_compensation=True
        )
        _save(image, target)

    return _timed(convert, source, target, tiny)


def _plain(source: Path, target: Path, tiny: Path) -> Run:
    return _timed(lambda path: _save(_opened(path), target), source, target, tiny)


def _timed(convert: Callable[[Path], None], source: Path, target: Path, tiny: Path) -> Run:
    convert(tiny)
    cpu, began = _used(resource.RUSAGE_SELF), time.perf_counter()
    convert(source)
    wall, cpu = time.perf_counter() - began, _used(resource.RUSAGE_SELF) - cpu
    return Run(wall, cpu, _peak(resource.RUSAGE_SELF), target.stat().st_size)


def _opened(path: Path) -> Any:
    import pyvips

    return pyvips.Image.new_from_file(str(path), access="sequential")


def _save(image: Any, target: Path) -> None:
    """As the default recipe has it written."""
    from images.conversion.recipes.recipe import DEFAULT

    image.tiffsave(
        str(target),
        tile=True,
        tile_width=DEFAULT.tile,
        tile_height=DEFAULT.tile,
        pyramid=True,
        compression="jpeg",
        Q=DEFAULT.quality,
        keep="icc",
    )


def _used(who: int) -> float:
    return sum(resource.getrusage(who)[:2])


def _peak(who: int) -> int:
    return resource.getrusage(who).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps(asdict(_here(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))))
