"""When anybody who works was last heard of."""

from gcis.core.db import DbNow
from gcis.jobs.models import Worker


def last_sign() -> float | None:
    """Seconds since the last sign of life of any worker; None when there never was one."""
    row = Worker.objects.order_by("-seen").values_list("seen", DbNow()).first()
    return (row[1] - row[0]).total_seconds() if row else None
