"""Files of several pages, as staff see them."""

import pytest
from django.test import Client

from images import files, services, sources
from tests.images.admin.people import IMAGES, member, page_of, words
from tests.images.paged import a_ledger, converted, finish, leaves, rewritten
from tests.work import a_file, an_image, convert, run_due, statements

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jane() -> Client:
    return member("curator")


def test_the_list_says_which_page_a_picture_is_and_nothing_of_single_ones(jane: Client) -> None:
    a_ledger(3)
    an_image("map.tif")
    page = words(jane.get(IMAGES))
    for number in (1, 2, 3):
        assert f"ledger.tif, page {number} of 3" in page
    assert "map.tif," not in page


def test_a_page_leads_to_its_sisters(jane: Client) -> None:
    rows = leaves(a_ledger(5))
    shown = jane.get(page_of(rows[2].pk))
    assert "Page 3 of 5 First Previous Next All pages" in words(shown)
    content = shown.content.decode()
    for sister in (rows[0], rows[1], rows[3]):
        assert page_of(sister.pk) in content
    assert "Page 1 of 5 Next All pages" in words(jane.get(page_of(rows[0].pk)))
    assert "Page 5 of 5 First Previous All pages" in words(jane.get(page_of(rows[4].pk)))
    (ways,) = [way for word, way in shown.context["leaves"].ways if word == "All pages"]
    an_image("ledger.tif.tif")
    assert sorted(row.page for row in jane.get(ways).context["cl"].result_list) == [0, 1, 2, 3, 4]


def test_the_page_of_a_single_picture_is_as_it_was(jane: Client) -> None:
    image = an_image()
    convert(image)
    with statements() as sent:
        page = words(jane.get(page_of(image)))
    assert "All pages" not in page
    assert not [sql for sql in sent if '"page" IN' in sql]


def test_a_page_that_the_file_has_no_longer_says_so(jane: Client) -> None:
    image = a_ledger(3)
    finish(leaves(image)[1:])
    rewritten(image, 1)
    page = words(jane.get(page_of(leaves(image)[2].pk)))
    assert "Page 3, no longer in the file" in page
    assert "The file has only one page now." in page


def test_an_uploaded_file_is_replaced_by_way_of_its_first_page(jane: Client) -> None:
    image = services.register(sources.uploads(), "1/ledger.tif", a_file("ledger.tif"), actor="admin jane").pk
    converted(image, 2)
    run_due(files.PAGES)
    first, second = (jane.get(page_of(row.pk)) for row in leaves(image))
    assert first.context["upload"] and second.context["upload"] is None
    assert "replace the file by way of its first page" in words(second)
    assert words(second).count("Registered as 1/ledger.tif, page 2") == 1
