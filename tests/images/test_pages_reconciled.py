"""Pages that were counted and never registered are found, and registered."""

import pytest

from gcis.jobs.models import Job
from gcis.upkeep import checks
from gcis.upkeep.checks import Check, Finding, Tally
from images import files
from tests.images.paged import a_ledger, converted, leaves
from tests.work import an_image, run_due

pytestmark = pytest.mark.django_db(transaction=True)


def paged() -> Check:
    (check,) = checks.named(("images.paged",))
    return check


def findings() -> list[Finding]:
    return list(paged().look(Tally(lambda: None)))


def test_pages_whose_job_is_gone_are_registered_after_all() -> None:
    a_ledger(2, "whole.tif")
    image = an_image("ledger.tif")
    converted(image, 3)
    assert findings() == [], "there is a job that will do it"
    Job.objects.filter(kind=files.PAGES).delete()
    (found,) = findings()
    assert (found.subject, found.sentence) == (image, "ledger.tif has pages that are no pictures of their own yet.")
    mend = paged().mend
    assert mend and mend(found, "test")
    assert not mend(found, "test"), "it has been done"
    run_due(files.PAGES)
    assert len(leaves(image)) == 3
    assert findings() == []


def test_what_was_refused_with_a_reason_is_not_asked_for_again() -> None:
    a_ledger(20_000)
    assert findings() == []
