"""From lines as printed to running text: words that are divided between two lines are joined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from manifests.payload.texts.shapes import Block, Box, Line, PageText, Word, around

#: Signs that stand for a division and nothing else: soft hyphen, not sign, double oblique hyphen.
_SURE = "\xad\xac\u2e17"
#: Signs that stand in compounds as well.
_UNSURE = "-\u2010"


@dataclass(slots=True)
class DraftLine:
    """A line as it is found. `divided`: the file says that its last word is; `whole` is that word where the file has
    it; `rest`: the file says that its first word is the second part of one."""

    box: Box | None
    words: tuple[Word, ...]
    text: str
    language: str | None = None
    divided: bool = False
    whole: str = ""
    rest: bool = False


@dataclass(slots=True)
class DraftBlock:
    box: Box | None
    lines: list[DraftLine] = field(default_factory=list)


def plain_text(text: PageText) -> str:
    """The text for search and for downloads: lines as lines, an empty line between blocks, divided words joined."""
    return "\n\n".join("\n".join(line.running for line in block.lines if line.running) for block in text.blocks)


def blocks(drafts: Sequence[DraftBlock]) -> tuple[Block, ...]:
    """The blocks with text; divided words are joined in the order of the lines, from one block to the next too."""
    filled = [draft for draft in drafts if draft.lines]
    running = iter(_running([line for draft in filled for line in draft.lines]))
    return tuple(
        Block(
            draft.box or around(line.box for line in draft.lines),
            tuple(Line(line.box, line.words, line.text, line.language, next(running)) for line in draft.lines),
        )
        for draft in filled
    )


def _running(lines: Sequence[DraftLine]) -> Iterable[str]:
    taken = False
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        text = _without_first(line.text) if taken else line.text
        word, taken = _joined(line, following) if text else ("", False)
        yield f"{_without_last(text)}{word}" if word else text


def _joined(line: DraftLine, following: DraftLine | None) -> tuple[str, bool]:
    """The whole word that begins at the end of a line, "" for none; whether the next line's first word is in it."""
    rest = following.text.split(maxsplit=1)[0] if following else ""
    if line.whole:
        taken = following is not None and following.rest
        both = _last(line.text).rstrip(_SURE + _UNSURE) + rest
        return (both if taken and line.whole in both else line.whole), taken
    word = _whole(_last(line.text), rest, line.divided)
    return word, bool(word)


def _whole(begin: str, rest: str, divided: bool) -> str:
    """Both parts of a word as one; "" if they are none.

    A hyphen with which a line ends may belong to a compound (well-known): unless the file says that the word is
    divided, it is so only before a small letter. Before a capital it stays (Nord-Ost), but for words in capitals.
    """
    sign, stem = begin[-1:], begin[:-1]
    sure = divided or sign in _SURE
    if sign not in _SURE + _UNSURE or not stem[-1:].isalpha() or not rest[:1].isalpha():
        return ""
    if rest[0].isupper() and not stem[-1].isupper():
        return f"{stem}-{rest}" if sure else ""
    return stem + rest if sure or rest[0].islower() else ""


def _last(text: str) -> str:
    return text.rsplit(maxsplit=1)[-1]


def _without_last(text: str) -> str:
    return text[: len(text) - len(_last(text))]


def _without_first(text: str) -> str:
    return text.partition(" ")[2]
