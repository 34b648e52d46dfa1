"""Work that makes very many objects at once and no cycles: Python need not look for cycles meanwhile."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector, in the whole process, while any thread is in such a block.

    It would go through all objects again and again while their number grows: two fifths of the time that the document
    of a large collection takes. What nothing refers to is freed as always.
    """
    global _inside
    with _lock:
        _inside += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                gc.enable()
