"""Make cached pictures unreachable."""

from argparse import ArgumentParser
from typing import Any

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run, counted
from images import curation
from manifests.lookup import KINDS, Found, find_all, pictures


class Command(ServiceCommand):
    help = (
        "Make every cached byte of these pictures unreachable: of a picture, or with --kind presentation of all "
        "pictures in a manifest or a collection. Nothing is taken down."
    )
    example = './run manage purge ark:/1/coast --reason "colours were wrong"'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("identifiers", nargs="+", metavar="IDENTIFIER", help="any name that it has or had")
        parser.add_argument("--kind", choices=KINDS, default="image", help="what the names are of (default: image)")
        parser.add_argument("--reason", default="", help="why, as history will have it")
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        found = find_all(options.kind, options.identifiers)
        if options.dry_run:
            self.lines("would purge", [f"{each} ({counted(len(pictures(each)), 'picture')})" for each in found])
            self.say("Nothing was changed.")
            return

        def purge(each: Found) -> None:
            made = curation.purge(each.key, pictures(each), actor=options.actor, reason=options.reason)
            self.say(f"purged  {each} ({counted(made.matched, 'picture')})")

        self.conclude(self.each("Purging", found, purge), "purged")
