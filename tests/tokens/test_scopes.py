import pytest

from gcis.tokens.scopes import SCOPES, allows


@pytest.mark.parametrize(
    ("granted", "allowed"),
    [
        ((), set()),
        (("read",), {"read"}),
        (("read:all",), {"read", "read:all"}),
        (("write",), {"read", "read:all", "write"}),
        (("purge",), {"purge"}),
        (("read", "purge"), {"read", "purge"}),
        (("everything",), set()),
    ],
)
def test_what_the_granted_scopes_allow(granted: tuple[str, ...], allowed: set[str]) -> None:
    assert {scope for scope in SCOPES if allows(granted, scope)} == allowed


def test_a_scope_that_does_not_exist_is_a_mistake_of_ours_even_if_granted() -> None:
    with pytest.raises(KeyError):
        allows(["read:al"], "read:al")
