"""See, prune and clear the caches of pictures on this host."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.template.defaultfilters import filesizeformat

from gcis.core.commands import ServiceCommand, counted
from gcis.core.diskroom import Figures
from gcis.metrics.processes import Processes
from images import holdings
from images.holdings import DERIVATIVES, MASTERS, OnDisk, on_disk

COLUMNS = ("cache", "where", "files", "bytes", "limit", "hits", "misses", "longest unused")
#: What cannot be known from here.
UNKNOWN = "-"
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_COUNTED = {"gcis_cache_hits_total": 0, "gcis_cache_misses_total": 1}

Lookups = dict[str, list[float]]


class Command(ServiceCommand):
    help = (
        "The caches of pictures on this host: where they are, how full, and how often they had what was asked for, as "
        "/metrics has it. All of this may be done while visitors are served; nobody gets anything else for it."
    )
    example = "./run manage caches --prune"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prune", action="store_true", help="remove what is too old or too much now, as for cron")
        parser.add_argument(
            "--clear",
            choices=(MASTERS, DERIVATIVES),
            metavar="NAME",
            help=f"empty one: {MASTERS} (and with them {DERIVATIVES}, which were drawn from them) or {DERIVATIVES}",
        )

    def work(self, options: Any) -> None:
        try:
            if options.clear:
                self._told("cleared", holdings.clear(options.clear))
            if options.prune:
                self._told("pruned", {name: cache.prune() for name, cache in on_disk().items()})
            if not (options.clear or options.prune):
                with self.busy("Counting"):
                    rows = list(_rows())
                self.table(COLUMNS, rows)
        except OSError as error:
            raise CommandError(f"The folder of a cache cannot be used: {error}.") from error

    def _told(self, word: str, went: Mapping[str, Figures]) -> None:
        for name, gone in went.items():
            left = on_disk()[name].figures()
            self.say(
                f"{word}  {name}: {counted(gone.files, 'file')} with {_bytes(gone.bytes)} went, "
                f"{counted(left.files, 'file')} with {_bytes(left.bytes)} stayed"
            )


def _rows() -> Iterator[tuple[str, ...]]:
    asked = _lookups()
    for name, cache in on_disk().items():
        yield _on_disk(name, cache, asked)
    limit = _bytes(settings.GCIS_RANGE_BYTES)
    yield ("ranges", "memory of each web process", UNKNOWN, UNKNOWN, limit, *_found("ranges", asked), UNKNOWN)
    if settings.GCIS_TILE_CACHE:
        server = urlsplit(settings.GCIS_TILE_CACHE)  # its password is not for the screen
        where = f"{server.scheme}://{server.hostname}:{server.port}"
        yield ("tiles", where, UNKNOWN, UNKNOWN, UNKNOWN, *_found("tiles", asked), UNKNOWN)


def _on_disk(name: str, cache: OnDisk, asked: Lookups) -> tuple[str, ...]:
    found = cache.figures()
    oldest = _age(time.time() - found.oldest) if found.oldest is not None else UNKNOWN
    size, limit = _bytes(found.bytes), _bytes(cache.room.limits.bytes)
    return (name, str(cache.room.folder), str(found.files), size, limit, *_found(name, asked), oldest)


def _lookups() -> Lookups:
    """Hits and misses by cache, as the processes of this host count them; nothing where they do not do so together."""
    asked: Lookups = {}
    if not (folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR")):
        return asked
    for family in Processes(folder).collect():
        for sample in family.samples:
            if sample.name in _COUNTED:
                asked.setdefault(sample.labels["cache"], [0, 0])[_COUNTED[sample.name]] += sample.value
    return asked


def _found(name: str, asked: Lookups) -> tuple[str, str]:
    if name not in asked:
        return UNKNOWN, UNKNOWN
    hits, misses = asked[name]
    return f"{hits:.0f}", f"{misses:.0f}"


def _bytes(number: int) -> str:
    return filesizeformat(number).replace("\xa0", " ")


def _age(seconds: float) -> str:
    for unit, name in _UNITS:
        if seconds >= unit:
            return counted(int(seconds // unit), name)
    return "now"
