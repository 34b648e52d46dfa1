"""Bring in the text of pages: ALTO, hOCR and plain text files."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run, counted
from gcis.core.errors import SourceFault
from manifests import lookup, texts
from manifests.models import Manifest
from manifests.payload.names import is_hidden, natural
from manifests.payload.texts.source import MOST_BYTES
from manifests.texts import File, Options, Report, Row
from redirects.models import Identifier


class Command(ServiceCommand):
    help = (
        "Make annotations of lines and words from ALTO, hOCR or plain text files. A file belongs to the page whose "
        "picture's file, or whose key at its source, has its name; if no name fits any page and there are as many "
        "files as pages, they are taken in their order. A text takes the place of the one before it."
    )
    example = "./run manage import_text ms-12 ocr/*.xml"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("manifest", metavar="MANIFEST", help="any name that it has or had")
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder of them")
        parser.add_argument("--lines", action="store_true", help="annotations of lines only, not of words")
        parser.add_argument(
            "--embed",
            action="store_true",
            help="within the manifest's document; else in documents of their own, as is better for large texts",
        )
        add_actor(parser)
        add_dry_run(parser)

    def work(self, options: Any) -> None:
        manifest = _manifest(options.manifest)
        files = [_file(path) for given in options.files for path in _files(given)]
        if not files:
            raise CommandError("There are no files.")
        wanted = Options(not options.lines, "embedded" if options.embed else "referenced")
        rows = texts.run(manifest, files, wanted, actor=options.actor, dry_run=options.dry_run)
        self._tell(Report(list(self._followed(rows, len(files)))), dry_run=options.dry_run)

    def _followed(self, rows: Any, total: int) -> Any:
        with self.progress("Importing", total) as tell:
            for number, row in enumerate(rows, start=1):
                tell(number)
                yield row

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        for what in ("created", "updated", "unchanged", "would"):
            self.lines(
                what if what != "would" else "would import", [_line(row) for row in report.rows if row.what == what]
            )
        self.lines("refused", [f"{row.match.file}: {row.reason}" for row in report.rows if row.what == "refused"])
        refused = report.count("refused")
        done = counted(len(report.rows) - refused, "text")
        sentence = f"{done} would be imported. Nothing was changed." if dry_run else f"{done} imported."
        if refused:
            raise CommandError(f"{sentence} {refused} refused.")
        self.say(sentence)


def _line(row: Row) -> str:
    found = {"picture": "by its picture's file", "key": "by its key", "order": "by their order"}[row.match.by]
    size = f", {counted(row.lines, 'line')}, {counted(row.words, 'word')}" if row.lines else ""
    return f"{row.match.file}  page {row.match.place}, {found}{size}"


def _manifest(name: str) -> Manifest:
    found = lookup.find(Identifier.Kind.PRESENTATION, name).record
    if not isinstance(found, Manifest):
        raise SourceFault("not_a_manifest", f"{name!r} is a collection: it has no pages.")
    return found


def _files(given: Path) -> list[Path]:
    """The file itself; of a folder what lies in it, in the order of people."""
    if not given.is_dir():
        return [given]
    found = (path for path in given.iterdir() if path.is_file() and not is_hidden(path.name))
    return sorted(found, key=lambda path: natural(path.name))


def _file(path: Path) -> File:
    return path.name, _reader(path)


def _reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
        except OSError as error:
            raise SourceFault("file", f"{path.name} cannot be read: {error.strerror}.") from error

    return read
