"""The checks of work on pictures: what was asked for will be done, and what is over has left nothing behind."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from gcis.jobs.models import Job
from gcis.upkeep import checks
from gcis.upkeep.checks import Check, Finding, Tally
from gcis.upkeep.chunks import by_key
from images import files, services
from images.conversion.pipeline import sweep_scratch
from images.models import Image
from images.services import CONVERT

#: Seconds for which a scratch folder may outlive its attempt: they are swept every minute.
SWEPT = 300
_ATTEMPT = re.compile(r"([0-9a-f-]{36})-([0-9]+)")


def register() -> None:
    checks.register(
        Check(
            "images.converted",
            "Every picture that waits for its conversion has a job that will do it.",
            _forgotten,
            _is_forgotten,
            _want,
            by_itself=True,
        ),
        Check(
            "images.paged",
            "Every page of a file is registered, or it was said why it is not.",
            _unpaged,
            _is_unpaged,
            _page,
            by_itself=True,
        ),
        Check(
            "scratch.left",
            "Conversions that are over have left nothing behind.",
            _scratch,
            _is_left,
            _clear,
            by_itself=True,
        ),
    )


# ---------------------------------------------------------------------------------------------- work that was asked for
def _without_job() -> QuerySet[Image]:
    """In one statement, hence as of one moment: a conversion that ends takes its job and its number along."""
    live = Job.objects.filter(kind=CONVERT, subject=OuterRef("pk"), state__in=Job.LIVE)
    return Image.objects.filter(services.PENDING & ~Exists(live)).only("pk", "file_name")


def _forgotten(tally: Tally) -> Iterator[Finding]:
    tally.saw(services.waiting())
    for rows in by_key(_without_job()):
        for image in rows:
            said = f"{image.file_name} waits for a conversion that nobody will do: there is no job."
            yield Finding(str(image.pk), said, image.pk)


def _is_forgotten(finding: Finding) -> bool:
    return _without_job().filter(pk=finding.what).exists()


@transaction.atomic
def _want(finding: Finding, actor: str) -> bool:
    assert finding.subject
    services.lock(finding.subject)
    if not _is_forgotten(finding):
        return False
    services.convert_again(finding.subject, actor=actor)
    return True


def _without_pages() -> QuerySet[Image]:
    """They are registered in order: where the last one is, all are. Where registering them failed, that was told."""
    last = Image.objects.filter(
        source=OuterRef("source"), external_id=OuterRef("external_id"), page=OuterRef("pages") - 1
    )
    told = Job.objects.filter(kind=files.PAGES, subject=OuterRef("pk")).exclude(state=Job.State.SUCCEEDED)
    return Image.objects.filter(~Exists(last), ~Exists(told), page=0, pages__gt=1).only("pk", "file_name")


def _unpaged(tally: Tally) -> Iterator[Finding]:
    tally.saw(Image.objects.filter(page=0, pages__gt=1).count())
    for rows in by_key(_without_pages()):
        for image in rows:
            yield Finding(
                str(image.pk), f"{image.file_name} has pages that are no pictures of their own yet.", image.pk
            )


def _is_unpaged(finding: Finding) -> bool:
    return _without_pages().filter(pk=finding.what).exists()


@transaction.atomic
def _page(finding: Finding, actor: str) -> bool:
    assert finding.subject
    image = services.lock(finding.subject)
    if not _is_unpaged(finding):
        return False
    files.have_pages_follow(image, actor)
    return True


# --------------------------------------------------------------------------------------------------------- scratch room
def _scratch(tally: Tally) -> Iterator[Finding]:
    for folder in Path(settings.GCIS_WORK_DIR).glob("*"):
        tally.saw()
        said = f"A conversion that is over has left {folder.name} in the scratch room of this host."
        finding = Finding(folder.name, said)
        if _is_left(finding):
            yield finding


def _is_left(finding: Finding) -> bool:
    attempt = _ATTEMPT.fullmatch(finding.what)
    try:
        age = time.time() - Path(settings.GCIS_WORK_DIR, finding.what).stat().st_mtime
    except FileNotFoundError:
        return False
    running = attempt and Job.objects.filter(pk=attempt[1], token=attempt[2], state=Job.State.RUNNING).exists()
    return bool(attempt) and age > SWEPT and not running


def _clear(finding: Finding, actor: str) -> bool:
    sweep_scratch()
    return not _is_left(finding)
