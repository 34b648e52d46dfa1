"""Give a picture, manifest or collection another name."""

from argparse import ArgumentParser
from typing import Any

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run
from manifests import lookup


class Command(ServiceCommand):
    help = "Give something another identifier. Its former addresses lead to the new one for ever."
    example = './run manage rename image IMG_0815 coast-1 --reason "catalogue number"'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=lookup.KINDS, metavar="KIND", help=" or ".join(lookup.KINDS))
        parser.add_argument("old", metavar="OLD", help="any name that it has or had")
        parser.add_argument("new", metavar="NEW", help="its name from now on; one that it had before may come back")
        parser.add_argument("--reason", default="", help="why, as history will have it")
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        found, new = lookup.find(options.kind, options.old), options.new
        if options.dry_run:
            changes, done = lookup.would_rename(found, new), f"would be called {new}. Nothing was changed."
        else:
            changes = found.curation.rename(found.subject, new, actor=options.actor, reason=options.reason)
            done = f"is called {new} now."
        self.say(f"The {found} {done}" if changes else f"The {found} is called so already.")
