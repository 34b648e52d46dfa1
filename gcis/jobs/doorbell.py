"""Say "look" to the workers. Losing or doubling it does no harm: the dispatcher finds what was not heard."""

import logging
from uuid import UUID

from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def ring(job_id: UUID, lane: str) -> None:
    """Announce a job from any process. In the embedded profile the worker's dispatcher looks for itself."""
    if not settings.GCIS_EMBEDDED:
        send(job_id, lane)


def send(job_id: UUID, lane: str) -> None:
    """Send the message; when the broker does not take it, the dispatcher does it again later."""
    from gcis.jobs.tasks import run  # tasks import the runner, which imports services, which import us

    try:
        run.apply_async([str(job_id)], queue=lane, retry=False)
    except (OSError, OperationalError):
        log.warning("doorbell.unheard job=%s", job_id)
