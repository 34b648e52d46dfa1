"""What the database says about the whole installation, as gauges: asked once for all who scrape within some seconds."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import structlog
from django.conf import settings
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gcis import health
from gcis.core.probe import Probe
from gcis.core.trouble import passing
from gcis.metrics import parts

log = structlog.get_logger(__name__)

Part = Callable[[], Iterable[Metric]]
#: Seconds that one who scrapes waits for the figures: less than Prometheus waits for us (10).
PATIENCE = 8


class Figures(Collector):
    """When the database is away, its figures are absent: a figure of before would be taken for one of now."""

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        question = _probe().begin()
        answers = health.look()
        parts_up = GaugeMetricFamily("gcis_part_up", "Whether a part answers this host, as /readyz.", labels=["part"])
        for name, part in answers.items():
            parts_up.add_metric([name], part.error is None)
        yield parts_up
        is_up = answers["database"].error is None
        yield GaugeMetricFamily("gcis_database_up", "Whether the database answers this host.", value=is_up)
        if is_up:
            answer = question.answer()
            if answer.error:
                log.warning("figures.absent", error=f"{type(answer.error).__name__}: {answer.error}")
            yield from answer.value or ()
            yield GaugeMetricFamily("gcis_figures_seconds", "Asking for these figures.", value=answer.seconds)


@cache
def _probe() -> Probe[list[Metric]]:
    return Probe(_ask, patience=PATIENCE, keep=settings.GCIS_METRICS_SECONDS)


def _ask() -> list[Metric]:
    return [metric for part in parts.ALL for metric in _of(part)]


def _of(part: Part) -> list[Metric]:
    """The gauges of one part. One that breaks does not take the others along; a database that is away does."""
    try:
        return list(part())
    except Exception as error:
        if passing(error):
            raise
        log.exception("figures.broken", part=part.__name__)
        return []
