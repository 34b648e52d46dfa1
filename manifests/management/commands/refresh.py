"""Have dynamic manifests and collections refreshed."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run, misused
from gcis.core.errors import SourceFault
from manifests import dynamic, lookup, refreshing, services
from redirects import services as names
from redirects.models import Identifier


class Command(ServiceCommand):
    help = (
        "Look for what is in dynamic manifests and collections now, in the background. They follow the records by "
        "themselves; this is for when rows were changed past the application, or nobody wants to wait."
    )
    example = "./run manage refresh --all"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("identifiers", nargs="*", metavar="IDENTIFIER", help="any name that it has or had")
        parser.add_argument("--all", action="store_true", help="all that are not withdrawn")
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        if bool(options.identifiers) == options.all:
            raise misused("Name manifests and collections, or say --all.")
        keys = self._chosen(options)
        if options.dry_run:
            called = names.current(keys)
            self.lines("would refresh", [called.get(key, str(key)) for key in keys])
            self.say(f"{len(keys)} would be refreshed. Nothing was changed.")
        elif not keys:
            self.say("There is nothing to refresh.")
        else:
            outcome = self.each("Asking", keys, lambda key: _refresh(key, options.actor))
            self.conclude(outcome, "will be refreshed")

    def _chosen(self, options: Any) -> list[UUID]:
        if options.all:
            return [key for _, key in refreshing.all_records()]
        found = lookup.find_all(Identifier.Kind.PRESENTATION, options.identifiers)
        refused = [each.name for each in found if each.record is None or each.record.query is None]
        if refused:
            raise SourceFault("not_dynamic", f"These are not dynamic: {', '.join(refused)}.")
        return [each.key for each in found]


def _refresh(key: UUID, actor: str) -> None:
    record = services.find(key)
    assert record, "names point at resources"
    dynamic.refresh(record, actor=actor)
