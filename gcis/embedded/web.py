"""The web server of the embedded profile: granian on one port of this machine."""

import multiprocessing
import os

from granian import Granian
from granian.constants import Interfaces

from gcis.embedded import leash


def main() -> None:
    leash.hold_from_environment()
    multiprocessing.set_start_method("fork")  # 3.14 spawns by default, and a spawned worker has no leash to hold
    Granian(
        "gcis.wsgi:application",
        address=os.environ["GCIS_WEB_ADDRESS"],
        port=int(os.environ["GCIS_WEB_PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ["GCIS_WEB_PROCESSES"]),
        blocking_threads=16,
        respawn_failed_workers=True,
        workers_kill_timeout=6,
        log_level="error",
    ).serve()


if __name__ == "__main__":
    main()
