"""The web server: granian, several processes on one port. The demo's supervisor starts it, and so does systemd."""

import multiprocessing
import os

from granian import Granian
from granian.constants import Interfaces

from gcis.core import logs
from gcis.embedded import leash


def main() -> None:
    leash.hold_from_environment()
    multiprocessing.set_start_method("fork")  # 3.14 spawns by default, and a spawned worker has no leash to hold
    Granian(
        "gcis.wsgi:application",
        address=os.environ.get("GCIS_WEB_ADDRESS", "127.0.0.1"),
        port=int(os.environ.get("GCIS_WEB_PORT", "8000")),
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("GCIS_WEB_PROCESSES", os.cpu_count() or 1)),
        blocking_threads=16,
        respawn_failed_workers=True,
        workers_kill_timeout=6,
        log_level="error",
        log_dictconfig=logs.plan({"format": os.environ.get("GCIS_LOG_FORMAT", "console"), "level": "WARNING"}),
    ).serve()


if __name__ == "__main__":
    main()
