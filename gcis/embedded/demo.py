"""The demo from start to stop: prepare, serve, import, convert, say what happened, watch the folder."""

import logging
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from gcis import viewers
from gcis.core import logs
from gcis.embedded.console import Console
from gcis.embedded.figures import Figures
from gcis.embedded.home import Home
from gcis.embedded.importer import Importer
from gcis.embedded.prepare import ADMIN, Prepared, prepare, sweep
from gcis.embedded.supervisor import Supervisor
from gcis.jobs import services as jobs

log = structlog.get_logger(__name__)

#: Seconds that READY waits for the viewer's files, and that their download may take altogether.
VIEWER_PATIENCE = 45
VIEWER_DEADLINE = 300
TICK = 0.3


class Demo:
    """One run of the demo in this process; `run` returns the exit status."""

    def __init__(self, home: Home, lock: int, port: int, folder: Path | None, *, copy: bool, browse: bool) -> None:
        self.home = home
        self.folder = folder or home.folder / "sampler"
        self.wants_sampler = folder is None
        self.browse = browse
        self.began = time.monotonic()
        self.stopping = threading.Event()
        self.viewer: viewers.Outcome | None = None
        self.console = Console()
        self.supervisor = Supervisor(lock=lock, port=port, logs=home.logs)
        self.importer = Importer(self.folder, copy=copy, stopping=self.stopping)
        self.ready_since: float | None = None

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        self._log_to_file()
        self.console.say(f"GCIS serves {self.folder} from {self.home.folder}")
        prepared = prepare()
        self.figures = Figures()
        self._greet(prepared)
        self.supervisor.start()
        threads = [self._thread(self._fetch_viewer), self._thread(self._import)]
        try:
            self._attend()
        finally:
            self.console.close_progress()
            self.console.say("Stopping ...")
            self.stopping.set()
            self.supervisor.stop()
            for thread in threads:
                thread.join(timeout=2)
            self._tidy()
        return 0

    def _tidy(self) -> None:
        """Leave the home as the next start would make it; if that cannot be done now, it does it itself."""
        try:
            jobs.free_all()
            sweep()
        except (DatabaseError, OSError):
            log.exception("home.untidy")

    # ------------------------------------------------------------------------------------------------------ the loop
    def _attend(self) -> None:
        """Tend the children, show how far it is, and say the three things to say: READY, the summary, what changed."""
        while not self.stopping.wait(TICK):
            self.supervisor.tend()
            now = self.figures.read(self.importer.source)
            self.console.progress(now)
            if self.ready_since is None and self._can_be_viewed(now):
                self._say_ready()
            if self.ready_since is not None and self.importer.idle and now.at_rest and self.importer.reports:
                self.console.close_progress()
                self.console.summary(self.importer.take_reports(), self.figures.outcome(self.importer.source))
                self.figures = Figures()

    def _can_be_viewed(self, now: Any) -> bool:
        """A manifest is out, or there is nothing to wait for; the viewer is here, or late."""
        viewer = self.viewer is not None or time.monotonic() - self.began > VIEWER_PATIENCE
        something = now.published > 0 or (self.importer.idle and bool(self.importer.reports) and now.at_rest)
        return viewer and something and self.supervisor.answers()

    def _say_ready(self) -> None:
        self.ready_since = time.monotonic()
        self.console.ready(f"{settings.GCIS_PUBLIC_URL}/")
        if self.viewer and not self.viewer.ready:
            self.console.say(self.viewer.sentence)
        if self.browse and sys.stdout.isatty():
            webbrowser.open(f"{settings.GCIS_PUBLIC_URL}/")

    def _greet(self, prepared: Prepared) -> None:
        if prepared.password:
            self.console.say(f"Admin: {settings.GCIS_PUBLIC_URL}/admin/   user {ADMIN}   password {prepared.password}")
            self.console.say("       (the password is shown this once)")
        if prepared.resumed:
            self.console.say(f"Going on with {prepared.resumed} jobs that were interrupted.")

    # ------------------------------------------------------------------------------------------------------- threads
    def _fetch_viewer(self) -> None:
        self.viewer = viewers.fetch(VIEWER_DEADLINE, self.stopping)
        further = viewers.fetch_further(VIEWER_DEADLINE, self.stopping)
        if not further.ready and not self.stopping.is_set():
            log.warning("viewers.absent", reason=further.sentence)  # the pages do without them

    def _import(self) -> None:
        if self.wants_sampler and not self.folder.exists():
            subprocess.run([sys.executable, "-m", "images.sampler", str(self.folder)], check=True)
        self.importer.run()

    def _thread(self, work: Any) -> threading.Thread:
        """Work beside the loop; if it breaks, that is logged loudly and the demo stops."""

        def guarded() -> None:
            try:
                work()
            except Exception:
                log.exception("thread.broken", work=work.__name__)
                self.console.say(f"Something went wrong on our side; {self.home.logs / 'demo.log'} has the details.")
                self.stopping.set()
            finally:
                connection.close()

        thread = threading.Thread(target=guarded, name=work.__name__, daemon=True)
        thread.start()
        return thread

    def _log_to_file(self) -> None:
        """The terminal is for people: what this process logs goes beside the logs of its children."""
        root = logging.getLogger()
        for handler in root.handlers[:]:
            root.removeHandler(handler)
        handler = logging.FileHandler(self.home.logs / "demo.log")
        handler.setFormatter(logs.formatter(settings.LOGGING["format"]))
        root.addHandler(handler)
