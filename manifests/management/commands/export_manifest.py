"""Documents of manifests and collections as files."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from gcis.core.commands import ServiceCommand, misused
from manifests import exporting, lookup
from manifests.versions import VERSIONS
from redirects.models import Identifier


class Command(ServiceCommand):
    help = (
        "Write the published document of manifests or collections: to the screen, or each into a file of a folder. "
        "--draft gives what would be published now, with all that the public may not see yet."
    )
    example = "./run manage export_manifest ark:/1/book --presentation 2 --to /tmp/exported"

    def add_arguments(self, parser: ArgumentParser) -> None:
        numbers = sorted({version.number for version in VERSIONS}, reverse=True)
        parser.add_argument("identifiers", nargs="+", metavar="IDENTIFIER", help="any name that it has or had")
        parser.add_argument(
            "--presentation", type=int, choices=numbers, default=numbers[0], help=f"version of the API ({numbers[0]})"
        )
        parser.add_argument("--draft", action="store_true", help="as it is now, published or not")
        parser.add_argument(
            "--to", type=Path, metavar="FOLDER", help="where files go; without it the document goes to the screen"
        )

    def work(self, options: Any) -> None:
        records = [each.record for each in lookup.find_all(Identifier.Kind.PRESENTATION, options.identifiers)]
        if options.to is None:
            if len(records) > 1:
                raise misused("Several documents need a folder to go to: --to FOLDER.")
            self.stdout.write(exporting.as_text(_document(records[0], options)).decode(), ending="")
            return
        # `./run` goes to its own folder before it comes here.
        folder = Path(os.environ.get("GCIS_INVOKED_FROM", ""), options.to).resolve()
        outcome = self.each("Writing", records, lambda record: self._write(record, folder, options))
        self.conclude(outcome, f"written to {folder}")

    def _write(self, record: Any, folder: Path, options: Any) -> None:
        data = exporting.as_text(_document(record, options))
        target = folder / exporting.file_name(record, options.presentation)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}.") from error


def _document(record: Any, options: Any) -> Any:
    return exporting.document(record, options.presentation, draft=options.draft)
