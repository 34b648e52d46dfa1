"""Who may see what: the words of records, what holds when several hold, and what time does to them."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from images.policy import CLOSED, OPEN, Policy, strictest

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAST, SOON, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1), NOW + timedelta(days=9)


@pytest.mark.parametrize(
    ("access", "edge", "opens", "policy"),
    [
        ("inherit", None, None, OPEN),
        ("open", None, None, OPEN),
        ("closed", None, None, CLOSED),
        ("closed", 800, SOON, Policy(closed=True, opens=SOON)),
        ("limited", 800, None, Policy(edge=800)),
        ("limited", 800, SOON, Policy(edge=800, opens=SOON)),
        ("limited", None, None, CLOSED),
        ("limited", 0, None, Policy(closed=True, edge=0)),
        ("open", 800, None, OPEN),
        ("inherit", 800, None, OPEN),
        ("open", None, SOON, Policy(opens=SOON)),
        ("inherit", None, SOON, Policy(opens=SOON)),
    ],
)
def test_the_word_of_a_record(access, edge, opens, policy):
    assert Policy.of(access, edge, opens) == policy


@pytest.mark.parametrize(
    ("policy", "is_shut", "is_open", "opening"),
    [
        (OPEN, False, True, None),
        (CLOSED, True, False, None),
        (Policy(edge=800), False, False, None),
        (Policy(opens=PAST), False, True, None),
        (Policy(opens=NOW), False, True, None),
        (Policy(opens=NOW + timedelta(microseconds=1)), True, False, NOW + timedelta(microseconds=1)),
        (Policy(opens=SOON), True, False, SOON),
        (Policy(edge=800, opens=PAST), False, False, None),
        (Policy(edge=800, opens=SOON), True, False, SOON),
        (Policy(closed=True, opens=PAST), True, False, None),
        (Policy(closed=True, opens=SOON), True, False, None),
    ],
)
def test_what_a_policy_says_at_a_moment(policy, is_shut, is_open, opening):
    assert (policy.is_shut(NOW), policy.is_open(NOW), policy.opening(NOW)) == (is_shut, is_open, opening)


@pytest.mark.parametrize(
    ("policies", "together"),
    [
        ([], OPEN),
        ([OPEN], OPEN),
        ([OPEN, OPEN], OPEN),
        ([OPEN, CLOSED], CLOSED),
        ([Policy(edge=800), OPEN], Policy(edge=800)),
        ([Policy(edge=800), Policy(edge=400)], Policy(edge=400)),
        ([Policy(opens=SOON), Policy(opens=LATER)], Policy(opens=LATER)),
        ([Policy(opens=SOON), Policy(edge=400), OPEN], Policy(edge=400, opens=SOON)),
        ([Policy(opens=SOON), CLOSED, Policy(edge=400)], Policy(closed=True, edge=400, opens=SOON)),
    ],
)
def test_the_strictest_of_all_counts_whatever_their_order(policies, together):
    for order in permutations(policies):
        assert strictest(*order) == together
