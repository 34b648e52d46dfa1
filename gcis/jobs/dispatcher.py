"""What is done now and then, whoever does it: reap lost jobs, number events, sweep. Any number of hosts may."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from gcis.jobs.claims import stopping

log = structlog.get_logger(__name__)


@dataclass
class Sweep:
    """Something to do every so many seconds: quick, idempotent, safe on several hosts at once."""

    work: Callable[[], object]
    every: float
    next_at: float = field(default_factory=time.monotonic)


_sweeps: list[Sweep] = []


def register_sweep(work: Callable[[], object], *, every: float) -> None:
    """Have every worker do it, beginning so many seconds after its start."""
    _sweeps.append(Sweep(work, every, time.monotonic() + every))


def start() -> None:
    """Do the registered sweeps until this process is asked to stop, in a thread of its own."""
    repeat("dispatcher", _sweeps)


def repeat(name: str, sweeps: Iterable[Sweep]) -> None:
    """Do these, each when it is due, until this process is asked to stop: in a thread that waits for no others."""
    threading.Thread(target=_loop, args=(list(sweeps),), name=name, daemon=True).start()


def sweep_all() -> int:
    """Do all registered sweeps once, now. Returns how many failed; the log says why."""
    return sum(not guarded(sweep.work) for sweep in _sweeps)


def sweep_due(sweeps: Iterable[Sweep]) -> None:
    """Do what is due of these. One that fails does not keep the others from it."""
    for sweep in sweeps:
        if time.monotonic() >= sweep.next_at:
            sweep.next_at = time.monotonic() + sweep.every
            guarded(sweep.work)


def guarded(work: Callable[[], object]) -> bool:
    """The pulse must not stop for one bad beat; the next one tries again. False when it was one."""
    try:
        work()
    except (OperationalError, InterfaceError) as error:
        log.warning("dispatcher.disturbed", work=_name(work), error=str(error))
        connection.close()
        return False
    except Exception:
        log.exception("dispatcher.failed", work=_name(work))
        connection.close()
        return False
    return True


def _name(work: Callable[[], object]) -> str:
    return f"{work.__module__}.{getattr(work, '__qualname__', '')}"


def _loop(sweeps: list[Sweep]) -> None:
    while not stopping.wait(settings.GCIS_DISPATCH_SECONDS):
        sweep_due(sweeps)
    connection.close()
