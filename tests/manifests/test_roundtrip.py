"""What is imported is published again as it was; it is the records that speak."""

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from manifests.build import rules
from manifests.importing import from_file
from tests.manifests import recipes
from tests.manifests.records import document
from tests.manifests.roundtrips import (
    SCHEMA,
    bring,
    cookbook,
    cookbook_pages,
    plain,
    published,
    published_page,
    rewritten,
    second,
    second_plain,
)

pytestmark = pytest.mark.django_db(transaction=True)

both = pytest.mark.parametrize("ids", ["keep", "mint"])


def valid(document: Any) -> None:
    schema = SCHEMA / "iiif_3_0.json"
    if schema.is_file():
        jsonschema.Draft7Validator(orjson.loads(schema.read_bytes())).validate(document)
    assert rules.problems(document) == []


@both
@pytest.mark.parametrize("path", cookbook("Manifest", "Collection"))
def test_recipe_comes_back_as_it_was(path: Path, ids: str) -> None:
    original = from_file(path)
    outcome = bring(original, ids)
    made = published(outcome)
    assert outcome.losses == ()
    assert plain(made) == plain(rewritten(original, made))
    valid(made)


@both
@pytest.mark.parametrize("name", recipes.MANIFESTS)
def test_manifest_comes_back_as_it_was(name: str, ids: str) -> None:
    original = recipes.MANIFESTS[name]
    outcome = bring(original, ids)
    made = published(outcome)
    assert outcome.losses == ()
    assert plain(made) == plain(rewritten(original, made))
    valid(made)


@both
@pytest.mark.parametrize("name", recipes.COLLECTIONS)
def test_collection_comes_back_as_it_was(name: str, ids: str) -> None:
    original = recipes.COLLECTIONS[name]
    outcome = bring(original, ids)
    made = published(outcome)
    assert outcome.losses == ()
    assert plain(made) == plain(rewritten(original, made))
    valid(made)


@both
@pytest.mark.parametrize(("manifest", "page"), cookbook_pages())
def test_annotation_page_of_a_recipe_comes_back_as_it_was(manifest: Path, page: Path, ids: str) -> None:
    original, above = from_file(page), from_file(manifest)
    published(bring(above, ids))
    outcome = bring(original, ids)
    made = published_page(outcome, original["id"])
    assert outcome.losses == ()
    assert plain(made) == plain(rewritten(original, made, (above, document(outcome.record))))
    valid(made)


@pytest.mark.parametrize("path", second())
def test_presentation_2_comes_back_as_it_was(path: Path) -> None:
    original = from_file(path)
    outcome = bring(original)
    made = published(outcome, "2")
    assert second_plain(made, original) == original
    valid(published(outcome))
