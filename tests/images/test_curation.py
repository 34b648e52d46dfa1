"""Names, withdrawal, merging, access and words of pictures that are there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs.claims import Superseded
from gcis.jobs.models import Job
from images import curation, services
from images.access import Access
from images.conversion.pipeline import ConvertHandler
from images.curation import Restriction
from images.models import Image, Purge
from images.policy import CLOSED, OPEN, Policy
from redirects import services as names
from tests.work import (
    a_file,
    a_source,
    an_image,
    convert,
    everything,
    fail,
    finish,
    fresh,
    happened,
    statements,
    take,
    writes,
)

pytestmark = pytest.mark.django_db

LATER = datetime(2040, 1, 1, tzinfo=UTC)


def called(image: UUID) -> str:
    return names.current([image])[image]


def numbers(image: UUID) -> tuple[int, int]:
    """Revision and generation."""
    return fresh(image).revision, fresh(image).generation


def rises(image: UUID, change: Callable[[], object]) -> tuple[int, int]:
    """By how much a change raises revision and generation."""
    before = numbers(image)
    change()
    after = numbers(image)
    return after[0] - before[0], after[1] - before[1]


def refused(code: str, change: Callable[[], object]) -> None:
    """The call is refused with this code, and leaves everything as it was."""
    before = everything()
    with pytest.raises(SourceFault) as refusal:
        change()
    assert (refusal.value.code, everything()) == (code, before)


def last(image: UUID) -> tuple[str, str, dict[str, Any]]:
    event = Event.objects.filter(subject=image).latest("id")
    return event.kind, event.actor, event.data


# ---------------------------------------------------------------------------------------------------------------- names
def test_a_renamed_picture_is_found_by_both_names() -> None:
    image = an_image(identifier="old")
    assert curation.rename(image, "new", actor="admin jane", reason="misread")
    assert last(image) == ("image.renamed", "admin jane", {"was": "old", "now": "new", "reason": "misread"})
    for name in ("old", "new"):
        found = services.find(name)
        assert found
        assert (found.id, found.identifier) == (image, "new")
    history = [(each.value, each.status, each.actor, each.reason) for each in names.history(image)]
    assert history == [("new", "current", "admin jane", "misread"), ("old", "moved", "admin jane", "misread")]


def test_renaming_counts_once_and_makes_no_cached_byte_stale() -> None:
    image = an_image(identifier="old")
    assert rises(image, lambda: curation.rename(image, "new", actor="test")) == (1, 0)
    before = everything()
    assert not curation.rename(image, "new", actor="test")
    assert everything() == before
    assert rises(image, lambda: curation.rename(image, "old", actor="test")) == (1, 0)
    assert called(image) == "old"


@pytest.mark.parametrize(
    ("value", "code"),
    [("taken", "identifier_taken"), ("2/x", "identifier"), ("a\0b", "identifier"), ("", "identifier")],
)
def test_a_name_that_cannot_be_had_changes_nothing(value: str, code: str) -> None:
    an_image(identifier="taken")
    image = an_image(identifier="mine")
    refused(code, lambda: curation.rename(image, value, actor="test"))


def test_what_is_withdrawn_cannot_be_renamed() -> None:
    image = an_image(identifier="old")
    curation.withdraw(image, actor="test", reason="stolen")
    refused("withdrawn", lambda: curation.rename(image, "new", actor="test"))
    refused("withdrawn", lambda: curation.rename(image, "old", actor="test"))


# ----------------------------------------------------------------------------------------------------------- withdrawal
def test_what_is_withdrawn_keeps_name_and_reason_and_loses_its_cached_bytes() -> None:
    image = an_image(identifier="map")
    convert(image)
    assert rises(image, lambda: curation.withdraw(image, actor="admin jane", reason="rights")) == (1, 1)
    found = services.find("map")
    assert found
    assert (found.state, found.reason, found.identifier) == ("withdrawn", "rights", "map")
    assert found.withdrawn
    assert last(image) == ("image.withdrawn", "admin jane", {"reason": "rights"})
    before = everything()
    assert not curation.withdraw(image, actor="test", reason="again")
    assert everything() == before


def test_a_long_reason_is_kept_whole_in_the_timeline() -> None:
    image = an_image()
    curation.withdraw(image, actor="test", reason="why " * 200)
    assert len(fresh(image).withdrawn_reason) == 300
    assert last(image)[2] == {"reason": "why " * 200}


def test_what_is_restored_is_back_under_its_last_name() -> None:
    image = an_image(identifier="first")
    convert(image)
    curation.rename(image, "map", actor="test")
    curation.withdraw(image, actor="test", reason="rights")
    assert rises(image, lambda: curation.restore(image, actor="admin jane", reason="cleared")) == (1, 1)
    found = services.find("map")
    assert found
    assert (found.state, found.reason, found.withdrawn, called(image)) == ("ready", "", None, "map")
    assert last(image) == ("image.restored", "admin jane", {"reason": "cleared"})
    assert not Job.objects.filter(state="queued").exists(), "there is nothing to convert"
    before = everything()
    assert not curation.restore(image, actor="test")
    assert everything() == before


def test_a_conversion_under_way_does_not_bring_back_what_was_withdrawn_meanwhile() -> None:
    image = an_image()
    held = take(image)
    curation.withdraw(image, actor="test", reason="rights")
    before = everything()
    with pytest.raises(Superseded):
        finish(held)
    assert everything() == before
    curation.restore(image, actor="test")
    with pytest.raises(Superseded), transaction.atomic():
        finish(held)
    assert fresh(image).state == "registered"
    convert(image)
    assert (fresh(image).state, fresh(image).wanted) == ("ready", 2)


def test_a_queued_conversion_ends_with_the_withdrawal_and_comes_back_with_the_restoration() -> None:
    image = an_image()
    curation.withdraw(image, actor="test", reason="rights")
    assert list(Job.objects.values_list("state", flat=True)) == ["superseded"]
    assert services.waiting() == services.unfinished([image]) == 0
    curation.restore(image, actor="test")
    assert services.waiting() == 1
    convert(image)


def test_a_source_that_changes_while_its_picture_is_withdrawn_is_converted_after_the_restoration() -> None:
    image = an_image()
    convert(image, 800, 600)
    curation.withdraw(image, actor="test", reason="rights")
    services.replace(image, a_file(text="newer"), actor="test")
    with pytest.raises(Superseded):
        ConvertHandler().run(take(image))
    assert fresh(image).width == 800
    curation.restore(image, actor="test")
    convert(image, 900, 600)
    assert (fresh(image).width, fresh(image).replacement) == (900, "")


def test_what_failed_while_it_was_withdrawn_says_so_when_it_is_back() -> None:
    image = an_image()
    held = take(image)
    curation.withdraw(image, actor="test", reason="rights")
    with transaction.atomic():
        services.fail_conversion(image, held.args["wanted"], "cut_off", "The file is cut off.")
    curation.restore(image, actor="test")
    assert (fresh(image).state, fresh(image).error_text, fresh(image).wanted) == ("failed", "The file is cut off.", 1)


def test_a_picture_that_was_only_announced_can_be_withdrawn_and_restored() -> None:
    image = services.register(a_source(), "1", None, actor="test").pk
    curation.withdraw(image, actor="test", reason="rights")
    curation.restore(image, actor="test")
    assert (fresh(image).wanted, Job.objects.count(), services.unfinished([image])) == (0, 0, 1)


# -------------------------------------------------------------------------------------------------------------- merging
def test_every_name_of_a_merged_picture_leads_to_the_other() -> None:
    double, kept = an_image("a.tif", identifier="double"), an_image("b.tif", identifier="kept")
    curation.rename(double, "twin", actor="test")
    convert(kept)
    before = numbers(double), numbers(kept)
    curation.merge(double, kept, actor="admin jane", reason="scanned twice")
    assert {(found.id, found.identifier) for name in ("double", "twin", "kept") if (found := services.find(name))} == {
        (kept, "kept")
    }
    assert (fresh(double).state, fresh(double).withdrawn_reason) == ("withdrawn", "scanned twice")
    assert numbers(double) == (before[0][0] + 1, before[0][1] + 1)
    assert numbers(kept) == (before[1][0] + 1, before[1][1]), "it has more names now"
    told = {"names": ["double", "twin"], "reason": "scanned twice"}
    assert last(double) == ("image.merged", "admin jane", {"into": str(kept), **told})
    assert last(kept) == ("image.took_over", "admin jane", told)
    assert names.history(double) == []


def test_what_was_merged_stays_merged_and_is_not_converted() -> None:
    double, kept = an_image("a.tif", identifier="double"), an_image("b.tif")
    held = take(double)
    curation.merge(double, kept, actor="test")
    with pytest.raises(Superseded), transaction.atomic():
        finish(held)
    refused("merged", lambda: curation.restore(double, actor="test"))
    refused("merged", lambda: curation.merge(double, kept, actor="test"))
    refused("withdrawn", lambda: curation.merge(kept, double, actor="test"))
    refused("withdrawn", lambda: curation.rename(double, "new", actor="test"))
    other = an_image("c.tif")
    refused("identifier_taken", lambda: curation.rename(other, "double", actor="test"))


def test_merges_one_after_another_lead_to_the_last() -> None:
    first, second, third = (an_image(f"{name}.tif", identifier=name) for name in ("one", "two", "three"))
    curation.merge(first, second, actor="test")
    curation.merge(second, third, actor="test")
    assert {found.id for name in ("one", "two", "three") if (found := services.find(name))} == {third}
    assert [curation.successor(image) for image in (first, second, third)] == [third] * 3


def test_what_was_withdrawn_can_still_be_merged() -> None:
    double, kept = an_image("a.tif", identifier="double"), an_image("b.tif")
    curation.withdraw(double, actor="test", reason="wrong")
    curation.merge(double, kept, actor="test", reason="it was the other")
    found = services.find("double")
    assert found
    assert found.id == kept
    refused("merged", lambda: curation.restore(double, actor="test"))


def test_a_picture_is_not_merged_into_itself_or_into_what_is_gone() -> None:
    image, gone = an_image("a.tif"), an_image("b.tif")
    curation.withdraw(gone, actor="test", reason="wrong")
    refused("merge_itself", lambda: curation.merge(image, image, actor="test"))
    refused("withdrawn", lambda: curation.merge(image, gone, actor="test"))


# ---------------------------------------------------------------------------------------------------------------- purge
def test_a_purge_raises_the_generation_of_each_picture_once() -> None:
    one, two, other = (an_image(f"{n}.tif") for n in range(3))
    work = uuid4()
    before = [numbers(image) for image in (one, two, other)]
    made = curation.purge(work, [two, one, two], actor="admin jane", reason="wrong colours")
    after = [numbers(image) for image in (one, two, other)]
    assert after == [(before[0][0] + 1, before[0][1] + 1), (before[1][0] + 1, before[1][1] + 1), before[2]]
    assert (made.subject, made.actor, made.reason, made.matched) == (work, "admin jane", "wrong colours", 2)
    assert made.targets == sorted([str(one), str(two)])
    assert happened(two)[-1] == "image.purged"
    assert happened(two).count("image.purged") == 1
    assert last(one)[2] == {"purge": str(made.pk), "reason": "wrong colours"}


def test_a_purge_of_nothing_is_recorded() -> None:
    assert curation.purge(uuid4(), [], actor="test").matched == 0
    assert Purge.objects.count() == 1


def test_a_purge_costs_the_same_locks_for_one_and_for_many() -> None:
    several = [an_image(f"{n}.tif") for n in range(9)]
    with statements() as sent:
        curation.purge(uuid4(), several, actor="test")
    assert len([sql for sql in sent if "images_image" in sql]) == 2


# --------------------------------------------------------------------------------------------------------------- access
@pytest.mark.parametrize(
    ("restriction", "policy"),
    [
        (Restriction(), OPEN),
        (Restriction(Access.OPEN), OPEN),
        (Restriction(Access.CLOSED), CLOSED),
        (Restriction(Access.LIMITED, 400), Policy(edge=400)),
        (Restriction(Access.OPEN, opens=LATER), Policy(opens=LATER)),
        (Restriction(Access.LIMITED, 400, LATER), Policy(edge=400, opens=LATER)),
    ],
)
def test_what_a_record_says_of_itself(restriction: Restriction, policy: Policy) -> None:
    image = an_image()
    curation.restrict(image, Restriction(Access.LIMITED, 1), actor="test")
    curation.restrict(image, restriction, actor="test")
    assert fresh(image).policy == policy
    assert services.facts([image])[image].policy == policy


def test_a_restriction_is_told_once() -> None:
    image = an_image()
    limited = Restriction(Access.LIMITED, 400, LATER)
    assert rises(image, lambda: curation.restrict(image, limited, actor="admin jane")) == (1, 0)
    data = {"access": "limited", "edge": 400, "opens": "2040-01-01T00:00:00+00:00"}
    assert last(image) == ("image.restricted", "admin jane", data)
    before = everything()
    assert not curation.restrict(image, limited, actor="test")
    assert everything() == before
    assert curation.restrict(image, Restriction(Access.LIMITED, 401, LATER), actor="test")
    assert curation.restrict(image, Restriction(), actor="test")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"access": Access.LIMITED}, "access_edge"),
        ({"access": Access.LIMITED, "edge": 0}, "access_edge"),
        ({"access": Access.LIMITED, "edge": -5}, "access_edge"),
        ({"access": Access.LIMITED, "edge": 1 << 31}, "access_edge"),
        ({"access": Access.CLOSED, "edge": 400}, "access_edge"),
        ({"access": Access.INHERIT, "edge": 0}, "access_edge"),
        ({"access": "secret"}, "access"),
        ({"access": ""}, "access"),
        ({"opens": datetime(2040, 1, 1)}, "access_from"),
    ],
)
def test_a_restriction_that_says_nothing_clear_cannot_be_made(given: dict[str, Any], code: str) -> None:
    with pytest.raises(SourceFault) as refusal:
        Restriction(**given)
    assert refusal.value.code == code


# ----------------------------------------------------------------------------------------------------------- inheriting
@pytest.mark.parametrize(
    "policy",
    [OPEN, CLOSED, Policy(edge=300), Policy(opens=LATER), Policy(edge=300, opens=LATER), Policy(True, 300, LATER)],
)
def test_what_is_inherited_is_written_once(policy: Policy) -> None:
    image = an_image()
    for other in (Policy(edge=99, opens=LATER + timedelta(1)), policy):
        assert curation.inherit({image: other}) == [image]
    assert fresh(image).inherited.closed == policy.closed
    assert fresh(image).inherited.opens == policy.opens
    assert fresh(image).inherited_edge == (None if policy.closed else policy.edge)
    before = everything()
    with statements() as sent:
        assert curation.inherit({image: policy}) == []
    assert (writes(sent), everything()) == ([], before)


def test_the_strictest_of_own_and_inherited_word_counts() -> None:
    image = an_image()
    curation.restrict(image, Restriction(Access.LIMITED, 400), actor="test")
    curation.inherit({image: Policy(edge=300, opens=LATER)})
    assert fresh(image).policy == Policy(edge=300, opens=LATER)
    curation.inherit({image: Policy(edge=500)})
    assert fresh(image).policy == Policy(edge=400)
    curation.inherit({image: CLOSED})
    curation.restrict(image, Restriction(Access.OPEN), actor="test")
    assert fresh(image).policy.closed, "open does not open what is closed above"
    curation.inherit({image: OPEN})
    assert fresh(image).policy == OPEN


def test_inheriting_costs_the_same_for_one_and_for_many() -> None:
    several = [an_image(f"{n}.tif") for n in range(12)]
    with statements() as sent:
        assert set(curation.inherit(dict.fromkeys(several, CLOSED))) == set(several)
    assert len(sent) == 2
    assert {fresh(image).revision for image in several} == {3}


def test_a_policy_for_each_picture_reaches_that_picture() -> None:
    one, two, three = (an_image(f"{n}.tif") for n in range(3))
    assert set(curation.inherit({one: CLOSED, two: Policy(edge=300), three: OPEN})) == {one, two}
    assert [fresh(image).policy for image in (one, two, three)] == [CLOSED, Policy(edge=300), OPEN]


# ---------------------------------------------------------------------------------------------------------------- words
def test_peoples_word_on_rights_counts_and_the_sources_comes_back() -> None:
    image = an_image(rights="http://rightsstatements.org/vocab/InC/1.0/")
    word = "http://creativecommons.org/licenses/by/4.0/"
    assert rises(image, lambda: curation.describe(image, actor="admin jane", rights=word)) == (1, 0)
    assert services.facts([image])[image].rights == word
    assert last(image) == ("image.described", "admin jane", {"rights_curated": word})
    before = everything()
    assert not curation.describe(image, actor="test", rights=word)
    assert not curation.describe(image, actor="test")
    assert everything() == before
    assert curation.describe(image, actor="test", rights="")
    assert services.facts([image])[image].rights.endswith("InC/1.0/")


def test_a_recipe_counts_for_the_next_conversion() -> None:
    image = an_image()
    convert(image)
    assert curation.describe(image, actor="test", recipe="fidelity")
    assert (fresh(image).recipe, fresh(image).replacement, Job.objects.filter(state="queued").count()) == (
        "fidelity",
        "",
        0,
    )
    assert curation.describe(image, actor="test", recipe="")


@pytest.mark.parametrize(
    ("given", "code"),
    [({"recipe": "secret"}, "recipe"), ({"rights": "x" * 301}, "rights"), ({"rights": "http://x\0"}, "rights")],
)
def test_words_that_cannot_be_kept_change_nothing(given: dict[str, str], code: str) -> None:
    image = an_image()
    refused(code, lambda: curation.describe(image, actor="test", **given))


# ---------------------------------------------------------------------------------------------------- what is converted
def test_what_is_withdrawn_or_was_never_sent_is_not_converted_again() -> None:
    gone, announced = an_image("a.tif"), services.register(a_source(), "1", None, actor="test").pk
    curation.withdraw(gone, actor="test", reason="wrong")
    refused("withdrawn", lambda: services.convert_again(gone, actor="test"))
    refused("not_sent", lambda: services.convert_again(announced, actor="test"))
    fail(broken := an_image("b.tif"))
    services.convert_again(broken, actor="test")
    assert Image.objects.get(pk=broken).wanted == 2
