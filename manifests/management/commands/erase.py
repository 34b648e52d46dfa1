"""Destroy what is kept of a manifest or collection that was withdrawn."""

from argparse import ArgumentParser
from typing import Any

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run, counted
from manifests import erasing, lookup
from manifests.erasing import Inventory
from redirects.models import Identifier


class Command(ServiceCommand):
    help = (
        "Destroy the publications of what was withdrawn, and the sources, access masters and derivatives of its "
        "pictures, but of those that other works show. Its addresses go on saying that it is gone. It cannot be undone."
    )
    example = './run manage erase herbarium-12 --reason "the depicted person objects" --dry-run'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("identifier", metavar="IDENTIFIER", help="any name that it has or had")
        parser.add_argument("--reason", required=True, help="why; the timeline keeps it")
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        found = lookup.find(Identifier.Kind.PRESENTATION, options.identifier)
        assert found.record
        if options.dry_run:
            self._tell(erasing.inventory(found.record), "would be destroyed")
            self.say("Nothing was changed.")
            return
        self._tell(erasing.erase(found.record, actor=options.actor, reason=options.reason), "destroyed")
        self.say(f"The {found} is erased.")

    def _tell(self, there: Inventory, word: str) -> None:
        self.lines(word, [f"{each.identifier}  {each.file_name}  {each.left}".rstrip() for each in there.pictures])
        self.lines("left, other works show it", [f"{each.image}: {', '.join(each.works)}" for each in there.shown])
        self.say(f"{counted(there.publications, 'publication')}, {there.bytes} bytes of sources and masters: {word}.")
