"""What the rules find, and where: places are JSON pointers (RFC 6901) into the document."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

#: The place of what holds it, and the name or number there; the document itself is None.
Place = tuple[Any, str | int] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """`path` is a JSON pointer ("" is the document); `rule` names the rule that found it."""

    path: str
    sentence: str
    severity: Literal["error", "warning"]
    rule: str

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.sentence}"


@dataclass(slots=True)
class Report:
    """What is found on one way through a document, and what the document names."""

    findings: list[Finding] = field(default_factory=list)
    #: Ids of what is defined in it: one thing has one id.
    named: set[str] = field(default_factory=set)
    canvases: set[str] = field(default_factory=set)
    ranges: set[str] = field(default_factory=set)
    #: Canvases and ranges that are meant: their class, id and place.
    meant: list[tuple[str, Any, Place]] = field(default_factory=list)

    def error(self, place: Place, sentence: str, rule: str) -> None:
        self.findings.append(Finding(pointer(place), sentence, "error", rule))

    def warning(self, place: Place, sentence: str, rule: str) -> None:
        self.findings.append(Finding(pointer(place), sentence, "warning", rule))


#: Looks at the value at a place.
Rule = Callable[[Report, Place, Any], None]
#: Places, sentences and names of rules.
Warned = Iterator[tuple[Place, str, str]]


def pointer(place: Place) -> str:
    """RFC 6901. The document is ""."""
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append(str(step).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{step}" for step in reversed(steps))
