"""The editor of a manifest's contents."""

import json
from typing import Any

import pytest
from django.test import Client

from manifests import words
from manifests.admin import ranges
from manifests.build.references import reference
from manifests.description import effective
from manifests.models import Canvas, Manifest
from tests.manifests.admin.desk import address, chosen, look, page_of
from tests.manifests.records import a_manifest, a_page, fresh
from tests.work import happened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    """Six pages; a chapter of the first two, one of the third and a section of the fourth and sixth."""
    made = a_manifest(description={"label": {"en": ["Book"]}})
    for _ in range(6):
        a_page(made)
    keys = pages(made)
    inner = {"id": "b", "label": {"en": ["Section"]}, "items": [{"canvas": keys[3]}, {"canvas": keys[5]}]}
    first = {"id": "a", "label": {"en": ["One"], "de": ["Eins"]}, "items": [{"canvas": key} for key in keys[:2]]}
    second = {"id": "c", "label": {"en": ["Two"]}, "items": [inner, {"canvas": keys[2]}]}
    words.describe(made, {"structures": [first, second]}, actor="test")
    return fresh(made)  # type: ignore[no-any-return]


def pages(manifest: Manifest) -> list[str]:
    return [str(key) for key in manifest.canvases.order_by("position").values_list("pk", flat=True)]


def structures(manifest: Manifest) -> Any:
    return effective(fresh(manifest)).get("structures")


def shown(manifest: Manifest) -> list[ranges.Row]:
    return ranges.rows(structures(manifest) or [], pages(manifest), "en")


def as_sent(row: ranges.Row, manifest: Manifest) -> dict[str, Any]:
    """What the page sends of a row that nobody has touched."""
    keys = pages(manifest)
    ends = [keys[number - 1] for number in (row.first, row.last) if number]
    return {
        "id": row.id,
        "label": row.label,
        "tag": row.tag,
        "pages": ranges.KEPT if row.kept else ends,
        "rows": [as_sent(each, manifest) for each in row.rows],
    }


def save(client: Client, manifest: Manifest, rows: Any, seen: Any = ...) -> Any:
    seen = structures(manifest) if seen is ... else seen
    fields = {"rows": json.dumps(rows), "seen": json.dumps(seen)}
    return client.post(address(manifest, "save_contents"), fields)


def test_ranges_are_shown_with_their_labels_and_pages(jane: Client, book: Manifest) -> None:
    page = look(jane, address(book, "contents"))
    labels = [each["value"] for each in page.all("input") if "data-label" in each.attributes and each["value"]]
    assert labels == ["One", "Two", "Section"]
    first, second = shown(book)
    assert (first.first, first.last, first.kept) == (1, 2, 0)
    assert (second.first, second.last) == (3, 3)
    assert second.rows[0].kept == 2, "the fourth and sixth do not follow each other"


def test_what_nobody_has_touched_stays_as_it_is(jane: Client, book: Manifest) -> None:
    before = structures(book)
    assert save(jane, book, [as_sent(row, book) for row in shown(book)]).status_code == 200
    assert structures(book) == before, "also how pages and ranges are mixed, and texts in other languages"


def test_ranges_are_named_moved_nested_and_given_pages(jane: Client, book: Manifest) -> None:
    one, two = (as_sent(row, book) for row in shown(book))
    keys = pages(book)
    one["label"], one["pages"] = "First", [keys[2], keys[0]]
    new = {"id": "", "label": "New", "tag": "en", "pages": [keys[4], keys[4]], "rows": [one]}
    assert save(jane, book, [two, new]).status_code == 200
    second, made = structures(book)
    assert second["label"] == {"en": ["Two"]}
    assert made["label"] == {"en": ["New"]}
    page, moved = made["items"]
    assert page == {"id": reference("canvas", keys[4]), "type": "Canvas"}
    assert moved["label"] == {"en": ["First"], "de": ["Eins"]}
    assert [each["id"] for each in moved["items"]] == [reference("canvas", key) for key in keys[:3]]
    assert moved["id"] == one["id"], "it keeps its name"
    assert len({second["id"], made["id"], moved["id"]}) == 3
    assert happened(book.pk)[-1] == "manifest.described"


def test_without_ranges_there_are_no_contents(jane: Client, book: Manifest) -> None:
    assert save(jane, book, []).status_code == 200
    assert structures(book) is None
    assert "structures" not in fresh(book).curated_layer


def test_what_somebody_else_has_said_meanwhile_is_not_written_over(jane: Client, book: Manifest) -> None:
    rows = [as_sent(row, book) for row in shown(book)]
    before = structures(book)
    words.describe(book, {"structures": [{"label": "Other", "items": [{"canvas": pages(book)[0]}]}]}, actor="test")
    refused = save(jane, book, rows, before)
    assert refused.status_code == 409
    assert "Somebody else has changed this" in refused.json()["problem"]
    assert structures(book)[0]["label"] == {"none": ["Other"]}


@pytest.mark.parametrize(
    "rows",
    [
        5,
        [5],
        [{}],
        [{"id": "", "label": "x", "tag": "en", "pages": ["x", "y"], "rows": []}],
        [{"id": [], "label": "x", "tag": "en", "pages": [], "rows": []}],
        [{"id": "", "label": 5, "tag": "en", "pages": [], "rows": []}],
        [{"id": "", "label": "", "tag": "en", "pages": [], "rows": []}],
    ],
)
def test_what_no_form_sends_is_refused_and_changes_nothing(jane: Client, book: Manifest, rows: Any) -> None:
    before = structures(book)
    answer = save(jane, book, rows)
    assert answer.status_code == 400
    assert answer.json()["problem"]
    assert structures(book) == before


def test_the_contents_of_the_source_can_be_taken_or_refused(jane: Client, book: Manifest) -> None:
    Manifest.objects.update(source_layer={**book.source_layer, "structures": []})
    assert "source differs" in look(jane, address(book, "contents")).text
    page_of(jane.post(address(book, "contents_source"), {"verb": "keep"}))
    assert "source differs" not in look(jane, address(book, "contents")).text
    jane.post(address(book, "contents_source"), {"verb": "take"})
    assert structures(book) == []


# --------------------------------------------------------------------------------------------------- sizes, and many
@pytest.mark.parametrize(("button", "size"), [("keep", (1000, 800)), ("take", (300, 900))])
def test_a_person_chooses_between_two_sizes_of_a_page(jane: Client, book: Manifest, button: str, size: Any) -> None:
    key = pages(book)[0]
    Canvas.objects.filter(pk=key).update(width=1000, height=800, proposed={"width": 300, "height": 900})
    grid = look(jane, address(book, "pages"))
    buttons = {each["data-size"]: each.text for each in grid.all("button") if "data-size" in each.attributes}
    assert buttons == {"keep": "Keep 1000 × 800", "take": "Take 300 × 900"}
    assert jane.post(address(book, "size"), {"page": key, button: "yes"}).status_code == 200
    page = Canvas.objects.get(pk=key)
    assert (page.width, page.height, page.proposed) == (*size, None)
    assert jane.post(address(book, "size"), {"page": key, button: "yes"}).status_code == 409


@pytest.mark.parametrize(("action", "label"), [("take_sources_selected", "Theirs"), ("keep_ours_selected", "Mine")])
def test_what_differs_is_decided_for_many_at_once(jane: Client, book: Manifest, action: str, label: str) -> None:
    other = a_manifest("other")
    page = Canvas.objects.get(pk=pages(book)[0])
    for record in (book, page):
        words.describe(record, {"label": {"en": ["Mine"]}}, actor="test")
    for model, key in ((Manifest, book.pk), (Canvas, page.pk)):
        model.objects.filter(pk=key).update(source_layer={"label": {"en": ["Theirs"]}})
    chosen(jane, "manifest", action, book, other)
    for record in (book, page):
        assert effective(fresh_row(record))["label"] == {"en": [label]}
        assert words.differences(fresh_row(record)) == []


def fresh_row(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)
