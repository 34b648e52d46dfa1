"""Small 2.1 documents of our own writing, and what the tests ask of their 3.0 trees."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from gcis.core.errors import SourceFault
from manifests.payload.upgrade import upgrade, without_private

Json = dict[str, Any]

HOME = "https://old.example.org"
BOOK = f"{HOME}/book"
MANIFEST = f"{BOOK}/manifest"
CONTEXT_2 = "http://iiif.io/api/presentation/2/context.json"
CONTEXT_3 = "http://iiif.io/api/presentation/3/context.json"
IMAGE_2 = "http://iiif.io/api/image/2/context.json"
LEVEL_2 = "http://iiif.io/api/image/2/level2.json"

#: The consortium's fixtures and schema are not part of this repository.
SHARED = Path(__file__).parents[5] / "shared" / "data"
FIXTURES = SHARED / "presentation-2.1"
SCHEMA = SHARED / "schema" / "iiif_3_0.json"


def page(number: int = 1) -> str:
    return f"{BOOK}/canvas/{number}"


def service(name: str = "1") -> Json:
    return {"@context": IMAGE_2, "@id": f"{HOME}/iiif/{name}", "profile": LEVEL_2}


def picture(name: str = "1", **more: Any) -> Json:
    return {"@id": f"{HOME}/{name}.jpg", "@type": "dctypes:Image", "height": 300, "width": 200, **more}


def painting(number: int = 1, **more: Any) -> Json:
    said = {"@type": "oa:Annotation", "motivation": "sc:painting", "resource": picture(str(number)), "on": page(number)}
    return {**said, **more}


def canvas(number: int = 1, **more: Any) -> Json:
    said = {"@id": page(number), "@type": "sc:Canvas", "label": f"p. {number}", "height": 300, "width": 200}
    return {**said, "images": [painting(number)], **more}


def sequence(*canvases: Json, **more: Any) -> Json:
    return {"@type": "sc:Sequence", **more, "canvases": list(canvases) or [canvas()]}


def manifest(*canvases: Json, **more: Any) -> Json:
    said = {"@context": CONTEXT_2, "@id": MANIFEST, "@type": "sc:Manifest", "label": "Book"}
    return {**said, "sequences": [sequence(*canvases)], **more}


def annotations(*resources: Json, **more: Any) -> Json:
    said = {"@context": CONTEXT_2, "@id": f"{BOOK}/list/1", "@type": "sc:AnnotationList"}
    return {**said, "resources": list(resources), **more}


def tree(document: Json) -> Json:
    """The 3.0 tree of a document of which nothing is lost; valid by the official schema, where that is at hand."""
    upgraded = upgrade(document)
    assert upgraded.losses == ()
    assert_valid(upgraded.document)
    return upgraded.document


def losses(document: Json) -> list[str]:
    upgraded = upgrade(document)
    assert_valid(upgraded.document)
    return list(upgraded.losses)


def faults(document: Any) -> dict[str, str]:
    """Place and code of all that is wrong with it."""
    with pytest.raises(SourceFault) as refusal:
        upgrade(document)
    assert str(refusal.value).endswith(".")
    assert all(fault.sentence.endswith(".") for fault in refusal.value.fields)
    return {fault.field: fault.code for fault in refusal.value.fields}


def assert_valid(document: Json) -> None:
    """As it is published: without our keys, and with names where 2.1 had none."""
    if validator := _validator():
        errors = [error.message[:300] for error in validator.iter_errors(_named(without_private(document), "r"))]
        assert errors == []


def needs(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"{path.name} of the IIIF Consortium is not beside this repository")
    return path


@cache
def _validator() -> Draft7Validator | None:
    return Draft7Validator(json.loads(SCHEMA.read_text())) if SCHEMA.exists() else None


def _named(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_named(each, f"{name}.{number}") for number, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    inner = {key: _named(each, f"{name}.{key}") for key, each in value.items()}
    if inner.get("type") in ("Annotation", "AnnotationPage", "Range") and "id" not in inner:
        return {"id": f"{HOME}/named/{name}", **inner}
    return inner
