"""Bring a folder of pictures in."""

import os
from argparse import ArgumentParser
from collections.abc import Sized
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run, add_wait, counted
from gcis.jobs import services as jobs
from gcis.jobs import waiting
from images import files
from images import services as images
from manifests.ingest import FolderImport, preview
from manifests.survey import Report


class Command(ServiceCommand):
    help = (
        "Bring in what is new, changed or moved in a folder of pictures; what is missing is told and stays. Workers "
        "do the conversions. Interrupted, run it again: it goes on where it was."
    )
    example = "./run manage ingest /srv/pictures --wait"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="the folder; it becomes a collection")
        parser.add_argument("--copy", action="store_true", help="keep copies of the sources")
        add_actor(parser)
        add_dry_run(parser)
        add_wait(parser)

    def work(self, options: Any) -> None:
        # `./run` goes to its own folder before it comes here.
        folder = Path(os.environ.get("GCIS_INVOKED_FROM", ""), options.folder).resolve()
        if options.dry_run:
            self._tell(preview(folder), ("create", "replace", "move"), unchanged=True)
            self.say("Nothing was changed.")
            return
        batch = jobs.open_batch(f"Import of {folder.name}"[:300], options.actor)
        try:
            work = FolderImport(folder, batch, copy=options.copy, actor=options.actor)
            with self.busy(f"Bringing in {folder.name}"):
                report = work.run()
        finally:
            jobs.close_batch(batch)
        self._tell(report, ("created", "replaced", "moved"), unchanged=False)
        if options.wait:
            self._wait(work.source)

    def _tell(self, report: Report, words: tuple[str, str, str], *, unchanged: bool) -> None:
        """Every file that is of interest, and how many there are of each sort."""
        create, replace, move = words
        self.lines(create, report.new)
        self.lines(replace, report.replaced)
        self.lines(move, [f"{was} to {now}" for was, now in report.moved])
        self.lines("missing", report.missing)
        self.lines("skipped", [f"{path} {reason}" for path, reason in report.skipped])
        if unchanged:
            self.lines("unchanged", report.unchanged)
        self.lines("note", report.warnings)
        counts: dict[str, Sized] = {
            create: report.new,
            replace: report.replaced,
            move: report.moved,
            "missing": report.missing,
            "skipped": report.skipped,
            "unchanged": report.unchanged,
        }
        self.say(", ".join(f"{word}: {len(files)}" for word, files in counts.items()))

    def _wait(self, source: Any) -> None:
        """Until no picture of the folder waits for a conversion, one that an earlier import asked for included.

        Pages of a file are found while it is converted: then those are waited for.
        """
        paths = files.of_source(source)
        while work := waiting.live(images.CONVERT, paths.keys()) | waiting.live(files.PAGES, paths.keys()):
            with self.progress("Converting", len(work)) as tell:
                waiting.wait(work, tell)
            paths = files.of_source(source)
        failed = [facts for facts in images.facts(paths).values() if facts.reason and not facts.withdrawn]
        self.lines("failed", [f"{paths[facts.id]}: {facts.reason}" for facts in failed])
        if failed:
            raise CommandError(f"{counted(len(failed), 'picture')} of this folder could not be converted.")
        self.say("Every picture of this folder is converted.")
