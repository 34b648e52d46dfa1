"""What a token may do: four scopes, and which of them implies which. Pure."""

from collections.abc import Iterable

#: Each scope with the ones it brings along.
_IMPLIED: dict[str, tuple[str, ...]] = {
    "read": (),
    "read:all": ("read",),
    "write": ("read:all", "read"),
    "purge": (),
}
#: For people, in the order in which they should be offered.
SCOPES: dict[str, str] = {
    "read": "Read what the public may see",
    "read:all": "Read everything: closed, draft and withdrawn records, jobs, batches, events, purges",
    "write": "Read everything and change it: records, files, conversions, publishing, names, withdrawal",
    "purge": "Purge caches",
}


def allows(granted: Iterable[str], needed: str) -> bool:
    """Whether one of the granted scopes is the needed one or implies it. KeyError for a scope that does not exist."""
    _ = _IMPLIED[needed]
    return any(needed == scope or needed in _IMPLIED.get(scope, ()) for scope in granted)
