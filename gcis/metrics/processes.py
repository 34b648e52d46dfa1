"""What the processes of this host counted, the dead ones included, and how much memory the living take.

A process that dies leaves its file. Counts must not fall, so the file is added to one that stands for all the dead.
"""

import fcntl
import os
import re
import resource
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

log = structlog.get_logger(__name__)

_FILE = re.compile(r"(counter|histogram|gauge_livesum)_(\d+)\.db")
_DEAD = "dead"


class Processes(Collector):
    """Of all processes that share the folder; of this process alone where there is none."""

    def __init__(self, folder: str | None) -> None:
        self.folder = Path(folder) if folder else None

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        if self.folder is None:
            yield from REGISTRY.collect()
            yield _memory([os.getpid()])
            return
        with _alone(self.folder):
            fold_dead(self.folder)
            files = [path for path in self.folder.glob("*.db") if path.stat().st_size]
            yield from MultiProcessCollector.merge([str(path) for path in files], accumulate=True)
        yield _memory({pid for path in files if (pid := _pid(path))})


def fold_dead(folder: Path) -> int:
    """Add the counts of processes that are no more to those of all the dead. Returns how many files that were.

    What they were like (gauges) goes with them.
    """
    dead = [path for path in folder.glob("*.db") if (pid := _pid(path)) and not _lives(pid)]
    for path in dead:
        try:
            if not path.name.startswith("gauge"):
                _add(path, folder / f"{path.name.partition('_')[0]}_{_DEAD}.db")
        except (RuntimeError, ValueError, struct.error) as error:  # killed in the middle of its first line
            log.warning("counts.unreadable", file=path.name, error=str(error))
        path.unlink()
    return len(dead)


def _add(path: Path, total: Path) -> None:
    counts = list(MmapedDict.read_all_values_from_file(str(path)))
    sums = MmapedDict(str(total))
    try:
        for key, value, _, _ in counts:
            sums.write_value(key, sums.read_value(key)[0] + value, 0.0)
    finally:
        sums.close()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes may be asked at once, and what one adds up the other must not count twice."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _pid(path: Path) -> int | None:
    found = _FILE.fullmatch(path.name)
    return int(found[2]) if found else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _memory(pids: Iterable[int]) -> GaugeMetricFamily:
    """Resident bytes by process, where the system tells (Linux)."""
    family = GaugeMetricFamily("gcis_process_resident_bytes", "Memory that a process holds.", labels=["pid"])
    for pid in sorted(pids):
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (OSError, IndexError):  # just gone, or another system
            continue
        family.add_metric([str(pid)], pages * resource.getpagesize())
    return family
