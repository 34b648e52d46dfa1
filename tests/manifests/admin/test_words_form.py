"""The form of words."""

import json
from typing import Any

import pytest
from django.test import Client

from manifests import editing, words
from manifests.description import effective
from manifests.models import Collection, Manifest
from tests.manifests.admin.desk import address, form, look, page_of, somebody
from tests.manifests.page import Page
from tests.manifests.records import a_collection, a_manifest, fresh, relabel
from tests.work import happened

pytestmark = pytest.mark.django_db(transaction=True)

EVERYTHING: dict[str, Any] = {
    "label": {"en": ["Atlas"], "de": ["Atlas", "Landkarten"]},
    "summary": {"none": ["<p>Maps</p>"]},
    "metadata": [{"label": {"en": ["Artist"]}, "value": {"none": ["Unknown", "Another"]}}],
    "requiredStatement": {"label": {"en": ["Credit"]}, "value": {"en": ["A museum"]}},
    "rights": "http://creativecommons.org/licenses/by/3.0/",
    "license": ["https://museum.example.org/terms"],
    "provider": [
        {
            "id": "https://museum.example.org/",
            "type": "Agent",
            "label": {"en": ["A museum"]},
            "homepage": [
                {
                    "id": "https://museum.example.org/",
                    "type": "Text",
                    "label": {"en": ["The museum"]},
                    "format": "text/html",
                }
            ],
            "logo": [{"id": "https://museum.example.org/logo.png", "type": "Image", "width": 10, "height": 5}],
        }
    ],
    "homepage": [
        {
            "id": "https://museum.example.org/book",
            "type": "Text",
            "label": {"en": ["Catalogue"]},
            "format": "text/html",
            "language": ["en"],
        }
    ],
    "seeAlso": [{"id": "https://museum.example.org/book.xml", "type": "Dataset", "profile": "MODS"}],
    "rendering": [
        {
            "id": "https://museum.example.org/book.pdf",
            "type": "Text",
            "label": {"en": ["PDF"]},
            "format": "application/pdf",
        }
    ],
    "tags": ["maps", "old things"],
    "navPlace": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"label": {"en": ["Camogli"]}},
                "geometry": {"type": "Point", "coordinates": [9.15, 44.35]},
            }
        ],
    },
    "navDate": "1921-05-01T00:00:00Z",
    "viewingDirection": "right-to-left",
    "behavior": ["paged", "repeat"],
}


@pytest.fixture
def book() -> Manifest:
    return a_manifest(description={"label": {"en": ["Book"]}, "summary": {"en": ["Old"]}})


def sent(client: Client, record: Any, **values: Any) -> Page:
    return page_of(client.post(address(record, "words"), form(record, **values)))


def test_everything_that_is_said_can_be_written_and_is_shown_again(jane: Client, book: Manifest) -> None:
    assert "Saved." in sent(jane, book, **EVERYTHING).text
    assert effective(fresh(book)) == EVERYTHING
    page = look(jane, address(book))
    # PostgreSQL keeps languages in an order of its own.
    assert {"Atlas", "Landkarten", "<p>Maps</p>", "Another"} <= {each.text for each in page.all("textarea")}
    seen = {
        each["data-field"]: json.loads(each["data-seen"])
        for each in page.all("fieldset")
        if "data-field" in each.attributes
    }
    assert {name: value for name, value in seen.items() if value is not None} == EVERYTHING
    assert "Nothing was changed." in sent(jane, book).text


def test_only_what_was_changed_is_written(jane: Client, book: Manifest) -> None:
    sent(jane, book, summary={"en": ["New"]})
    assert fresh(book).curated_layer == {"summary": {"en": ["New"]}}
    assert happened(book.pk)[-1] == "manifest.described"


def test_what_is_emptied_is_said_by_the_source_again(jane: Client, book: Manifest) -> None:
    sent(jane, book, summary={"en": ["New"]}, rights=EVERYTHING["rights"])
    sent(jane, book, summary=None, rights=None)
    assert fresh(book).curated_layer == {}


def test_a_work_of_people_keeps_a_label(jane: Client) -> None:
    shelf = a_collection("shelf")
    Collection.objects.update(source_layer={}, curated_layer={"label": {"en": ["Shelf"]}})
    page = sent(jane, shelf, label=None, summary={"en": ["x"]})
    assert "It needs a label, and its source gives none." in page.text
    assert fresh(shelf).curated_layer == {"label": {"en": ["Shelf"]}}
    refused = jane.post(address(shelf, "source"), {"name": "label", "verb": "take"})
    assert (refused.status_code, refused.content.decode()) == (400, "It needs a label, and its source gives none.")


def test_faults_are_said_at_their_fields_and_nothing_that_was_typed_is_lost(jane: Client, book: Manifest) -> None:
    half = {"label": {"en": ["Artist"]}, "value": {}}
    page = sent(
        jane,
        book,
        label={"not a tag": ["Atlas"]},
        metadata=[EVERYTHING["metadata"][0], half],
        navDate="1921-13-01",
        rights="mine",
        summary={"en": ["<img onerror=alert(1)>"]},
    )
    by_field = {each["data-field"]: each.text for each in page.all("fieldset")}
    assert "'not a tag' is not a language tag." in by_field["label"]
    assert "It needs both a label and a value." in by_field["metadata"]
    assert "It must be a date and time" in by_field["navDate"]
    assert "Creative Commons or RightsStatements.org" in by_field["rights"]
    assert [each["value"] for each in page.all("input") if "data-line" in each.attributes] == ["1921-13-01"]
    assert "<img onerror=alert(1)>" in [each.text for each in page.all("textarea")]
    wrong = [each for each in page.all("li") if "data-wrong" in each.attributes]
    assert len(wrong) == 1
    assert fresh(book).curated_layer == {}


def test_a_date_without_a_time_is_a_day(jane: Client, book: Manifest) -> None:
    sent(jane, book, navDate="1921-05-01")
    assert effective(fresh(book))["navDate"] == "1921-05-01T00:00:00Z"


def test_the_second_of_two_curators_sees_the_conflict_and_loses_nothing(jane: Client, book: Manifest) -> None:
    opened = form(book, label={"en": ["Jane's"]}, rights=EVERYTHING["rights"])
    sent(somebody("curator", "joe"), book, label={"en": ["Joe's"]}, summary={"en": ["By Joe"]})
    page = page_of(jane.post(address(book, "words"), opened))
    assert "Nothing was saved yet." in page.text
    assert effective(fresh(book))["label"] == {"en": ["Joe's"]}
    texts = [each.text for each in page.all("textarea")]
    assert "Jane's" in texts  # what she typed
    assert "By Joe" in texts  # what she did not touch
    assert "Somebody else has written meanwhile: Joe's" in " ".join(page.text.split())
    # What she sends now, she sends knowing it.
    sent(jane, book, label={"en": ["Jane's"]}, rights=EVERYTHING["rights"])
    assert fresh(book).curated_layer == {
        "label": {"en": ["Jane's"]},
        "summary": {"en": ["By Joe"]},
        "rights": EVERYTHING["rights"],
    }


def test_a_picture_that_became_ready_is_no_conflict(jane: Client, book: Manifest) -> None:
    opened = form(book, label={"en": ["Jane's"]})
    Manifest.objects.update(revision=77)
    assert "Saved." in jane.post(address(book, "words"), opened).content.decode()


# ------------------------------------------------------------------------------------------------- what the source says
def test_the_source_is_quoted_where_people_have_written_over_it(jane: Client, book: Manifest) -> None:
    words.describe(book, {"label": {"en": ["Mine <b>"]}}, actor="test")
    page = look(jane, address(book))
    assert [each.text for each in page.all("q")] == ["Book"]
    assert "Take source" in page.text
    assert "Keep mine" not in page.text
    answer = jane.post(address(book, "source"), {"name": "label", "verb": "take"})
    assert answer["HX-Trigger"] == "gcis:saved"
    field = page_of(answer)
    assert [each.text for each in field.all("textarea")] == ["Book"]
    assert fresh(book).curated_layer == {}


def test_a_source_that_changes_under_peoples_words_is_shown_as_a_difference(jane: Client, book: Manifest) -> None:
    words.describe(book, {"label": "Mine", "summary": "Mine too"}, actor="test")
    relabel(book, "Theirs")
    page = look(jane, address(book))
    assert "source differs" in page.text
    assert "Keep mine" in page.text
    field = jane.post(address(book, "source"), {"name": "label", "verb": "keep"}).content.decode()
    assert "Keep mine" not in field
    assert "Theirs" in field
    assert fresh(book).curated_layer["label"] == {"none": ["Mine"]}
    assert words.differences(fresh(book)) == []
    assert jane.post(address(book, "source"), {"name": "id", "verb": "take"}).status_code == 404


def test_a_source_that_says_nothing_any_more_can_be_taken_too(jane: Client, book: Manifest) -> None:
    words.describe(book, {"summary": "Mine"}, actor="test")
    Manifest.objects.update(source_layer={"label": {"en": ["Book"]}})
    assert "The source says nothing any more." in look(jane, address(book)).text
    jane.post(address(book, "source"), {"name": "summary", "verb": "take"})
    assert "summary" not in effective(fresh(book))


# ------------------------------------------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "not json",
        '{"seen": [], "said": 1}',
        '{"seen": {"label": null}, "said": {"label": [["en"]]}}',
        '{"seen": {"label": null}, "said": {"label": "x"}}',
        '{"seen": {"label": 5}, "said": {"label": []}}',
        '{"seen": {"label": {"en": 5}}, "said": {"label": []}}',
        '{"seen": {"metadata": null}, "said": {"metadata": [5]}}',
        '{"seen": {"rights": null}, "said": {"rights": 5}}',
        '{"seen": {"behavior": null}, "said": {"behavior": [{}]}}',
        "[" * 100_000,
    ],
)
def test_what_no_form_sends_is_refused_and_changes_nothing(jane: Client, book: Manifest, text: str) -> None:
    before = Manifest.objects.values().get()
    answer = jane.post(address(book, "words"), {"words": text})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert Manifest.objects.values().get() == before


def test_texts_that_no_database_keeps_are_cleaned(jane: Client, book: Manifest) -> None:
    sent(jane, book, label={"en": ["A\0B\ud800C"]})
    assert effective(fresh(book))["label"] == {"en": ["ABC"]}


def test_only_curators_change_words_and_only_by_post(jane: Client, book: Manifest) -> None:
    reader = somebody(None, "reader")
    for name in ("words", "source"):
        assert jane.get(address(book, name)).status_code == 405
        assert reader.post(address(book, name), form(book)).status_code == 403
        assert Client(enforce_csrf_checks=True).post(address(book, name)).status_code in (302, 403)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = jane.cookies
    assert strict.post(address(book, "words"), form(book, label={"en": ["x"]})).status_code == 403
    assert fresh(book).curated_layer == {}


def test_a_page_is_not_saved_over_what_was_said_meanwhile() -> None:
    book = a_manifest()
    with pytest.raises(editing.Stale) as stale:
        editing.describe(book, {"label": "x"}, {"label": {"none": ["other"]}}, actor="test")
    assert stale.value.now == {"label": {"none": ["book"]}}
