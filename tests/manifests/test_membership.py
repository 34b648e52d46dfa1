"""The names of the collections that hold a picture, for the rules of recipes."""

import pytest

from images.membership import collections
from manifests import curation, members
from manifests.models import Canvas
from tests.manifests.records import a_collection, a_manifest, a_page
from tests.work import an_image

pytestmark = pytest.mark.django_db


def test_a_picture_is_in_every_collection_above_it_under_all_their_names() -> None:
    image, book = an_image(), a_manifest("book")
    a_page(book, image)
    shelf = a_collection("shelf", book, identifier="shelf")
    a_collection("house", shelf, identifier="house")
    a_collection("elsewhere", identifier="elsewhere")
    curation.rename(shelf, "rack", actor="test")
    assert collections(image) == ("house", "rack", "shelf")
    members.take_out(shelf, book, actor="test")
    assert collections(image) == ()


def test_a_picture_on_a_page_that_was_dropped_is_in_none() -> None:
    image, book = an_image(), a_manifest("book")
    a_page(book, image)
    a_collection("shelf", book, identifier="shelf")
    Canvas.objects.filter(manifest=book).update(dropped="2026-01-01T00:00Z")
    assert collections(image) == ()
