"""How things are found by their names, what is told of those, and what that costs."""

import pytest
from pytest_django import DjangoAssertNumQueries

from redirects import services
from redirects.models import Identifier
from redirects.services import Name
from tests.redirects.given import register, rename, told, visited

pytestmark = pytest.mark.django_db

STATUS = Identifier.Status


# -------------------------------------------------------------------------------------------------------------- finding
def test_a_name_is_found_however_it_is_composed() -> None:
    key = register("K\u00fcste")
    rename(key, "M\u00fchle")
    for value in ("K\u00fcste", "Ku\u0308ste"):
        assert visited(value) == Name("K\u00fcste", key, STATUS.CURRENT, "M\u00fchle")
        assert services.taken("image", value)
    assert services.resource("image", "Mu\u0308hle") == key


@pytest.mark.parametrize("value", ["K\0ste", "\0", "\ud800", "nobody", "x" * 5000, ""])
def test_what_is_no_name_is_not_found(value: str) -> None:
    register("Kste")
    assert services.find("image", value) is None
    assert services.visit("image", value) is None
    assert services.resource("image", value) is None
    assert not services.taken("image", value)


def test_names_are_told_apart_by_the_smallest_difference() -> None:
    keys = [register(value) for value in ("ms-1", "MS-1", "ms 1", "ms+1", "ms%1", "ms_1")]
    assert [services.resource("image", value) for value in ("ms-1", "MS-1", "ms 1", "ms+1", "ms%1", "ms_1")] == keys
    assert services.resource("image", "ms-1 ") is None


def test_a_part_of_any_name_finds_its_holder() -> None:
    key, other = register("ark:/1/K\u00fcste"), register("elsewhere")
    rename(key, "new")
    assert list(services.holders("K\u00fcSTE", "image")) == [key]
    assert list(services.holders("Ku\u0308st", "image")) == [key]
    assert set(services.holders("e", "image")) == {key, other}
    assert list(services.holders("e", "presentation")) == []
    assert list(services.holders("%", "image")) == list(services.holders("\0", "image")) == []


def test_history_begins_with_the_present_and_goes_back() -> None:
    key = register("a")
    rename(key, "b", "c", "a", "d", "b")
    assert [value for value, _ in told(key)] == ["b", "d", "a", "c"]
    services.withdraw(key, actor="test", reason="")
    assert told(key)[0] == ("b", STATUS.WITHDRAWN)


# ------------------------------------------------------------------------------------------------------------- its cost
@pytest.mark.parametrize("renamings", [0, 50])
def test_a_present_name_is_one_query_however_long_its_history(
    django_assert_num_queries: DjangoAssertNumQueries, renamings: int
) -> None:
    key = register("n-0")
    for number in range(renamings):
        services.rename("image", key, f"n-{number + 1}", actor="test")
    with django_assert_num_queries(1):
        assert visited(f"n-{renamings}").resource == key
    with django_assert_num_queries(1):
        assert services.visit("image", "nobody") is None


def test_a_former_name_is_two_queries_and_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    key = register("n-0")
    for number in range(50):
        services.rename("image", key, f"n-{number + 1}", actor="test")
    with django_assert_num_queries(2) as captured:
        assert visited("n-3").current == "n-50"
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)


def test_names_of_many_in_few_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    keys = [register(f"n-{number}") for number in range(1001)]
    rename(keys[7], "seven")
    services.withdraw(keys[8], actor="test", reason="")
    with django_assert_num_queries(2):
        names = services.current(keys)
    assert (names[keys[7]], names[keys[8]], len(names)) == ("seven", "n-8", 1001)
