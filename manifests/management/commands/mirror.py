"""`manage mirror`: copies of all public documents as files on this host, for nginx to answer with."""

import signal
import threading
import time
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection

from gcis.core.errors import SourceFault, Unavailable
from gcis.core.trouble import passing
from manifests.mirror import services, upkeep
from manifests.mirror.folder import MirrorFolder
from manifests.mirror.follow import Follower

log = structlog.get_logger(__name__)

#: Seconds between two looks at the events, and after trouble.
LOOK, PAUSE = 0.5, 2.0


class Command(BaseCommand):
    help = "Keep the mirror of this host (GCIS_MIRROR_DIR), look at it, or say how far all hosts have come."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--follow", action="store_true", help="keep it, until stopped: one process on every host")
        what.add_argument("--rebuild", action="store_true", help="compare everything, and put right what is not")
        what.add_argument("--check", action="store_true", help="compare everything, and say what is not right")
        what.add_argument("--forget", metavar="HOST", help="this host has no mirror any more")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["forget"]:
                services.forget(options["forget"])
            elif options["follow"]:
                self._follow()
            elif options["rebuild"]:
                self._rebuild()
            elif options["check"]:
                self._check()
            else:
                self._tell()
        except SourceFault as fault:
            raise CommandError(fault.sentence) from None

    def _follow(self) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        mirror = _folder()
        with mirror.held():
            follower = Follower(mirror, settings.GCIS_MIRROR_HOST)
            log.info("mirror.started", host=follower.host, folder=str(mirror.folder))
            begun = False
            while not stopping.is_set():
                try:
                    if not begun:
                        follower.begin()
                        begun = True
                    stopping.wait(0 if follower.step() else LOOK)
                except (Error, OSError, Unavailable) as trouble:
                    _bear(trouble)
                    stopping.wait(PAUSE)

    def _rebuild(self) -> None:
        mirror = _folder()
        with mirror.held():
            began = time.monotonic()
            follower = Follower(mirror, settings.GCIS_MIRROR_HOST)
            written = follower.rebuild()
            services.reached(follower.host, follower.removed, follower.number)
            self.stdout.write(f"{written} files written in {time.monotonic() - began:.1f} s.")

    def _check(self) -> None:
        wrong = list(upkeep.differences(_folder(), lambda number: None))
        for finding in wrong:
            self.stdout.write(finding.sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} differences. `mirror --rebuild` puts them right.")
        self.stdout.write("The mirror is what it should be.")

    def _tell(self) -> None:
        silent = services.silent()
        for host in services.hosts():
            last = "  silent" if host.name in silent else ""
            self.stdout.write(f"{host.name}  removed up to {host.removed}, brought up to {host.number}{last}")


def _folder() -> MirrorFolder:
    if not settings.GCIS_MIRROR_DIR:
        raise SourceFault("no_mirror", "GCIS_MIRROR_DIR names no folder: this host has no mirror.")
    return MirrorFolder(Path(settings.GCIS_MIRROR_DIR))


def _bear(trouble: Exception) -> None:
    """What passes by itself is waited for; of the rest somebody has to know. Nothing is lost by trying again."""
    if isinstance(trouble, Unavailable) or (isinstance(trouble, Error) and passing(trouble)):
        log.warning("mirror.trouble", error=str(trouble).strip())
    else:
        log.error("mirror.failed", exc_info=trouble)
    connection.close()
