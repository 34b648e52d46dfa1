"""The threads of one worker process: which of them are busy, and what the next free one takes up."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from gcis.jobs import dispatcher, runner, services
from gcis.jobs.claims import Claim, stopping
from gcis.jobs.lanes import LANES
from gcis.jobs.models import Job
from gcis.jobs.room import Room

log = structlog.get_logger(__name__)


class Crew:
    """Takes up due jobs of its lanes, the best first, whenever a thread is free.

    It looks when it is woken (a doorbell, a thread that becomes free) and every GCIS_DISPATCH_SECONDS: without any
    doorbell it does the same work a little later. Of several lanes, one thread is kept for interactive work; of the
    others, heavy work leaves half to lighter work that is due.
    """

    def __init__(self, owner: str, lanes: Sequence[str], threads: int) -> None:
        self.owner = owner
        self.lanes = tuple(lane for lane in LANES if lane in lanes)
        self.threads = threads
        self._kept = int(threads > 1 and len(self.lanes) > 1 and Job.Lane.INTERACTIVE in self.lanes)
        self._room = Room(threads - self._kept)
        self._running: dict[UUID, Claim] = {}
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._looking = threading.Thread(target=self._look, name="crew", daemon=True)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")

    @property
    def busy(self) -> int:
        return len(self._running)

    def wake(self) -> None:
        self._woken.set()

    def start(self) -> None:
        """Work until this process is asked to stop, in threads of its own."""
        self._looking.start()

    def take_up(self) -> None:
        """Give each free thread a job, as long as there are both."""
        while not stopping.is_set() and (lanes := self._open()):
            held = services.claim_next(lanes, self.owner, light_first=self._has_heavy_enough())
            if held is None:
                return
            with self._lock:
                self._running[held.id] = held
            self._pool.submit(self._work, held)

    def finished(self, seconds: float, hurry: threading.Event) -> bool:
        """After `stopping` was set: whether all threads became free within so many seconds, or before a hurry."""
        deadline = time.monotonic() + seconds
        self.wake()
        if self._looking.is_alive():
            self._looking.join(seconds)  # it may be about to take up one more
        while self.busy and time.monotonic() < deadline and not hurry.wait(0.05):
            pass
        return not self.busy

    def give_back(self) -> int:
        """Queue again what is still running here, and fence it off. Returns how many jobs that were."""
        with self._lock:
            left = list(self._running.values())
        for held in left:
            log.warning("job.taken_back", job=str(held.id), key=held.key, token=held.token)
            services.give_back(held)
        return len(left)

    def _open(self) -> tuple[str, ...]:
        """The lanes from which the next free thread may take a job; none when no thread is free."""
        with self._lock:
            busy = len(self._running)
            slow = sum(held.lane != Job.Lane.INTERACTIVE for held in self._running.values())
        if busy >= self.threads:
            return ()
        if self._kept and slow >= self.threads - self._kept:
            return (Job.Lane.INTERACTIVE,)
        return self.lanes

    def _has_heavy_enough(self) -> bool:
        """Whether lighter work, if any is due, goes first now."""
        with self._lock:
            heavy = sum(held.heavy for held in self._running.values())
        return self._room.is_taken(heavy, time.monotonic())

    def _work(self, held: Claim) -> None:
        began = time.monotonic()
        try:
            runner.bring_to_an_end(held)
        except (OperationalError, InterfaceError) as error:
            # What became of the job could not be written down: its lease runs out, and somebody takes it up again.
            log.warning("job.unsaved", job=str(held.id), key=held.key, token=held.token, error=str(error))
        except Exception:
            log.exception("job.unended", job=str(held.id), key=held.key, token=held.token)
        finally:
            connection.close()  # a thread that waits for work needs none
            with self._lock:
                del self._running[held.id]
            if held.heavy:
                self._room.ended(began, time.monotonic())
            self.wake()

    def _look(self) -> None:
        while not stopping.is_set():
            dispatcher.guarded(self.take_up)
            self._woken.wait(settings.GCIS_DISPATCH_SECONDS)
            self._woken.clear()
        connection.close()
