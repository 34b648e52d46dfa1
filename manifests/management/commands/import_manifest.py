"""Bring IIIF documents in: manifests, collections and annotation pages of others, or our own exports."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run, counted, misused
from gcis.core.errors import SourceFault, Unavailable
from manifests import importing
from manifests.gallery import pick
from manifests.importing import Outcome, Request
from manifests.importing.service import IMPORTS, MODES
from manifests.models import Published


class Command(ServiceCommand):
    help = (
        "Bring in Presentation 3.0, 2.1 or 2.0 documents: manifests, collections, annotation pages. What cannot be "
        "kept is told. Imported again, a document brings its record up to date; what people have said stays."
    )
    example = "./run manage import_manifest https://example.org/iiif/book/manifest.json --dry-run"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("documents", nargs="+", metavar="DOCUMENT", help="files, URLs, or folders with *.json")
        parser.add_argument(
            "--ids",
            choices=MODES,
            default="keep",
            help="whether canvases, ranges and annotations keep their URIs or get ours (keep)",
        )
        parser.add_argument("--identifier", default="", help="what the record is to be called; for a single document")
        parser.add_argument("--source", default=IMPORTS, metavar="SLUG", help="the system that its key belongs to")
        parser.add_argument("--draft", action="store_true", help="leave publishing to a person")
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        named = list(_named(options.documents))
        if options.identifier and len(named) > 1:
            raise misused("--identifier is for a single document.")
        when = Published.PublishWhen.MANUAL if options.draft else Published.PublishWhen.COMPLETE
        request = Request(options.ids, options.identifier, options.source, when)
        bring = importing.forecast if options.dry_run else importing.bring
        found: list[tuple[str, Outcome]] = []
        refused: list[tuple[str, str]] = []
        with self.progress("Reading", len(named)) as tell:
            documents = self._read(named, refused, tell)
        with self.progress("Importing", len(documents)) as tell:
            for number, (name, document) in enumerate(importing.sorted_documents(documents)):
                tell(number)
                try:
                    found.append((name, bring(document, request, actor=options.actor)))
                except (SourceFault, Unavailable) as fault:
                    refused.append((name, _sentence(fault)))
        self._tell(found, refused, dry=options.dry_run)

    def _read(self, named: list[str], refused: list[tuple[str, str]], tell: Any) -> list[tuple[str, Any]]:
        documents = []
        for number, name in enumerate(named):
            tell(number)
            try:
                documents.append((name, _document(name)))
            except (SourceFault, Unavailable) as fault:
                refused.append((name, _sentence(fault)))
        return documents

    def _tell(self, found: list[tuple[str, Outcome]], refused: list[tuple[str, str]], *, dry: bool) -> None:
        columns = ("", "Kind", "Label", "Holds", "Identifier", "Document")
        if found:
            self.table(columns, [_row(name, outcome) for name, outcome in found])
        for name, outcome in found:
            self.lines("lost", [f"{name}  {sentence}" for sentence in outcome.losses])
        self.lines("refused", [f"{name}  {sentence}" for name, sentence in refused])
        counts = {
            what: sum(outcome.what == what for _, outcome in found) for what in ("created", "updated", "unchanged")
        }
        lost = sum(len(outcome.losses) for _, outcome in found)
        words = [f"{what}: {number}" for what, number in counts.items()] + [f"lost: {lost}"]
        self.say(", ".join(words) + (". Nothing was changed." if dry else ""))
        if refused:
            raise CommandError(f"{counted(len(refused), 'document')} could not be imported.")


def _named(said: list[str]) -> Iterator[str]:
    """URLs as they are; files by their full names, those of folders in their order."""
    for each in said:
        if each.startswith(("http://", "https://")):
            yield each
            continue
        # `./run` goes to its own folder before it comes here.
        path = Path(os.environ.get("GCIS_INVOKED_FROM", ""), each).resolve()
        yield from sorted(map(str, path.rglob("*.json"))) if path.is_dir() else [str(path)]


def _document(name: str) -> Any:
    return importing.from_url(name) if name.startswith(("http://", "https://")) else importing.from_file(Path(name))


def _sentence(fault: SourceFault | Unavailable) -> str:
    fields = fault.fields if isinstance(fault, SourceFault) else ()
    return " ".join([fault.sentence, *(f"{each.field}: {each.sentence}" for each in fields[1:10])])


def _row(name: str, outcome: Outcome) -> tuple[str, ...]:
    return outcome.what, outcome.kind, pick(outcome.label, []), outcome.holds, outcome.identifier, name
