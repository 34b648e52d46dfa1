"""Checks before publishing: what blocks, what only warns, and what is kept of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from manifests import checking, comparing
from manifests.models import Canvas, Manifest
from tests.manifests.records import a_manifest, a_page, document, fresh, published, relabel
from tests.work import convert

pytestmark = pytest.mark.django_db(transaction=True)

#: Our own small schema: a label is in some language.
SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "properties": {"label": {"oneOf": [{"type": "string"}, {"not": {"required": ["none"]}}]}},
}


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book")
    for _ in range(2):
        convert(a_page(made))
    published()
    return made


def spoil(book: Manifest) -> Canvas:
    page = Canvas.objects.filter(manifest=book).order_by("position").last()
    assert page
    Canvas.objects.filter(pk=page.pk).update(curated_layer={"navDate": "yesterday"})
    return page


def errors(found: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(each["path"], each["canvas"]) for each in found if each["severity"] == checking.ERROR]


def test_errors_keep_it_from_being_published_and_are_kept_with_it(book: Manifest) -> None:
    before, page = fresh(book).publication_id, spoil(book)
    relabel(book, "renamed")
    assert published() == []
    now = fresh(book)
    assert now.publication_id == before
    assert errors(now.findings) == [("/items/1/navDate", str(page.pk))]
    assert now.publish_error.startswith("/items/1/navDate: ")
    assert errors(now.publication.findings) == []


def test_where_errors_only_warn_it_is_published_and_says_so(book: Manifest, settings: Any) -> None:
    settings.GCIS_PUBLISH_CHECKS = "warn"
    page = spoil(book)
    relabel(book, "renamed")
    assert published() == ["renamed"]
    now = fresh(book)
    assert now.publish_error == ""
    assert errors(now.findings) == errors(now.publication.findings) == [("/items/1/navDate", str(page.pk))]


def test_what_is_mended_has_no_findings_any_more(book: Manifest) -> None:
    page = spoil(book)
    relabel(book, "renamed")
    published()
    Canvas.objects.filter(pk=page.pk).update(curated_layer={})
    relabel(book, "mended")
    assert published() == ["mended"]
    assert errors(fresh(book).findings) == []


def test_the_official_schema_is_asked_where_it_is_at_hand(book: Manifest, settings: Any, tmp_path: Path) -> None:
    assert [each.rule for each in checking.findings(document(book)) if each.rule == "schema"] == []
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(SCHEMA))
    settings.GCIS_PRESENTATION_SCHEMA = str(file)
    (found,) = [each for each in checking.findings(document(book)) if each.rule == "schema"]
    assert (found.path, found.severity) == ("/label", checking.ERROR)
    relabel(book, "renamed")
    assert published() == []
    assert "/label: " in fresh(book).publish_error


def test_a_great_many_errors_make_a_short_sentence(book: Manifest, settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    wrong = {"not": {"required": ["id"]}}
    file.write_text(json.dumps({**SCHEMA, "properties": {"items": {"items": {"allOf": [wrong] * 20}}}}))
    settings.GCIS_PRESENTATION_SCHEMA = str(file)
    relabel(book, "renamed")
    published()
    assert fresh(book).publish_error.endswith(" And 35 more.")
    assert len(fresh(book).findings) == 40


def test_a_draft_is_checked_and_compared_as_it_would_be_published(book: Manifest) -> None:
    draft = a_manifest("draft", "manual")
    convert(a_page(draft))
    (change,) = comparing.pending(draft)
    assert (change.what, change.part.type) == ("added", "Manifest")
    assert comparing.draft(draft).document["items"][0]["items"], "with its pictures"
    assert errors(comparing.problems(draft)) == []
