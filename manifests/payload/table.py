"""Reading metadata.csv as people's spreadsheets write it. A bad table gives warnings, never an error."""

import csv
import io
import unicodedata
from collections.abc import Iterator

from gcis.core.errors import SourceFault
from gcis.core.ids import check_identifier
from manifests.payload.columns import Cells, Column, column
from manifests.payload.shapes import Row, Table

#: The name under which a table speaks of its own folder.
ITSELF = "."
_DELIMITERS = ",;\t"


def read_table(data: bytes, name: str) -> Table:
    """The table in these bytes; `name` is how warnings call it.

    UTF-8 with or without byte order mark, else Windows Latin-1 with a warning; delimited by comma, semicolon or tab.
    """
    reader = _Reader(name)
    rows = reader.rows(data)
    return Table(rows, tuple(dict.fromkeys(reader.warnings)))


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.warnings: list[str] = []

    def warn(self, sentence: str, line: int | None = None) -> None:
        self.warnings.append(f"{self.name}{f', line {line}' if line else ''}: {sentence}")

    def rows(self, data: bytes) -> dict[str, Row]:
        if b"\0" in data:
            self.warn("It is ignored, because it is not a text file in UTF-8 (save it as “CSV UTF-8”).")
            return {}
        lines = self._lines(self._text(data))
        try:
            header = next(lines, (0, []))[1]
            columns = self._columns(header)
            if not any(each and each.kind == "file" for each in columns):
                self.warn("It is ignored, because it has no column “file” (columns are divided by , or ; or tab).")
                return {}
            return self._body(columns, lines)
        except csv.Error as error:
            self.warn(f"It is ignored, because it cannot be read as CSV ({error}).")
            return {}

    def _text(self, data: bytes) -> str:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.warn("It is not UTF-8 and was read as Windows Latin-1; check letters with accents.")
            return data.decode("cp1252", errors="replace")

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Line numbers and cells; blank lines and the `sep=` line that Excel writes are left out."""
        first, _, rest = text.partition("\n")
        said = first.rstrip("\r").casefold()
        if said.startswith("sep=") and said[4:] in tuple(_DELIMITERS):
            delimiter, text, skipped = said[4:], rest, 1
        else:
            delimiter, skipped = max(_DELIMITERS, key=first.count), 0
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num + skipped, cells

    def _columns(self, header: list[str]) -> list[Column | None]:
        """The meaning of every column; None for those without title, whose cells are not used."""
        columns: list[Column | None] = []
        for title in header:
            meant, warning = column(title)
            columns.append(meant if meant.title else None)
            if warning:
                self.warn(warning)
        return columns

    def _body(self, columns: list[Column | None], lines: Iterator[tuple[int, list[str]]]) -> dict[str, Row]:
        rows: dict[str, Row] = {}
        identifiers: set[str] = set()
        for line, texts in lines:
            if any(cell.strip() for cell in texts[len(columns) :]):
                self.warn("It has more cells than there are columns; the last ones are not used.", line)
            filled = [(meant, cell) for meant, cell in zip(columns, texts, strict=False) if meant]
            name = _key(next((cell for meant, cell in filled if meant.kind == "file"), ""))
            if name in rows:
                self.warn(f"“{name}” was named before; the first row counts.", line)
            else:
                rows[name] = self._row(filled, identifiers, line)
        return rows

    def _row(self, filled: list[tuple[Column, str]], identifiers: set[str], line: int) -> Row:
        cells = Cells()
        for meant, cell in filled:
            cells.add(meant, cell)
        for warning in cells.warnings:
            self.warn(warning)
        identifier = self._identifier(cells.identifier, identifiers, line)
        return Row(cells.description(), cells.order, identifier)

    def _identifier(self, text: str, taken: set[str], line: int) -> str | None:
        if not text:
            return None
        try:
            check_identifier(text)
        except SourceFault as fault:
            self.warn(fault.sentence, line)
            return None
        if text in taken:
            self.warn(f"The identifier “{text}” was given before and is not used again.", line)
            return None
        taken.add(text)
        return text


def _key(cell: str) -> str:
    """A file or folder name as tables and disks agree on it; "." for the folder itself."""
    name = unicodedata.normalize("NFC", cell.strip()).rstrip("/")
    return name.removeprefix("./") or ITSELF
