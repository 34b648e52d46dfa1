"""The caches of pictures on this host's disk, by the names that they have in figures."""

from collections.abc import Mapping
from typing import Protocol

from gcis.core.diskroom import Figures, Room
from images import caches, derivatives

MASTERS, DERIVATIVES = "masters", derivatives.NAME


class OnDisk(Protocol):
    """What can be done with any of them, also while it is in use."""

    room: Room

    def figures(self) -> Figures:
        """What is in it; every file is looked at."""

    def prune(self) -> Figures:
        """Remove what is too old or too much. Returns what went. OSError or Unavailable where that cannot be done."""

    def clear(self) -> Figures:
        """Remove all but what somebody may be about to open. Returns what went. OSError or Unavailable."""


def on_disk() -> Mapping[str, OnDisk]:
    """Those that are in use; without derivatives where the settings leave them no room."""
    kept = derivatives.here().disk
    found: dict[str, OnDisk] = {MASTERS: caches.masters()}
    return {**found, DERIVATIVES: kept} if kept else found


def clear(name: str) -> Mapping[str, Figures]:
    """Empty that cache. With the masters go the pictures that were drawn from them. Returns what went, by cache."""
    names = (MASTERS, DERIVATIVES) if name == MASTERS else (name,)
    return {each: cache.clear() for each, cache in on_disk().items() if each in names}
