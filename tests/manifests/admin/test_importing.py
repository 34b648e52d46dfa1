"""Curators import a document: what it would become is said before it is done."""

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from manifests.models import Manifest
from tests.manifests import recipes
from tests.manifests.admin.desk import address, listed, look, page_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)

IMPORT = f"{listed('manifest')}import/"
BOOK = recipes.manifest("book", recipes.canvas("1"), colour="red")


def a_file(document: object) -> SimpleUploadedFile:
    return SimpleUploadedFile("book.json", orjson.dumps(document), "application/json")


def test_list_leads_to_the_page(jane: Client) -> None:
    assert IMPORT in str(jane.get(listed("manifest")).content)
    page = look(jane, IMPORT)
    assert "Import a manifest" in page.text and "Look at it" in page.text


def test_what_was_found_and_what_cannot_be_kept_is_said_first(jane: Client) -> None:
    page = page_of(jane.post(IMPORT, {"file": a_file(BOOK), "ids": "keep"}))
    assert "A new manifest." in page.text and "1 canvas" in page.text
    assert "colour: A Manifest has no such property" in page.text
    assert "Import it" in page.text
    assert not Manifest.objects.exists()


def test_then_it_is_done(jane: Client) -> None:
    answer = jane.post(IMPORT, {"file": a_file(BOOK), "ids": "mint", "identifier": "book", "confirmed": "yes"})
    manifest = Manifest.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address(manifest))
    assert "1 thing could not be kept" in look(jane, address(manifest)).text
    assert "that is here, and nothing" in page_of(jane.post(IMPORT, {"file": a_file(BOOK), "ids": "mint"})).text


def test_what_is_wrong_is_said(jane: Client) -> None:
    assert "either an address or a file" in page_of(jane.post(IMPORT, {"ids": "keep"})).text
    assert "It is no JSON" in page_of(jane.post(IMPORT, {"file": SimpleUploadedFile("x", b"x"), "ids": "keep"})).text
    refused = page_of(jane.post(IMPORT, {"url": "http://127.0.0.1/x", "ids": "keep", "confirmed": "yes"})).text
    assert "The URL cannot be used" in refused and "Look at it" in refused


def test_only_those_who_make_manifests_import_them() -> None:
    viewer = somebody(None, "paul")
    assert viewer.get(IMPORT).status_code == 403
    assert viewer.post(IMPORT, {"file": a_file(BOOK), "ids": "keep", "confirmed": "yes"}).status_code == 403
    assert IMPORT not in str(viewer.get(listed("manifest")).content)
