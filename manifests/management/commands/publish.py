"""Have documents published."""

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from gcis.core.commands import ServiceCommand, add_dry_run, misused
from manifests import lookup, outdated, republish
from redirects import services as names
from redirects.models import Identifier


class Command(ServiceCommand):
    help = (
        "Build and publish the documents of manifests and collections now, whatever their own rule says, changed or "
        "not. --all and --outstanding leave alone what never was published: name it, or leave it to its rule."
    )
    example = "./run manage publish --outstanding"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("identifiers", nargs="*", metavar="IDENTIFIER", help="any name that it has or had")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="all that were published before")
        which.add_argument(
            "--outstanding",
            action="store_true",
            help="of those the ones that have changed since, or could not be built",
        )
        which.add_argument(
            "--outdated",
            action="store_true",
            help="of those the ones that an older GCIS, or one at another address, has built; in the background",
        )
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        if options.outdated:
            self._outdated(options)
            return
        keys = self._chosen(options)
        if options.dry_run:
            self._foretell(keys)
        elif not keys:
            self.say("There is nothing to publish.")
        else:
            self.conclude(self.each("Asking", keys, republish.publish_again), "will be published")

    def _outdated(self, options: Any) -> None:
        """They queue in portions by themselves too; so that nobody waits for that, all of them now."""
        if options.identifiers:
            raise misused("Name manifests and collections, or say --all, --outstanding or --outdated.")
        if options.dry_run:
            self.say(f"{outdated.count()} would be published. Nothing was changed.")
            return
        queued = outdated.queue(most=sys.maxsize)
        self.say(f"{queued} will be published." if queued else "There is nothing to publish.")

    def _chosen(self, options: Any) -> list[UUID]:
        if sum((bool(options.identifiers), options.all, options.outstanding)) != 1:
            raise misused("Name manifests and collections, or say --all, --outstanding or --outdated.")
        if options.identifiers:
            return [each.key for each in lookup.find_all(Identifier.Kind.PRESENTATION, options.identifiers)]
        return republish.published_before() if options.all else republish.behind()

    def _foretell(self, keys: list[UUID]) -> None:
        called, standing = names.current(keys), republish.standing(keys)
        going = [f"{called[key]}  {standing[key][0]}" for key in keys if not standing[key][1]]
        refused = [called[key] for key in keys if standing[key][1]]
        self.lines("would publish", going)
        self.lines("cannot publish", [f"{name}: {republish.WITHDRAWN}" for name in refused])
        self.say(f"{len(going)} would be published. Nothing was changed.")
        if refused:
            raise CommandError(f"{len(refused)} of these cannot be published.")
