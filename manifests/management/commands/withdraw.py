"""Take a picture, manifest or collection away from the public."""

from argparse import ArgumentParser
from typing import Any

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run
from manifests import lookup
from manifests.mirror import services as mirrors


class Command(ServiceCommand):
    help = "Nobody gets it any more; its addresses answer that it is gone, and why. It can be restored."
    example = './run manage withdraw presentation herbarium-12 --reason "rights were not cleared"'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=lookup.KINDS, metavar="KIND", help=" or ".join(lookup.KINDS))
        parser.add_argument("identifier", metavar="IDENTIFIER", help="any name that it has or had")
        parser.add_argument("--reason", required=True, help="why; everybody who asks for it is told")
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        found = lookup.find(options.kind, options.identifier)
        if found.withdrawn:
            self.say(f"The {found} was withdrawn before.")
        elif options.dry_run:
            self.say(f"The {found} would be withdrawn. Nothing was changed.")
        else:
            found.curation.withdraw(found.subject, actor=options.actor, reason=options.reason)
            self.say(f"The {found} is withdrawn.")
            for host in mirrors.still_serving(found.key):
                self.note(f"The mirror at {host} has not followed within ten seconds: it may still be read there.")
