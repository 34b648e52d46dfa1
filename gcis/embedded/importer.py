"""Import the folder, then watch it: what is added, changed, moved or removed while we run is brought in too."""

import threading
from pathlib import Path

import structlog
from django.db import connection

from gcis.core.errors import SourceFault
from gcis.jobs import services as jobs
from images.models import Source
from manifests.ingest import ACTOR, FolderImport, Report
from manifests.payload.folder import scan

log = structlog.get_logger(__name__)

#: Seconds between two looks at the folder. A change is taken up when two looks in a row saw the same.
LOOK_SECONDS = 3


class Importer:
    """Runs in a thread; `idle` and `reports` are read by another."""

    def __init__(self, folder: Path, *, copy: bool, stopping: threading.Event) -> None:
        self.folder = folder
        self.copy = copy
        self.stopping = stopping
        self.source: Source | None = None
        self.reports: list[Report] = []
        self.idle = False

    def run(self) -> None:
        imported = self._look()
        self._import()
        before = imported
        while not self.stopping.wait(LOOK_SECONDS):
            try:
                seen = self._look()
                if seen != imported and seen == before:
                    self._import()
                    imported = seen
                before = seen
            except (SourceFault, OSError) as fault:
                # A disk that was unplugged, say: what was imported goes on serving.
                log.warning("folder.unreadable", error=str(fault))
                self.idle = True

    def take_reports(self) -> list[Report]:
        taken, self.reports = self.reports, []
        return taken

    def _import(self) -> None:
        self.idle = False
        batch = jobs.open_batch(f"Import of {self.folder.name}", ACTOR)
        try:
            work = FolderImport(self.folder, batch, copy=self.copy)
            self.source = work.source
            self.reports.append(work.run())
        finally:
            jobs.close_batch(batch)
            connection.close()
            self.idle = True

    def _look(self) -> object:
        """Everything that would make a difference: pictures and tables with size and time of change."""
        listing = scan(self.folder)
        tables = [(path, (self.folder / path).stat().st_mtime_ns) for path in listing.tables]
        return [(p.path, p.size, p.mtime_ns) for p in listing.pictures], tables
