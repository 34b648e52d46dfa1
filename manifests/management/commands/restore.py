"""Bring back a picture, manifest or collection that was withdrawn."""

from argparse import ArgumentParser
from typing import Any

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run
from manifests import lookup


class Command(ServiceCommand):
    help = "What was withdrawn is back as it was, under its last name."
    example = "./run manage restore presentation herbarium-12"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=lookup.KINDS, metavar="KIND", help=" or ".join(lookup.KINDS))
        parser.add_argument("identifier", metavar="IDENTIFIER", help="any name that it has or had")
        parser.add_argument("--reason", default="", help="why, as history will have it")
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        found = lookup.find(options.kind, options.identifier)
        if not found.withdrawn:
            self.say(f"The {found} is not withdrawn.")
        elif options.dry_run:
            self.say(f"The {found} would be restored. Nothing was changed.")
        else:
            found.curation.restore(found.subject, actor=options.actor, reason=options.reason)
            self.say(f"The {found} is restored.")
