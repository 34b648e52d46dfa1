"""From the text of a page to annotations in the form in which we store them (Presentation 3.0 §3.1, §5.6).

How much each transcribes is said by the text granularity extension (https://iiif.io/api/extension/text-granularity/).
"""

from collections.abc import Iterator
from typing import Any, Literal

from manifests.payload.texts.placing import check_inside, on_canvas
from manifests.payload.texts.shapes import Block, Box, Line, PageText, spoken

Json = dict[str, Any]
Granularity = Literal["block", "line", "word"]

#: What a document that holds `textGranularity` names in its @context, before that of Presentation 3.0.
CONTEXT = "http://iiif.io/api/extension/text-granularity/context.json"


def annotations(text: PageText, canvas: str, width: int, height: int, *, words: bool = True) -> list[Json]:
    """Supplementing annotations of a canvas (`gcis:canvas/<uuid>`) of this width and height, in reading order.

    Each has motivation, body, target and extra. One for every line, followed, if `words`, by one for every word of it;
    lines without a place are together one for their block. Places are scaled from the page to the canvas; of a page
    without a size they are taken as they are, and SourceFault says so where they lie outside of the canvas.
    """
    return list(_Canvas(text, canvas, width, height, words).annotations())


class _Canvas:
    def __init__(self, text: PageText, canvas: str, width: int, height: int, words: bool) -> None:
        self._text = text
        self._name = canvas
        self._size = (width, height)
        self._words = words
        if text.width is not None and text.height is not None:
            self._page = (text.width, text.height)
        else:
            check_inside(text, width, height)
            self._page = self._size

    def annotations(self) -> Iterator[Json]:
        for block in self._text.blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Json]:
        placeless = [line for line in block.lines if line.box is None]
        if placeless:
            value = "\n".join(line.text for line in placeless)
            yield self._annotation("block", value, self._language(placeless), block.box)
        for line in block.lines:
            if line.box is not None:
                yield self._annotation("line", line.text, self._language([line]), line.box)
            if self._words:
                yield from self._of_words(line)

    def _of_words(self, line: Line) -> Iterator[Json]:
        """A word without a place is in its line's annotation alone."""
        for word in line.words:
            if word.box is not None:
                yield self._annotation("word", word.text, word.language or self._text.language, word.box)

    def _language(self, lines: list[Line]) -> str | None:
        return spoken([Block(None, tuple(lines))]) or self._text.language

    def _annotation(self, granularity: Granularity, value: str, language: str | None, box: Box | None) -> Json:
        body = {"type": "TextualBody", "value": value, "format": "text/plain"}
        if language:
            body["language"] = language
        return {
            "motivation": ["supplementing"],
            "body": body,
            "target": self._name if box is None else f"{self._name}#{self._fragment(box)}",
            "extra": {"textGranularity": granularity},
        }

    def _fragment(self, box: Box) -> str:
        return "xywh={},{},{},{}".format(*on_canvas(box, self._page, self._size))
