"""Say "look" to the workers. Losing or doubling it does no harm: the dispatcher finds what was not heard."""

import logging
from uuid import UUID

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

#: The task that hears it (`gcis.jobs.tasks`), by name: those who ring need not know what it does.
RUN = "gcis.jobs.run"


def ring(job_id: UUID, lane: str) -> None:
    """Announce a job from any process. In the embedded profile the worker's dispatcher looks for itself."""
    if not settings.GCIS_EMBEDDED:
        send(job_id, lane)


def send(job_id: UUID, lane: str) -> None:
    """Send the message; when the broker does not take it, the dispatcher does it again later."""
    try:
        current_app.send_task(RUN, [str(job_id)], queue=lane, retry=False)
    except (OSError, OperationalError):
        log.warning("doorbell.unheard job=%s", job_id)
