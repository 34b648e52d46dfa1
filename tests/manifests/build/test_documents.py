"""Whole documents: the golden ones, the official schema, references, and the time they take."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build import second
from manifests.build.documents import Bases, documents, second_form, tree
from manifests.build.facts import ManifestFacts
from manifests.build.private import public_tree
from manifests.build.rules import problems
from tests.manifests.build.samples import BASE, SAMPLES, book, built, library, page, picture, simplest, uuid

TREE = Path(__file__).parents[3]
GOLDEN = TREE / "tests" / "golden" / "presentation-3"
#: The official schema is the IIIF Consortium's work and not part of this repository.
SCHEMA = TREE.parent / "shared" / "data" / "schema" / "iiif_3_0.json"


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """GOLDEN=write writes the files anew; read the difference before it goes in."""
    document = json.dumps(built(SAMPLES[name]()), indent=1, ensure_ascii=False) + "\n"
    golden = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(document, encoding="utf-8")
    assert document == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("version", [3, None])
@pytest.mark.parametrize("name", SAMPLES)
def test_official_schema(name: str, version: int | None) -> None:
    if not SCHEMA.exists():
        pytest.skip("the official Presentation 3.0 schema is not beside this repository")
    document = built(SAMPLES[name](), version)
    assert complaints(document) == []
    assert complaints({**document, "rights": "https://creativecommons.org/licenses/by/4.0/"})


def complaints(document: dict[str, Any]) -> list[str]:
    """The official schema, asked for the class that the document says it is."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    asked = {"allOf": [{"$ref": f"#/classes/{document['type'].lower()}"}]}
    validator = Draft7Validator({**asked, "classes": schema["classes"], "types": schema["types"]})
    return [error.message for error in validator.iter_errors(document)]


@pytest.mark.parametrize("version", [3, None])
@pytest.mark.parametrize("name", SAMPLES)
def test_our_rules(name: str, version: int | None) -> None:
    assert problems(built(SAMPLES[name](), version)) == []


def test_context_comes_first_and_only_once() -> None:
    for sample in SAMPLES.values():
        document = built(sample())
        assert next(iter(document)) == "@context"
        assert sum("@context" in node for node in nodes(document)) == 1


def test_references_keep_the_form_of_their_document() -> None:
    versioned, neutral = built(library()), built(library(), None)
    assert versioned["id"] == f"{BASE}/presentation/3/library/collection"
    assert neutral["id"] == f"{BASE}/presentation/library/collection"
    assert [item["id"] for item in versioned["items"]][:3] == [
        f"{BASE}/presentation/3/gulf%20stream/manifest",
        f"{BASE}/presentation/3/stamp/manifest",
        f"{BASE}/presentation/3/prints/collection",
    ]
    assert neutral["items"][2]["id"] == f"{BASE}/presentation/prints/collection"
    assert versioned["partOf"] == [{"id": f"{BASE}/presentation/3/all/collection", "type": "Collection"}]
    assert neutral["partOf"] == [{"id": f"{BASE}/presentation/all/collection", "type": "Collection"}]


def test_forms_differ_in_references_only() -> None:
    versioned, neutral = json.dumps(built(book())), json.dumps(built(book(), None))
    assert versioned != neutral
    assert versioned.replace(f"{BASE}/presentation/3/", f"{BASE}/presentation/") == neutral


def test_identifiers_are_encoded() -> None:
    assert built(book())["id"] == f"{BASE}/presentation/3/ark:%2F12345%2Fbook/manifest"
    assert built(simplest())["id"] == f"{BASE}/presentation/3/g%C3%B6ttingen/manifest"


def test_what_nobody_said_is_left_out() -> None:
    assert list(built(simplest())) == ["@context", "id", "type", "label", "thumbnail", "items"]


def test_building_takes_linear_time() -> None:
    def seconds(count: int) -> float:
        pages = tuple(page(number, str(number), picture(number)) for number in range(count))
        facts = ManifestFacts(uuid(1), "long", {"label": {"none": ["long"]}}, pages)
        best = 10.0
        for _ in range(3):
            start = time.process_time()
            assert problems(built(facts)) == []
            best = min(best, time.process_time() - start)
        return best

    assert seconds(2000) < 8 * seconds(500) + 0.02  # quadratic would be 16 times


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


@pytest.mark.parametrize("name", SAMPLES)
def test_forms_that_are_made_of_one_another_are_as_those_made_alone(name: str) -> None:
    """The neutral ones borrow from the versioned ones what does not differ."""
    facts = SAMPLES[name]()
    bases = Bases(PresentationAddresses(BASE), ImageAddresses(BASE))
    together = dict(documents(facts, bases))
    assert together["3n"] == public_tree(tree(facts, bases, None), facts)
    assert together["2n"] == second.project(tree(facts, bases, None), second_form(facts, bases, neutral=True))
