"""Names: how they are given and changed."""

import time

import pytest
from pytest_django import Settings

from gcis.core.errors import SourceFault
from redirects import services
from redirects.models import Identifier
from redirects.services import Name
from tests.redirects.given import register, rename, told, visited

pytestmark = pytest.mark.django_db

STATUS = Identifier.Status


# --------------------------------------------------------------------------------------------------------------- giving
def test_a_name_is_unique_for_ever_within_its_kind() -> None:
    first = register("ms-1")
    with pytest.raises(SourceFault, match="belongs to something else") as refused:
        register("ms-1")
    assert refused.value.code == "identifier_taken"
    second = register("ms-1", "presentation")
    assert services.resource("image", "ms-1") == first
    assert services.resource("presentation", "ms-1") == second


def test_registering_the_same_again_changes_nothing() -> None:
    key = register("a")
    row = services.register("image", "a", key, "somebody else")
    assert (row.resource, row.actor, Identifier.objects.count()) == (key, "test", 1)


def test_registering_a_former_name_of_its_own_does_not_bring_it_back() -> None:
    key = register("a")
    rename(key, "b")
    services.register("image", "a", key, "test")
    assert told(key) == [("b", STATUS.CURRENT), ("a", STATUS.MOVED)]


@pytest.mark.parametrize("value", ["a\0b", "a\nb", "Ku\u0308ste", "\ud800", "", "..", "x" * 201])
def test_what_can_never_be_an_address_is_no_name(value: str) -> None:
    key = register("a")
    with pytest.raises(SourceFault) as refused:
        register(value)
    assert refused.value.code == "identifier"
    with pytest.raises(SourceFault):
        services.rename("image", key, value, actor="test")
    assert told(key) == [("a", STATUS.CURRENT)]


# ------------------------------------------------------------------------------------------------------------- renaming
def test_a_renamed_thing_is_found_under_both_names() -> None:
    key = register("a")
    assert services.rename("image", key, "b", actor="jane", reason="a typing error") == "a"
    assert visited("a") == Name("a", key, STATUS.CURRENT, "b")
    assert visited("b") == Name("b", key, STATUS.CURRENT, "b")
    assert services.resource("image", "a") is None
    assert services.resource("image", "b") == key
    for row in services.history(key):
        assert (row.actor, row.reason) == ("jane", "a typing error")
        assert row.returned is None


def test_every_former_name_leads_straight_to_the_present_one() -> None:
    key = register("a")
    rename(key, "b", "c", "d")
    assert [visited(value).current for value in "abcd"] == ["d"] * 4


def test_it_may_be_called_so_already() -> None:
    key = register("a")
    before = services.history(key)[0].since
    assert services.rename("image", key, "a", actor="jane") is None
    row = services.history(key)[0]
    assert (row.actor, row.since) == ("test", before)


@pytest.mark.parametrize("other", ["current", "former", "withdrawn"])
def test_a_name_that_another_has_or_had_is_refused(other: str) -> None:
    key, another = register("a"), register("taken")
    if other == "former":
        rename(another, "b")
    if other == "withdrawn":
        services.withdraw(another, actor="test", reason="")
    with pytest.raises(SourceFault) as refused:
        services.rename("image", key, "taken", actor="test")
    assert refused.value.code == "identifier_taken"
    assert told(key) == [("a", STATUS.CURRENT)]
    assert visited("taken").resource == another


def test_the_other_kind_has_names_of_its_own() -> None:
    key = register("a")
    register("b", "presentation")
    rename(key, "b")
    assert services.resource("image", "b") == key


def test_a_reason_may_be_longer_than_its_column() -> None:
    key = register("a")
    services.rename("image", key, "b", actor="test", reason="why " * 200)
    services.withdraw(key, actor="test", reason="why " * 200)
    services.restore(key, actor="test", reason="why " * 200)
    services.merge(key, register("c"), actor="test", reason="why " * 200)
    assert set(Identifier.objects.exclude(value="c").values_list("reason", flat=True)) == {("why " * 75)}


# ------------------------------------------------------------------------------------------------------- there and back
def test_a_former_name_of_its_own_comes_back() -> None:
    key = register("a")
    rename(key, "b", "a")
    assert told(key) == [("a", STATUS.CURRENT), ("b", STATUS.MOVED)]
    assert visited("a") == Name("a", key, STATUS.CURRENT, "a")


def test_after_a_return_former_names_answer_in_place_until_caches_have_forgotten(settings: Settings) -> None:
    settings.GCIS_REDIRECT_MAX_AGE = 300
    key = register("a")
    rename(key, "b", "c")
    assert not visited("a").in_place
    rename(key, "a")
    assert visited("b") == Name("b", key, STATUS.CURRENT, "a", in_place=True)
    assert visited("c").in_place
    settings.GCIS_REDIRECT_MAX_AGE = 0.0005
    time.sleep(0.002)
    assert not visited("b").in_place


def test_a_new_name_after_a_return_is_redirected_to() -> None:
    key = register("a")
    rename(key, "b", "a", "c")
    assert [(visited(value).current, visited(value).in_place) for value in "ab"] == [("c", False)] * 2


# -------------------------------------------------------------------------------------- merging, withdrawing, restoring
def test_a_merged_thing_s_names_lead_to_what_it_was_merged_into() -> None:
    key, into = register("a"), register("kept")
    rename(key, "b")
    assert services.merge(key, into, actor="jane", reason="the same picture") == ["a", "b"]
    assert [visited(value) for value in "ab"] == [Name(value, into, STATUS.CURRENT, "kept") for value in "ab"]
    assert services.current([key, into]) == {into: "kept"}
    assert services.history(key) == []
    assert {row.reason for row in services.history(into) if row.value != "kept"} == {"the same picture"}


def test_what_was_merged_into_something_can_take_the_others_name() -> None:
    key, into = register("better name"), register("kept")
    services.merge(key, into, actor="test")
    rename(into, "better name")
    assert visited("kept").current == "better name"


def test_merged_twice_every_name_leads_to_the_last() -> None:
    first, second, third = register("a"), register("b"), register("c")
    services.merge(first, second, actor="test")
    services.merge(second, third, actor="test")
    assert {visited(value).resource for value in "abc"} == {third}


def test_what_was_merged_cannot_be_restored_or_renamed() -> None:
    key, into = register("a"), register("kept")
    services.withdraw(key, actor="test", reason="")
    services.merge(key, into, actor="test")
    with pytest.raises(SourceFault) as refused:
        services.restore(key, actor="test")
    assert refused.value.code == "merged"
    with pytest.raises(SourceFault):
        services.rename("image", key, "b", actor="test")
    assert told(into) == [("kept", STATUS.CURRENT), ("a", STATUS.MOVED)]


def test_every_name_of_a_withdrawn_thing_says_so() -> None:
    key = register("a")
    rename(key, "b")
    services.withdraw(key, actor="jane", reason="not ours")
    assert visited("a") == Name("a", key, STATUS.WITHDRAWN, "b")
    assert visited("b") == Name("b", key, STATUS.WITHDRAWN, "b")
    assert services.resource("image", "b") is None
    assert services.taken("image", "b")
    assert services.current([key]) == {key: "b"}
    last = services.history(key)[0]
    assert (last.value, last.actor, last.reason) == ("b", "jane", "not ours")


def test_what_is_withdrawn_keeps_its_name_and_gets_no_other() -> None:
    key = register("a")
    services.withdraw(key, actor="test", reason="")
    for value in "ab":
        with pytest.raises(SourceFault) as refused:
            services.rename("image", key, value, actor="test")
        assert refused.value.code == "withdrawn"
    assert told(key) == [("a", STATUS.WITHDRAWN)]


def test_what_is_restored_has_its_last_name_again() -> None:
    key = register("a")
    rename(key, "b")
    services.withdraw(key, actor="test", reason="not ours")
    services.restore(key, actor="jane", reason="ours after all")
    assert told(key) == [("b", STATUS.CURRENT), ("a", STATUS.MOVED)]
    assert visited("a") == Name("a", key, STATUS.CURRENT, "b")
    assert services.history(key)[0].reason == "ours after all"
