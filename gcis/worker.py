"""A worker process: a crew of threads that do jobs, ears for doorbells, and the pulse (reaper, sweeps, sign of life).

The same in the embedded profile and on every worker host of a production site.
"""

import os
import signal
import threading
import time
import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from celery.exceptions import WorkerShutdown, WorkerTerminate
from celery.platforms import SecurityWarning
from celery.signals import setup_logging, worker_ready
from django.conf import settings
from django.db import DatabaseError

from gcis.celery import app
from gcis.jobs import dispatcher, doorbell, services, workers
from gcis.jobs.claims import stopping
from gcis.jobs.crew import Crew
from gcis.jobs.dispatcher import Sweep
from gcis.jobs.models import Worker

log = structlog.get_logger(__name__)

#: Exit status of a worker that does not hear any more and is to be started anew (sysexits.h: EX_TEMPFAIL).
DEAF = 75
#: Seconds that a database has to take note of our end.
LAST_SECONDS = 4


class Host:
    """One worker process. `run` in its main thread, once."""

    def __init__(self, name: str, lanes: Sequence[str], threads: int) -> None:
        self.name = name
        self.crew = Crew(f"{name}:{os.getpid()}", lanes, threads)
        self.ears = Ears(self.crew)
        self._hurry = threading.Event()

    def run(self) -> int:
        """Work until asked to stop, by a signal or because the process is deaf. Returns the exit status."""
        entered = workers.enter(self.name, self.crew.lanes, self.crew.threads)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, self._asked)
        doorbell.answer_here(self.crew.wake)
        pulse = [
            Sweep(services.reap, every=settings.GCIS_REAP_SECONDS),
            Sweep(partial(workers.beat, entered), every=settings.GCIS_JOB_BEAT),
        ]
        dispatcher.repeat("pulse", pulse)
        dispatcher.start()
        self.crew.start()
        if not settings.GCIS_EMBEDDED:
            self.ears.start()
        log.info("worker.started", name=self.name, lanes=self.crew.lanes, threads=self.crew.threads)
        stopping.wait()
        self._stop(entered)
        return DEAF if self.ears.deaf else 0

    def _asked(self, number: int, frame: object) -> None:
        """SIGTERM or SIGINT: stop in good order. SIGQUIT, or one of them for the second time: at once."""
        if stopping.is_set() or number == signal.SIGQUIT:
            self._hurry.set()
        stopping.set()

    def _stop(self, entered: Worker) -> None:
        """Leave no job behind: what does not end in time is given back, and whoever still works on it is fenced off.

        Does not return while a thread holds on to its work: the process ends under it.
        """
        log.info("worker.stopping", name=self.name, running=self.crew.busy)
        finished = self.crew.finished(settings.GCIS_STOP_SECONDS, self._hurry)
        leaving = threading.Thread(target=self._leave, args=(entered,), daemon=True)
        leaving.start()
        leaving.join(LAST_SECONDS)
        if not finished or leaving.is_alive():
            os._exit(DEAF if self.ears.deaf else 0)

    def _leave(self, entered: Worker) -> None:
        try:
            given_back = self.crew.give_back()
            workers.leave(entered)
            log.info("worker.stopped", name=self.name, taken_back=given_back)
        except DatabaseError as error:
            log.warning("worker.unsaved", name=self.name, error=str(error))  # leases run out by themselves


class Ears:
    """Hears doorbells by a Celery worker in a thread, so that no broker can hold up anything else."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self.deaf = False
        self.listening = False
        self._unheard_since: float | None = None

    def start(self) -> None:
        worker_ready.connect(self._began, weak=False)
        threading.Thread(target=self._listen, name="ears", daemon=True).start()
        dispatcher.repeat("hearing", [Sweep(self.check, every=settings.GCIS_DEAF_SECONDS / 5)])

    def check(self) -> None:
        """Leave when doorbells lie unheard in our queues: clients of brokers sometimes never come back (celery #8030).

        We find what is due without them, only later; so nothing that runs is stopped for it. Who has not begun to
        listen yet is not deaf.
        """
        if not self.listening:
            return
        try:
            waiting = doorbell.waiting(self.crew.lanes)
        except doorbell.Unheard:
            waiting = 0  # the broker does not answer us either: that is not our ears
        if not waiting:
            self._unheard_since = None
            return
        since = self._unheard_since = self._unheard_since or time.monotonic()
        if time.monotonic() - since >= settings.GCIS_DEAF_SECONDS and not self.crew.busy:
            log.error("worker.deaf", lanes=self.crew.lanes, unheard=waiting)
            self.deaf = True
            stopping.set()

    def _began(self, **_: Any) -> None:
        self.listening = True
        log.info("worker.hears")

    def _listen(self) -> None:
        warnings.simplefilter("ignore", SecurityWarning)  # about code in messages: ours are JSON, and carry nothing
        while not stopping.is_set():
            try:
                listener = app.Worker(
                    pool="solo",
                    queues=list(self.crew.lanes),
                    hostname=self.crew.owner,
                    without_gossip=True,
                    without_mingle=True,
                    without_heartbeat=True,
                    quiet=True,
                )
                listener.start()
            except (WorkerShutdown, WorkerTerminate, SystemExit) as end:
                log.warning("worker.unheard", reason=repr(end))
            except Exception:
                log.exception("worker.unheard")
            stopping.wait(settings.GCIS_BROKER_PAUSE)


@setup_logging.connect
def _leave_logs_alone(**_: Any) -> None:
    """Celery has its own idea of levels and lines, unless somebody answers this."""
