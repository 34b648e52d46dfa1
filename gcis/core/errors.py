"""Errors sorted by whose problem they are: the source's, nobody's (try again), and ours (every other exception)."""


class SourceFault(Exception):
    """What was sent cannot be used. Tell the person; trying again changes nothing.

    `code` is stable and for machines; `sentence` is for the person who sent it.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Unavailable(Exception):
    """Something we need does not answer just now. The same work may succeed later."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
