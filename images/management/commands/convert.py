"""Have pictures converted once more."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run, add_wait, misused
from gcis.jobs import services as jobs
from gcis.jobs import waiting
from images import selection, services


class Command(ServiceCommand):
    help = (
        "Convert pictures once more, from the sources that are there. What serves goes on serving until then. "
        "Pictures that are chosen by a condition and wait for a conversion anyway are left alone: if this is "
        "interrupted, run it again."
    )
    example = "./run manage convert --failed --source uploads --wait"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("identifiers", nargs="*", metavar="IDENTIFIER", help="any name that a picture has or had")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--failed", action="store_true", help="all whose newest source could not be converted")
        which.add_argument(
            "--recipe-older-than",
            type=_recipe,
            metavar="NAME@VERSION",
            help="all whose master was made by an older version of that recipe",
        )
        which.add_argument("--all", action="store_true", help="all that there are")
        parser.add_argument("--source", metavar="SLUG", help="of those only the ones from there")
        add_actor(parser)
        add_dry_run(parser)
        add_wait(parser)

    def work(self, options: Any) -> None:
        images = self._chosen(options)
        if options.dry_run:
            self._foretell(images, selection.why_not(images) if options.identifiers else {})
        elif not images:
            self.say("There is nothing to convert.")
        else:
            self._convert(images, options)

    def _chosen(self, options: Any) -> list[UUID]:
        condition = options.failed or options.recipe_older_than or options.all
        if bool(options.identifiers) == bool(condition) or (options.source and options.identifiers):
            raise misused("Name pictures, or say --failed, --recipe-older-than or --all; --source goes with those.")
        if options.identifiers:
            return selection.named(options.identifiers)
        return selection.convertible(
            failed=options.failed, recipe_older_than=options.recipe_older_than, source=options.source
        )

    def _foretell(self, images: list[UUID], refused: dict[UUID, str]) -> None:
        going = [facts for key, facts in services.facts(images).items() if key not in refused]
        self.lines("would convert", [f"{facts.identifier}  {facts.file_name}" for facts in going])
        self.lines("cannot convert", list(refused.values()))
        self.say(f"{len(going)} would be converted. Nothing was changed.")
        if refused:
            raise CommandError(f"{len(refused)} of these cannot be converted.")

    def _convert(self, images: list[UUID], options: Any) -> None:
        batch = jobs.open_batch(_label(options), options.actor)
        given = {"actor": options.actor, "batch": batch}
        try:
            asked = self.each("Asking", images, lambda image: services.convert_again(image, **given))
        finally:
            jobs.close_batch(batch)
        if options.wait:
            self._wait(set(batch.jobs.values_list("pk", flat=True)))
        self.conclude(asked, "converted" if options.wait else "will be converted")

    def _wait(self, work: set[UUID]) -> None:
        with self.progress("Converting", len(work)) as tell:
            waiting.wait(work, tell)
        failed = waiting.failures(work)
        facts = services.facts(image for image, _ in failed)
        self.lines("failed", [f"{facts[image].file_name}: {sentence}" for image, sentence in failed])
        if failed:
            raise CommandError(f"{len(failed)} of {len(work)} could not be converted.")


def _recipe(text: str) -> tuple[str, int]:
    name, _, version = text.rpartition("@")
    if not name or not (version.isascii() and version.isdigit()):
        raise ArgumentTypeError("this is written as default@2")
    return name, int(version)


def _label(options: Any) -> str:
    """What the batch is called in the lists."""
    if options.identifiers:
        what = ", ".join(options.identifiers)
    elif options.failed:
        what = "what failed"
    elif options.recipe_older_than:
        what = "masters older than {}@{}".format(*options.recipe_older_than)
    else:
        what = "everything"
    return f"Conversion of {what}"[:250] + (f" from {options.source}" if options.source else "")[:50]
