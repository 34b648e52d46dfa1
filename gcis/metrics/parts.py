"""The figures of each part of the house. This is the composition root's business: no part knows of metrics."""

from collections.abc import Iterator

from django.db.models import Count, F, Q
from prometheus_client.core import GaugeMetricFamily, Metric

from gcis.events.models import Event
from gcis.jobs import backlog
from gcis.jobs.workers import workers as at_work
from gcis.metrics.pulse import last_sign
from gcis.upkeep.services import figures as reconciled
from images.models import Image
from manifests.mirror import services as mirrored
from manifests.services import outstanding


def jobs() -> Iterator[Metric]:
    """Live jobs only: those that ended are counted by the processes that end them (gcis_jobs_ended_total)."""
    family = GaugeMetricFamily("gcis_jobs", "Jobs that wait or run.", labels=["lane", "state"])
    due = GaugeMetricFamily("gcis_job_oldest_due_seconds", "Waiting time of the oldest due job.", labels=["lane"])
    for name, lane in backlog.backlog().items():
        family.add_metric([name, "queued"], lane.queued)
        family.add_metric([name, "running"], lane.running)
        due.add_metric([name], lane.oldest or 0)
    yield family
    yield due


def workers() -> Iterator[Metric]:
    yield _gauge("gcis_workers", "Worker processes that gave a sign of life within a lease.", at_work().count())
    if (sign := last_sign()) is not None:
        yield _gauge("gcis_worker_sign_seconds", "Since the last sign of life of any worker.", sign)


def events() -> Iterator[Metric]:
    unnumbered = Event.objects.filter(number=None).count()
    yield _gauge("gcis_events_unnumbered", "Events that feeds and webhooks do not see yet.", unnumbered)


def publications() -> Iterator[Metric]:
    yield _gauge("gcis_publications_outstanding", "Changes that are not in published documents yet.", outstanding())


def mirrors() -> Iterator[Metric]:
    """Hosts with a mirror of what is published (`manage mirror`)."""
    late = mirrored.late()
    yield _gauge("gcis_mirrors_late", "Mirrors that may still serve what was taken away 10 s ago.", len(late))


def images() -> Iterator[Metric]:
    """Withdrawn images wait for nothing."""
    waiting = Image.objects.filter(withdrawn=None, wanted__gt=F("converted"))
    counts = waiting.aggregate(
        broken=Count("pk", filter=Q(failed=F("wanted"))), coming=Count("pk", filter=Q(failed__lt=F("wanted")))
    )
    family = GaugeMetricFamily("gcis_images", "Images whose wanted source is not served.", labels=["state"])
    family.add_metric(["failed"], counts["broken"])
    family.add_metric(["pending"], counts["coming"])
    yield family


def upkeep() -> Iterator[Metric]:
    """What the last comparison of database, stores and published files found and nobody mended (`manage reconcile`)."""
    found = reconciled()
    if found["age"] is not None:
        yield _gauge("gcis_reconciled_seconds", "Since everything was last compared.", found["age"])
    wrong = GaugeMetricFamily("gcis_reconcile_wrong", "Found wrong and not mended.", labels=["check"])
    unseen = GaugeMetricFamily("gcis_reconcile_unseen", "Checks that could not look everywhere.", labels=["check"])
    for name, check in found["checks"].items():
        wrong.add_metric([name], check["wrong"] - check["mended"])
        unseen.add_metric([name], bool(check["unseen"]))
    yield from (wrong, unseen)


ALL = (jobs, workers, events, publications, mirrors, images, upkeep)


def _gauge(name: str, sentence: str, value: float) -> Metric:
    return GaugeMetricFamily(name, sentence, value=value)
