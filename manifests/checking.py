"""What the checks say of a document before it is published: our own rules, and the official schema where it is at hand.

Errors block or warn, by GCIS_PUBLISH_CHECKS; warnings never block.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError, best_match

from gcis.core.errors import SourceFault
from manifests.build import rules
from manifests.build.documents import Facts
from manifests.build.facts import ManifestFacts
from manifests.build.rules.report import Finding

ERROR: Final = "error"
#: How many are kept and shown; whoever mends that many asks again.
MOST = 200
#: How many of them the sentence about a refusal tells.
MOST_TOLD = 5
#: A message of the schema quotes what it is about, which may be long.
LONGEST = 300
_PAGE = re.compile(r"/items/(\d+)(/|$)")


class Unfit(SourceFault):
    """The document may not be published. `findings` as `as_json` gives them."""

    def __init__(self, found: list[Finding], kept: list[dict[str, Any]]) -> None:
        told = [str(each) for each in found if each.severity == ERROR]
        more = f" And {len(told) - MOST_TOLD} more." if len(told) > MOST_TOLD else ""
        super().__init__("invalid_document", " ".join(told[:MOST_TOLD]) + more)
        self.findings = kept


def check(document: dict[str, Any], facts: Facts) -> list[dict[str, Any]]:
    """What was found in the 3.0 document of these facts. Unfit where that keeps it from being published."""
    undecided = list(_undecided(facts))
    found = [*undecided, *findings(document)]
    kept = as_json(found, facts)
    blocks = settings.GCIS_PUBLISH_CHECKS == "block" and any(each.severity == ERROR for each in found)
    if undecided or blocks:
        raise Unfit(found, kept)
    return kept


def findings(document: dict[str, Any]) -> list[Finding]:
    """Errors first, each with the place in the document as a JSON pointer."""
    found = [*rules.findings(document), *_by_schema(document)]
    return sorted(found, key=lambda each: each.severity != ERROR)


def _undecided(facts: Facts) -> Iterator[Finding]:
    """Pages whose new picture has another shape: what points at parts of them would point elsewhere. Always blocks."""
    for number, canvas in enumerate(facts.canvases if isinstance(facts, ManifestFacts) else ()):
        if canvas.proposed:
            size, new = f"{canvas.width} x {canvas.height}", f"{canvas.proposed[0]} x {canvas.proposed[1]}"
            sentence = (
                f"The new picture of this page ({new}) has another shape than the page ({size}), and there are notes "
                "or ranges about parts of the page. Choose whether the page keeps its size or takes the picture's."
            )
            yield Finding(f"/items/{number}/width", sentence, ERROR, "canvas-size")


def as_json(found: Iterable[Finding], facts: Facts) -> list[dict[str, Any]]:
    """As they are kept: {"path", "sentence", "severity", "rule", "canvas"}; `canvas` is the page's uuid, or null."""
    return [
        {
            "path": each.path,
            "sentence": each.sentence,
            "severity": each.severity,
            "rule": each.rule,
            "canvas": _canvas(each.path, facts),
        }
        for each in list(found)[:MOST]
    ]


def _canvas(path: str, facts: Facts) -> str | None:
    """Pages stand in the document in the order of the facts."""
    place = _PAGE.match(path)
    if not place or not isinstance(facts, ManifestFacts) or int(place[1]) >= len(facts.canvases):
        return None
    return str(facts.canvases[int(place[1])].id)


# ----------------------------------------------------------------------------------------------------------- the schema
def _by_schema(document: dict[str, Any]) -> Iterator[Finding]:
    if not settings.GCIS_PRESENTATION_SCHEMA:
        return
    for error in _schema(settings.GCIS_PRESENTATION_SCHEMA).iter_errors(document):
        yield _of(_deepest(error))


def _deepest(error: ValidationError) -> ValidationError:
    """Of alternatives that all fail, the one that comes nearest says what is wrong."""
    while error.context:
        error = best_match(error.context) or error.context[0]
    return error


def _of(error: ValidationError) -> Finding:
    path = "".join(f"/{part}" for part in error.absolute_path)
    return Finding(path, error.message[:LONGEST], ERROR, "schema")


@lru_cache(maxsize=2)
def _schema(path: str) -> Draft7Validator:
    """Read once in a process: the file is part of the installation."""
    return Draft7Validator(json.loads(Path(path).read_text(encoding="utf-8")))
