"""Files of several pages, as machines see them."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from gcis.jobs.models import Job
from images import files
from images.models import Source
from images.services import CONVERT
from tests.images.api.conftest import IMAGES, by_key, one, send, tell
from tests.images.paged import a_ledger, converted, finish, leaves, wanted
from tests.work import fresh, happened, run_due, statements

pytestmark = pytest.mark.django_db(transaction=True)

LEDGER = "?source=dam&external_id=ledger.tif&ordering=file_page"


def rows(client: Client, query: str = LEDGER) -> list[Any]:
    response = client.get(f"{IMAGES}{query}")
    assert response.status_code == 200, response.content
    found: list[Any] = response.json()["results"]
    return found


def test_all_pages_are_found_by_the_key_of_the_file(writer: Client, dam: Source) -> None:
    image = a_ledger(3, source=dam, identifier="ms-12")
    assert [(row["page"], row["pages"], row["identifier"], row["state"]) for row in rows(writer)] == [
        (0, 3, "ms-12", "ready"),
        (1, 3, "ms-12-p2", "registered"),
        (2, 3, "ms-12-p3", "registered"),
    ]
    assert rows(writer)[2]["job"], "its conversion"
    assert rows(writer)[2]["iiif"]["image_3"].endswith("/iiif/3/ms-12-p3")
    assert writer.get(by_key("ledger.tif")).json()["id"] == str(image)


def test_lists_are_narrowed_by_page(writer: Client, dam: Source) -> None:
    a_ledger(3, source=dam)
    a_ledger(1, "map.tif", dam)
    assert sorted(row["external_id"] for row in rows(writer, "?file_page=0")) == ["ledger.tif", "map.tif"]
    assert [row["page"] for row in rows(writer, "?file_page=2")] == [2]
    assert rows(writer, "?file_page=2147483647") == []


@pytest.mark.parametrize("page", ["-1", "2147483648", "second", "", "1.5"])
def test_what_is_no_page_is_refused(writer: Client, page: str) -> None:
    assert writer.get(f"{IMAGES}?file_page={page}").status_code == 400


def test_many_pages_are_told_with_as_few_statements_as_few(writer: Client, dam: Source) -> None:
    a_ledger(3, source=dam)
    rows(writer)  # the use of the token is noted once in a while
    with statements() as few:
        rows(writer)
    a_ledger(40, "other.tif", dam)
    with statements() as many:
        assert len(rows(writer, "?source=dam&external_id=other.tif")) == 40
    assert len(few) == len(many)


def test_a_page_is_described_and_withdrawn_by_its_own_id(writer: Client, dam: Source) -> None:
    image = a_ledger(3, source=dam)
    page = leaves(image)[1].pk
    assert tell(writer, "PATCH", one(page), {"access": "closed"}).json()["access"] == "closed"
    assert writer.delete(f"{by_key('ledger.tif')}?reason=Blank").status_code == 204
    assert [row["state"] for row in rows(writer)] == ["withdrawn", "registered", "registered"]
    assert [row["access"] for row in rows(writer)] == ["inherit", "closed", "inherit"]
    response = tell(writer, "POST", one(page, "convert"), {})
    assert (response.status_code, fresh(page).wanted) == (202, 2)


def test_rights_of_the_file_are_those_of_all_its_pages(writer: Client, dam: Source) -> None:
    image = a_ledger(3, source=dam)
    rights = "http://creativecommons.org/publicdomain/zero/1.0/"
    tell(writer, "PATCH", by_key("ledger.tif"), {"rights": rights})
    run_due(files.PAGES)
    assert [row["rights"] for row in rows(writer)] == [rights] * 3
    before = len(happened(image))
    tell(writer, "PATCH", by_key("ledger.tif"), {"rights": rights})
    assert (len(happened(image)), Job.objects.filter(state="queued", kind=files.PAGES).count()) == (before, 0)


def test_sent_again_the_file_replaces_all_pages_and_sent_twice_nothing(
    writer: Client, dam: Source, picture: bytes, other: bytes
) -> None:
    first = UUID(send(writer, picture, "ledger.tif").json()["id"])
    converted(first, 2)
    run_due(files.PAGES)
    finish(leaves(first)[1:])
    assert send(writer, picture, "ledger.tif").json()["outcome"] == "unchanged"
    assert wanted(leaves(first)) == []
    assert send(writer, other, "ledger.tif").json()["outcome"] == "replaced"
    converted(first, 3)
    run_due(files.PAGES)
    assert wanted(leaves(first)) == [1, 2]
    copies = [row.copy_key for row in leaves(first)]
    assert copies[0] and copies[1:] == ["", ""]


def test_a_batch_of_the_api_is_over_when_its_pages_are(writer: Client, dam: Source, picture: bytes) -> None:
    batch = tell(writer, "POST", "/api/v1/batches", {"label": "Ledgers"}).json()
    first = UUID(send(writer, picture, "ledger.tif", f"?batch={batch['id']}").json()["id"])
    writer.post(f"{batch['self']}/close")
    converted(first, 3)
    run_due(files.PAGES)
    found = writer.get(batch["self"]).json()
    assert (found["submitted"], found["finished"]) == (4, 2)
    finish(leaves(first)[1:])
    assert writer.get(batch["self"]).json()["finished"] == 4
    assert len(rows(writer, f"?batch={batch['id']}")) == 3
    assert Job.objects.filter(kind=CONVERT, batch=batch["id"]).count() == 3
