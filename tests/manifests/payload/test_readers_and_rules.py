"""What readers let pass, rules let be published: with every part of a whole description changed to anything else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gcis.core.errors import SourceFault
from manifests.build.rules import problems
from manifests.payload.description import PROPERTIES, description, read, read_leniently
from tests.examples import examples
from tests.manifests.build.everything import manifest

Json = dict[str, Any]
Place = tuple[str | int, ...]

VALUES = (
    *(..., None, 5, -1, 0, 1.5, True, "x", "http://example.org/x", " <b>x</b> ", "\0", [], {}, ["x"], [5], [{}]),
    *({"en": "x"}, {"en": ["x"]}, {"id": "http://example.org/x", "type": "Canvas"}, [{"id": "http://example.org/x"}]),
)
#: What no 3.0 document has as such.
OWN = ("license", "tags", "contexts", "presentation2")


def whole() -> Json:
    return {name: value for name, value in manifest().items() if name in PROPERTIES}


def places(part: Any, place: Place = ()) -> Iterator[Place]:
    steps: list[Any] = list(part) if isinstance(part, dict) else [0] if part and isinstance(part, list) else []
    for step in steps:
        yield (*place, step)
        yield from places(part[step], (*place, step))


def changes(some: int) -> Iterator[tuple[Place, Any, Json]]:
    """Some of all changed descriptions."""
    text = json.dumps(whole())
    every = [(place, value) for place in places(whole()) for value in VALUES]
    for place, value in every[:: max(1, len(every) // some)]:
        changed: Any = json.loads(text)
        node = changed
        for step in place[:-1]:
            node = node[step]
        if value is ...:
            del node[place[-1]]
        else:
            node[place[-1]] = value
        yield place, value, changed


def published(said: Json) -> list[str]:
    """What keeps a manifest with this description from being published."""
    told = {name: named(value) for name, value in said.items() if value is not None and name not in OWN}
    document = manifest()
    bare = {name: value for name, value in document.items() if name not in PROPERTIES or name == "label"}
    return [each for each in problems({**bare, **told}) if "in the manifest" not in each and "used twice" not in each]


def named(part: Any, canvas: str = "") -> Any:
    """With the names that building gives to canvases beside it, to ranges, and to what is painted."""
    if isinstance(part, list):
        return [named(each, canvas) for each in part]
    if not isinstance(part, dict):
        return part
    uri = f"http://example.org/{id(part)}"
    own = {"id": uri} if part.get("type") in ("Canvas", "Range", "AnnotationPage", "Annotation") else {}
    painting = {"motivation": "painting", "target": canvas} if canvas and part.get("type") == "Annotation" else {}
    whole = {**own, **painting, **part}
    inner = whole["id"] if part.get("type") == "Canvas" else canvas
    return {name: named(each, inner) for name, each in whole.items()}


@pytest.mark.timeout(600)
def test_what_is_kept_may_be_published_and_is_understood_as_the_same() -> None:
    refused = 0
    for place, value, sent in changes(examples(250)):
        try:
            kept = description(sent, kind="Manifest")
        except SourceFault as fault:
            refused += 1
            assert all(each.field.partition(".")[0] == place[0] for each in fault.fields), (place, value)
            continue
        assert (place, value, published(kept)) == (place, value, [])
        assert description(kept, kind="Manifest") == kept
    assert refused > 50


@pytest.mark.timeout(600)
def test_of_an_import_what_is_kept_may_be_published_and_what_is_lost_is_told() -> None:
    for place, value, sent in changes(examples(250)):
        kept, losses = read_leniently(sent, "Manifest")
        assert (place, value, published(kept)) == (place, value, [])
        assert read_leniently(kept, "Manifest") == (kept, [])
        strict = read(sent, kind="Manifest")
        assert (not losses) or strict[1], (place, value, losses)
        assert set(whole()) - set(kept) <= {place[0]}
