"""The table as a page for those who send pictures: what can be sent, what comes of it, what is refused. Pure."""

from collections.abc import Iterable, Iterator
from statistics import median

from tests.corpus.rows import HEADINGS, NOTHING, Row
from tests.corpus.sources import refused

_FORMATS = {
    "TIFF, BigTIFF": "grey, RGB, CMYK, Lab and palettes of 1 to 16 bits, and 32-bit float; in strips, tiles or planes; "
    "not compressed, or by LZW, Deflate, PackBits, JPEG, fax; every page is a picture",
    "JPEG": "baseline and progressive, 8 bits; colour, grey, CMYK and YCCK",
    "PNG": "every depth and kind",
    "WebP, GIF": "every kind; of a moving picture the first frame",
    "AVIF": "every kind",
    "HEIC": "where the extra `heic` is installed: its decoder is under patents in some countries",
    "JPEG 2000": "files and bare streams; 8 bits, grey up to 16; as far as the memory of a conversion reaches",
}

_BEGIN = """# What can be sent

GCIS makes an access master of every picture that it is sent: a pyramidal TIFF in sRGB, or in grey with the same tones,
upright, from which every size and region is served. What a file is, is decided by its first bytes, never by its name. A
file that cannot be taken is refused at once, with a sentence for the person who sent it.
"""

_EXPLAINED = """
Everything else is refused: [the last table](#refused) says in which words.

## What becomes of a picture

* **Colours** are converted by the embedded profile, relative colorimetric with black point compensation. RGB without
  one is taken for sRGB, CMYK and grey for what the recipe says; that is written down with the master, and is shown
  as "assumed" below. A profile that is broken or made for other colours is left aside, and that is written down too.
* **Depth**: 8 bits of each channel are kept. Floats are amounts of light, from 0 for black to 1 for white.
* **Transparency** is laid on the recipe's background, which is white by default. Channels that are neither colour nor
  transparency (selections, spot colours) are left out.
* **Orientation** is applied once, and the master is upright.
* **Metadata**: EXIF, IPTC and XMP are kept. Places, serial numbers, previews and makers' notes are not, unless the
  recipe lists them. What cannot be read is left out with a warning, and the picture is taken all the same.
* **Resolution** is kept where the file says one, and is turned with the picture.
* **Pages** of a TIFF are pictures of their own. Smaller copies, previews, masks and the levels of a pyramid are not.
* A TIFF that is such a pyramid already is taken **as it is**, without being compressed again.

## How to read the tables

Each row is a file that a script makes, converted as in production, and read again with other software than the
converter's. **ΔE2000** is how far its colours are from those that the file must show, by formulas or by another
decoder: the mean of all pixels, and what 99 of 100 pixels stay below. Below 1 hardly anybody sees a difference. What
there is comes from JPEG, which the default recipe uses with quality 89 and a quarter of the colours; hard edges between
flat colours suffer most. **Without loss** is the same with the recipe `lossless`: what is left is the conversion of
colours alone, and what files with loss had lost before. **Its own colours** is the source's profile, or what its
numbers were taken for. **Seconds** are those of this run, on a machine with other work.

`python -m tests.corpus` prints the tables, `--write docs/formats.md` writes this page, and `--golden` writes the values
that later runs of the tests are held against (`tests/golden/conversion.json`).
"""


def page(groups: dict[str, list[Row]]) -> str:
    rows = [row for group in groups.values() for row in group]
    taken = [row.outcome for row in rows if row.outcome.master]
    seconds = median(outcome.seconds for outcome in taken)
    counted = (
        f"{len(rows)} files: {len(taken)} taken, {len(rows) - len(taken)} refused; half of the conversions took less "
    )
    formats = _table(("format", "what is taken"), _FORMATS.items())
    parts = [_BEGIN, *formats, _EXPLAINED, f"{counted}than {seconds:.2f} s.\n"]
    parts += ["\n".join(_group(title, group)) for title, group in groups.items()]
    return "\n".join(parts)


def _group(title: str, rows: list[Row]) -> Iterator[str]:
    yield f"## {title}\n"
    if title == refused.TITLE:
        yield from _table(("file", "what it is", "code", "what the sender is told"), map(_refusal, rows))
    else:
        yield from _table(*_said(HEADINGS, [row.cells() for row in rows]))
    yield ""
    for row in rows:
        if row.wrong:
            yield f"* **{row.source.key} is not as it must be**: {_text('; '.join(row.wrong))}"


def _said(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Without the columns in which no row says anything."""
    kept = [number for number in range(len(headings)) if any(cells[number] != NOTHING for cells in rows)]
    return tuple(headings[number] for number in kept), [tuple(cells[number] for number in kept) for cells in rows]


def _refusal(row: Row) -> tuple[str, ...]:
    return row.source.name, row.source.what, row.outcome.code, row.outcome.sentence


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for cells in rows:
        yield "| " + " | ".join(map(_text, cells)) + " |"


def _text(cell: str) -> str:
    return cell.replace("*", r"\*").replace("|", r"\|")
