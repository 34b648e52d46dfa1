"""What moved where, from what lies at each place before and after."""

import pytest

from manifests.payload.moves import most_common, moved, parents


def held(text: str) -> dict[str, str]:
    """`a=X b/c=Y`: X lies at a, Y at b/c."""
    return dict(each.split("=") for each in text.split())


@pytest.mark.parametrize(
    ("was", "now", "moves"),
    [
        ("", "a=X", ""),
        ("a=X", "", ""),
        ("a=X b=Y", "a=X b=Y", ""),
        ("a=X", "a=Y", ""),
        ("a=X", "b=X", "b=a"),
        ("a/1=X a/2=Y", "b/1=X b/2=Y", "b/1=a/1 b/2=a/2"),
        # Copies stay copies.
        ("a=X", "a=X b=X", ""),
        ("a=X b=Y", "a=X b=X", ""),
        ("a=X", "b=X c=X", "b=a"),
        # Names exchanged, and chains.
        ("a=X b=Y", "a=Y b=X", "a=b b=a"),
        ("a=X b=Y c=Z", "a=Z b=X c=Y", "a=c b=a c=b"),
        ("1=X 2=Y", "2=X 3=Y", "2=1 3=2"),
        ("1=X 2=Y", "1=W 2=X 3=Y", "2=1 3=2"),
        # A taken place that nothing left: something there was replaced.
        ("a=X b=Y", "b=X", ""),
        ("1=X 2=Y 3=Z", "1=Y 2=Z", ""),
        ("1=X 2=Y 3=Z 8=P 9=Q", "1=Y 2=Z 8=Q 9=P", "8=9 9=8"),
        # Of equal things: the place that is empty now, then the same name, then the first.
        ("a=X b=X", "b=Y c=X", "c=a"),
        ("p/1=X p/2=X", "q/2=X", "q/2=p/2"),
        ("p/1=X p/2=X", "q/1=X q/2=X", "q/1=p/1 q/2=p/2"),
        ("p/1=X p/2=X", "q/3=X", "q/3=p/1"),
        # A new place before a taken one.
        ("a=X b=Y", "a=Y c=Y", "c=b"),
    ],
)
def test_moves(was: str, now: str, moves: str) -> None:
    assert moved(held(was), held(now)) == held(moves)


def test_long_chains_take_no_time() -> None:
    was = {str(number): f"thing {number}" for number in range(20_000)}
    shifted = {str(number + 1): f"thing {number}" for number in range(20_000)}
    assert len(moved(was, shifted)) == 20_000
    assert moved(was, {str(number - 1): f"thing {number}" for number in range(1, 20_000)}) == {}


@pytest.mark.parametrize(
    ("was", "now", "pairs"),
    [
        ("a/x/p", "b/x/p", [("a/x/", "b/x/"), ("a/", "b/")]),
        ("a/p", "b/p", [("a/", "b/")]),
        ("a/p", "a/q", []),
        ("p", "a/p", []),
        ("a/b/p", "b/p", [("a/b/", "b/")]),
        ("a/x", "a/x", [("a/", "a/")]),
        ("a", "b", []),
    ],
)
def test_parents_moved_along(was: str, now: str, pairs: list[tuple[str, str]]) -> None:
    assert list(parents(was, now)) == pairs


def test_the_majority_decides_and_of_equals_the_one_at_home() -> None:
    assert most_common(["a", "b", "b"], "a") == "b"
    assert most_common(["a", "b"], "b") == "b"
    assert most_common(["a", "b"], "c") in ("a", "b")
