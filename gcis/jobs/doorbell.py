"""Say "look" to the workers. Losing or doubling it does no harm: the dispatcher finds what was not heard."""

import logging
from uuid import UUID

from django.conf import settings

log = logging.getLogger(__name__)


def ring(job_id: UUID, lane: str) -> None:
    """Announce a job. In the embedded profile the worker's dispatcher looks for itself."""
    if settings.GCIS_EMBEDDED:
        return
    from gcis.jobs.tasks import run  # tasks import the runner, which imports services, which import us

    try:
        run.apply_async([str(job_id)], queue=lane, retry=False)
    except OSError:
        log.warning("doorbell.unheard job=%s", job_id)
