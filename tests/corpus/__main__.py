"""`python -m tests.corpus`: convert every source and print what came out; write the page, or the golden values."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from images.conversion.process import ConversionProcess
from tests.corpus import golden, page
from tests.corpus.catalogue import GROUPS, SOURCES
from tests.corpus.judging import complaints
from tests.corpus.measuring import outcome
from tests.corpus.rows import HEADINGS, Row
from tests.corpus.source import Source


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")  # where the book of recipes is looked for
    chosen = _arguments()
    process = ConversionProcess()  # one for all, as a worker has it
    try:
        groups = {title: list(_rows(process, _chosen(sources, chosen.words))) for title, sources in GROUPS.items()}
    finally:
        process.close()
    everything = [row for rows in groups.values() for row in rows]
    _print({title: rows for title, rows in groups.items() if rows})
    if chosen.golden:
        known = golden.read() | {row.source.key: golden.values(row.outcome) for row in everything}
        golden.write({key: known[key] for key in SOURCES if key in known})
    if chosen.write:
        chosen.write.write_text(page.page(groups))
    return int(any(row.wrong for row in everything))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="only sources whose names have one of these in them")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the table as a page of Markdown (docs/formats.md)")
    parser.add_argument("--golden", action="store_true", help="write the golden values anew")
    chosen = parser.parse_args()
    if chosen.words and chosen.write:
        parser.error("the page has all the sources, or is not written")
    return chosen


def _chosen(sources: Sequence[Source], words: Sequence[str]) -> list[Source]:
    return [source for source in sources if not words or any(word in source.key for word in words)]


def _rows(process: ConversionProcess, sources: Sequence[Source]) -> Iterator[Row]:
    for source in sources:
        if reason := source.missing():
            print(f"{source.key}: {reason}", file=sys.stderr)
            continue
        made = source.make()
        with tempfile.TemporaryDirectory() as folder:
            came = outcome(process, source, made, Path(folder))
        yield Row(source, came, tuple(complaints(came, made.expected)))


def _print(groups: dict[str, list[Row]]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 260)
    for title, rows in groups.items():
        table = Table(*HEADINGS, title=title, title_justify="left", show_lines=False)
        for row in rows:
            table.add_row(*row.cells(), style="bold red" if row.wrong else None)
        console.print(table)
    for row in (row for rows in groups.values() for row in rows if row.wrong):
        console.print(f"[bold red]{row.source.key}[/]", *row.wrong, sep="\n    ", markup=True, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
