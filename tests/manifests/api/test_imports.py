"""Machines import IIIF documents: in a body, or from an address that is read with care."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest
from django.test import Client
from pytest_django import Settings

from manifests.models import Collection, Manifest
from tests.images.api.conftest import tell
from tests.manifests import recipes
from tests.manifests.api.conftest import API, PUBLIC
from tests.manifests.records import document
from tests.work import run_due

pytestmark = pytest.mark.django_db(transaction=True)

IMPORT = f"{API}/manifests/import"
BOOK = recipes.manifest("book", recipes.canvas("1"), colour="red")


def bring(client: Client, **body: Any) -> Any:
    return tell(client, "POST", IMPORT, body)


def faults(answer: Any) -> list[str]:
    return [each["field"] for each in answer.json()["errors"]]


def test_document_becomes_a_record(writer: Client) -> None:
    answer = bring(writer, document=BOOK, identifier="book")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["outcome"], body["kind"], body["identifier"]) == ("created", "manifest", "book")
    assert (body["holds"], body["losses"]) == (
        {"canvases": 1},
        ["colour: A Manifest has no such property, and it is left out."],
    )
    assert body["record"]["iiif"]["manifest_3"] == f"{PUBLIC}/presentation/3/book/manifest"
    run_due()
    assert document(Manifest.objects.get())["items"] == BOOK["items"]


def test_the_same_again_is_200_and_unchanged(writer: Client) -> None:
    bring(writer, document=BOOK)
    again = bring(writer, document=BOOK)
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    other = bring(writer, document=BOOK, ids="mint")
    assert (other.status_code, other.json()["outcome"]) == (200, "updated")


def test_dry_run_changes_nothing(writer: Client) -> None:
    answer = bring(writer, document=recipes.COLLECTIONS["nested"], dry_run=True)
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["kind"]) == (200, "created", "collection")
    assert "record" not in body
    assert not Collection.objects.exists()


def test_annotation_page_answers_with_what_it_is_about(writer: Client) -> None:
    made = bring(writer, document=BOOK).json()["record"]["id"]
    page = {"@context": recipes.CONTEXT, **recipes.page("1", recipes.note("n", recipes.uri("1")))}
    body = bring(writer, document=page).json()
    assert (body["kind"], body["holds"]["annotations"], body["record"]["id"]) == ("annotation page", 1, made)


def test_what_is_wrong_is_told(writer: Client) -> None:
    assert faults(bring(writer)) == ["url"]
    assert faults(bring(writer, url="https://example.org/x", document=BOOK)) == ["url"]
    assert faults(bring(writer, document="x", ids="both", colour=1)) == ["document", "ids", "colour"]
    assert bring(writer, document={"type": "Manifest"}).json()["type"].endswith("/no_id")
    second = {"@context": "http://iiif.io/api/presentation/2/context.json", "@id": "https://example.org/x"}
    assert bring(writer, document={**second, "@type": "sc:Manifest"}).status_code == 400


def test_only_those_who_may_write_import(reader: Client, client: Client) -> None:
    assert bring(reader, document=BOOK).status_code == 403
    assert bring(client, document=BOOK).status_code == 401


# ------------------------------------------------------------------------------------------------------------ addresses
class Library(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/book"
        data = orjson.dumps(BOOK) if found else b"nothing"
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *said: Any) -> None:
        """Nothing is said."""


@pytest.fixture
def library(settings: Settings) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Library)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.GCIS_FETCH_HOSTS = [f"127.0.0.1:{server.server_port}"]
    settings.GCIS_FETCH_PRIVATE = True
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_document_is_read_from_its_address(writer: Client, library: str) -> None:
    answer = bring(writer, url=f"{library}/book")
    assert (answer.status_code, answer.json()["holds"]) == (201, {"canvases": 1})


def test_addresses_are_read_with_care(writer: Client, library: str, settings: Settings) -> None:
    assert bring(writer, url=f"{library}/gone").json()["type"].endswith("/url_not_found")
    settings.GCIS_FETCH_PRIVATE = False
    for url in (f"{library}/book", "http://localhost/x", "file:///etc/passwd", "http://10.0.0.1/x"):
        refused = bring(writer, url=url)
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (400, "url_refused")
