"""A pipe that the supervisor holds at the other end: when it closes, the supervisor is dead and so are we."""

import os
import threading

VARIABLE = "GCIS_LEASH_FD"


def hold_from_environment() -> None:
    """Leave as soon as the supervisor does. Does nothing when nobody supervises this process."""
    descriptor = os.environ.get(VARIABLE)
    if descriptor:
        threading.Thread(target=_watch, args=(int(descriptor),), name="leash", daemon=True).start()


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)  # nothing is ever written: this returns when the writing end is closed
    os._exit(1)
