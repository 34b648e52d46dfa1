"""Works are found by the words of their transcriptions, comments and tags."""

import pytest
from django.test import Client

from images.access import Access
from images.curation import Restriction
from manifests import annotating, annotation_words, curation, texts
from manifests.annotatable import around
from manifests.models import Canvas, Manifest
from manifests.payload.annotations.pages import page_sent
from manifests.payload.texts import read
from tests.manifests.ocr import alto
from tests.manifests.records import a_manifest, a_page, fresh, published
from tests.work import convert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book", identifier="book")
    picture = a_page(made)
    Canvas.objects.filter(paintings__image=picture).update(external_id="f1r")
    convert(picture)
    published()
    return fresh(made)  # type: ignore[no-any-return]


def say(book: Manifest, value: str, form: str = "text/plain") -> None:
    body = {"type": "TextualBody", "value": value, "format": form}
    items = [{"motivation": "commenting", "body": [body], "target": "f1r"}]
    annotating.add_page(book, page_sent({"canvas": "f1r", "items": items}, around(book, "")), actor="jane")
    published()


def found(word: str) -> int:
    return Client().get("/", {"q": word}).content.decode().count("/view/book")


def test_a_work_is_found_by_its_transcription(book: Manifest) -> None:
    assert not found("chaffinch")
    texts.put(book.canvases.get(), read(alto("The Chaffinch sings")), actor="jane")
    assert not found("chaffinch"), "before it is published"
    published()
    assert found("chaffinch")
    assert fresh(book).search_text.split().count("chaffinch") == 1, "of a line and its words once"


def test_a_work_is_found_by_comments_without_their_markup(book: Manifest) -> None:
    say(book, "<p>Drawn by <b>Étienne</b></p>", "text/html")
    assert found("etienne")
    assert "<b>" not in fresh(book).search_text


def test_what_is_taken_away_is_not_found_any_more(book: Manifest) -> None:
    say(book, "chaffinch")
    annotating.remove_page(book.annotation_pages.get(), actor="jane")
    published()
    assert not found("chaffinch")


def test_nobody_finds_a_closed_work_by_its_text(book: Manifest) -> None:

    say(book, "chaffinch")
    curation.restrict(book, Restriction(Access.CLOSED), actor="jane")
    published()
    assert not found("chaffinch")


def test_there_is_an_end_to_it(book: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotation_words, "MOST_CHARACTERS", 30)
    say(book, " ".join(f"word{number}" for number in range(1000)))
    assert len(fresh(book).search_text) < 80
