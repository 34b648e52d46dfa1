"""How often former names are still asked for. Counted in memory and written now and then: "at least" so often."""

import threading
from collections import Counter

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F

from gcis.core.db import DbNow
from redirects.models import Identifier

log = structlog.get_logger(__name__)

_lock = threading.Lock()
_counts: Counter[int] = Counter()


def note(identifier: int) -> None:
    """The name of this key was asked for. The first after a while has the counts written a little later."""
    with _lock:
        first = not _counts
        _counts[identifier] += 1
    if first and settings.GCIS_HITS_SECONDS:
        timer = threading.Timer(settings.GCIS_HITS_SECONDS, _write_in_thread)
        timer.daemon = True
        timer.start()


def write() -> int:
    """Add what was counted to the names. Returns how many names that were."""
    with _lock:
        counts = dict(_counts)
        _counts.clear()
    for key, count in sorted(counts.items()):
        Identifier.objects.filter(pk=key).update(hits=F("hits") + count, last_used=DbNow())
    return len(counts)


def _write_in_thread() -> None:
    try:
        write()
    except (DatabaseError, InterfaceError) as error:
        log.warning("hits.lost", error=str(error))  # it is "at least"
    finally:
        connection.close()
