"""What the official schema of Presentation 3.0 refuses, our rules refuse too; what the cookbook has, they accept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from manifests.build.rules import findings, problems
from tests.examples import examples
from tests.manifests.build.everything import EVERYTHING
from tests.shared import SCHEMA, cookbook, needed

pytestmark = needed

#: What properties are set to, one after the other; `...` takes them away.
VALUES = (
    *(..., None, 5, -1, 0, 1.5, True, "x", "http://example.org/x", [], {}, ["x"], [5], [{}], {"en": "x"}),
    *(
        {"en": ["x"]},
        {"id": "http://example.org/x", "type": "Canvas"},
        [{"id": "http://example.org/x", "type": "Image"}],
    ),
)
#: Properties that are put where they are not.
NAMES = ("@context", "items", "label", "service", "annotations", "thumbnail", "behavior", "rights", "width", "colour")
CLASSES = {
    "Manifest": "manifest",
    "Collection": "collection",
    "AnnotationPage": "annotationPage",
    "AnnotationCollection": "annotationCollection",
    "Annotation": "annotation",
}
Place = tuple[str | int, ...]
Changed = tuple[Place, Any]


@pytest.fixture(scope="module")
def official() -> dict[str, Any]:
    """The schema of each class by itself. In Rust, since there is much to check."""
    validator = pytest.importorskip("jsonschema_rs").Draft7Validator
    schema = json.loads(SCHEMA.read_text())
    parts = {name: schema[name] for name in ("$schema", "classes", "types")}
    return {
        kind: validator({**parts, "allOf": [{"$ref": f"#/classes/{name}"}]}, validate_formats=False)
        for kind, name in CLASSES.items()
    }


def places(part: Any, place: Place = ()) -> Iterator[Place]:
    """Every place in it, of lists the first two members."""
    if isinstance(part, dict):
        steps: list[Any] = list(part)
        yield from ((*place, name) for name in NAMES if name not in part)
    else:
        steps = list(range(min(2, len(part)))) if isinstance(part, list) else []
    for step in steps:
        yield (*place, step)
        yield from places(part[step], (*place, step))


def kinds_of_places(document: dict[str, Any]) -> list[Place]:
    """The first of all places that differ by numbers only."""
    found: dict[Place, Place] = {}
    for place in places(document):
        found.setdefault(tuple("*" if isinstance(step, int) else step for step in place), place)
    return list(found.values())


def changed(text: str, place: Place, value: Any) -> dict[str, Any] | None:
    document: Any = json.loads(text)
    node = document
    for step in place[:-1]:
        node = node[step]
    if value is not ...:
        node[place[-1]] = value
    elif isinstance(node, list) or place[-1] in node:
        del node[place[-1]]
    else:
        return None
    return document  # type: ignore[no-any-return]


def allowed(place: Place, value: Any) -> bool:
    """Why rules accept what the schema refuses: points may lie at 0 and between pixels (§5.6); a warning tells it."""
    return place[-1] in ("x", "y", "t") and place[-2] == "selector" and value in (0, 1.5)


def missed(document: dict[str, Any], official: dict[str, Any], some: int) -> tuple[int, list[Changed]]:
    """How many of some changed documents the schema refuses, and which of them our rules do not."""
    changes, text = [(place, value) for place in kinds_of_places(document) for value in VALUES], json.dumps(document)
    refused, missing = 0, []
    for place, value in changes[:: max(1, len(changes) // some)]:
        other = changed(text, place, value)
        if other is None or official[document["type"]].is_valid(other):
            continue
        refused += 1
        findings(other)
        if not problems(other) and not allowed(place, value):
            missing.append((place, value))
    return refused, missing


@pytest.mark.parametrize("name", EVERYTHING)
def test_documents_with_everything_are_valid(name: str, official: dict[str, Any]) -> None:
    document = EVERYTHING[name]()
    assert [error.message for error in official[document["type"]].iter_errors(document)] == []


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_the_schema_refuses_our_rules_refuse(name: str, official: dict[str, Any]) -> None:
    refused, missing = missed(EVERYTHING[name](), official, examples(1000))
    assert refused > 20
    assert missing == []


def test_of_the_cookbook_too_what_the_schema_refuses_our_rules_refuse(official: dict[str, Any]) -> None:
    for name, document in cookbook():
        refused, missing = missed(document, official, examples(30))
        assert (name, missing) == (name, [])
        assert refused


def test_the_cookbook_is_accepted(official: dict[str, Any]) -> None:
    seen = 0
    for name, document in cookbook():
        assert (name, problems(document)) == (name, [])
        seen += official[document["type"]].is_valid(document)
    assert seen > 40
