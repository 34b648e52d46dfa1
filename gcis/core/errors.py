"""Errors sorted by whose problem they are: the source's, nobody's (try again), and ours (every other exception)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one part of what was sent. `field` is its path, such as metadata.0.label."""

    field: str
    code: str
    sentence: str


class SourceFault(Exception):
    """What was sent cannot be used. Tell the person; trying again changes nothing.

    `code` is stable and for machines; `sentence` is for the person who sent it; `fields` says where, when it is several
    things at once.
    """

    def __init__(self, code: str, sentence: str, fields: tuple[FieldFault, ...] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.fields = fields


class Unavailable(Exception):
    """Something we need does not answer just now. The same work may succeed later."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
