"""How things are to be shown (Presentation 3.0 §3.2 behavior): words that go together, where they mean something."""

from typing import Any

from manifests.build.rules.behaviors import BEHAVIORS, EXCLUSIVE, VALID_ON
from manifests.payload.properties.way import Way


def behavior(value: Any, way: Way) -> list[str]:
    """A list of words that go together, each valid on the kind of resource."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or (not given and not way.lenient):
        raise way.fault("choice", f"It must be a list of some of {', '.join(BEHAVIORS)}.")
    kept: list[str] = []
    for word in given:
        wrong = _wrong(word, kept, way.kind)
        if wrong and not way.lenient:
            raise way.fault(*wrong)
        if wrong:
            way.note(*wrong)
        elif word not in kept:
            kept.append(word)
    return kept


def _wrong(word: Any, before: list[str], kind: str) -> tuple[str, str] | None:
    if not isinstance(word, str) or word not in BEHAVIORS:
        return "choice", f"It must be a list of some of {', '.join(BEHAVIORS)}."
    if kind and kind not in VALID_ON[word]:
        return "misplaced", f"{word} means nothing on a {kind}: it is for {', '.join(sorted(VALID_ON[word]))}."
    for other in before:
        if other != word and any({word, other} <= group for group in EXCLUSIVE):
            return "exclusive", f"{other} and {word} exclude each other."
    return None
