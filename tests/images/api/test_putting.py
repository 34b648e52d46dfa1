"""Sending pictures: what becomes of them, sent once, twice, out of order and at once."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from gcis.core.blobs.stores import store
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from images import curation
from images.api.uploads import BESIDE_THE_FILE
from images.models import Image
from redirects.models import Identifier
from tests import work
from tests.core.api.conftest import problem
from tests.images.api.conftest import IMAGES, PUBLIC, by_key, form, machine, one, ready, send, tell
from tests.tokens.keys import bearing

pytestmark = pytest.mark.django_db

#: For tests in which work is done, or others have connections of their own.
WORKS = pytest.mark.django_db(transaction=True)
URL = "https://dam.example.org/pictures/1905%2012.tif"
RIGHTS = "http://creativecommons.org/publicdomain/mark/1.0/"


def kept() -> list[str]:
    return sorted(store("sources").keys())


def everything() -> dict[str, Any]:
    """Every row of ours but that of the token, which notes its use, and every kept source."""
    return {**{name: rows for name, rows in work.everything().items() if name != "Token"}, "sources": kept()}


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> Path:
    """Where files lie while they come in."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    return folder


def test_a_file_is_kept_and_its_conversion_queued(writer, dam, picture, uploads):
    response = send(writer, picture, identifier="1905-12", rights=RIGHTS, recipe="fidelity", name="Recto.png")
    assert response.status_code == 202, response.content
    body = response.json()
    image, job = Image.objects.get(), Job.objects.get()
    assert response["Location"] == body["job"] == f"{PUBLIC}/api/v1/jobs/{job.pk}"
    assert response["Retry-After"] == "2"
    assert response["ETag"].startswith(f'"{image.revision}-')
    said = {
        "id": str(image.pk),
        "self": f"{PUBLIC}/api/v1/images/{image.pk}",
        "source": "dam",
        "external_id": "a/b 1.tif",
        "page": 0,
        "identifier": "1905-12",
        "file_name": "Recto.png",
        "url": None,
        "state": "registered",
        "replacement": None,
        "size": len(picture),
        "digest": hashlib.sha256(picture).hexdigest(),
        "rights": RIGHTS,
        "rights_source": RIGHTS,
        "rights_curated": None,
        "recipe": "fidelity",
        "width": None,
        "public": False,
        "outcome": "created",
    }
    assert {name: body[name] for name in said} == said
    assert body["iiif"] == {
        "image_3": f"{PUBLIC}/iiif/3/1905-12",
        "image_2": f"{PUBLIC}/iiif/2/1905-12",
        "info_3": f"{PUBLIC}/iiif/3/1905-12/info.json",
        "info_2": f"{PUBLIC}/iiif/2/1905-12/info.json",
        "thumbnail": None,
    }
    assert store("sources").read(image.copy_key) == picture
    assert list(uploads.iterdir()) == []
    assert set(Event.objects.filter(subject=image.pk).values_list("actor", flat=True)) == {"token dam"}


@WORKS
def test_what_was_sent_is_served_under_the_addresses_of_the_answer(writer, dam, picture):
    body = send(writer, picture).json()
    assert [job.state for job in work.run_due()] == ["succeeded"]
    now = writer.get(one(body["id"])).json()
    assert (now["state"], now["width"], now["height"], now["public"]) == ("ready", 320, 200, True)
    info = writer.get(now["iiif"]["info_3"].removeprefix(PUBLIC)).json()
    assert (info["id"], info["width"]) == (now["iiif"]["image_3"], 320)
    assert writer.get(now["iiif"]["thumbnail"].removeprefix(PUBLIC))["Content-Type"] == "image/jpeg"


@WORKS
def test_the_same_again_changes_nothing(writer, dam, picture, uploads):
    first = send(writer, picture, identifier="n", rights=RIGHTS)
    work.run_due()
    before = everything()
    for _ in range(2):
        again = send(writer, picture, identifier="n", rights=RIGHTS)
        assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
        assert again.json()["id"] == first.json()["id"]
        assert "Location" not in again
        assert "Retry-After" not in again
    assert everything() == before
    assert list(uploads.iterdir()) == []


@WORKS
def test_other_bytes_replace_and_other_words_update(writer, dam, picture, other):
    key = send(writer, picture).json()["id"]
    work.run_due()
    response = send(writer, other)
    assert (response.status_code, response.json()["outcome"]) == (202, "replaced")
    assert (response.json()["state"], response.json()["replacement"]) == ("ready", "pending")
    assert response["Location"] == f"{PUBLIC}/api/v1/jobs/{Job.objects.latest('created').pk}"
    work.run_due()
    response = send(writer, other, rights=RIGHTS)
    assert (response.status_code, response.json()["outcome"]) == (200, "updated")
    assert (response.json()["id"], response.json()["width"]) == (key, 400)


def test_what_was_only_announced_waits_for_its_file(writer, dam, picture):
    response = tell(writer, "PUT", by_key(), {"identifier": "n"})
    assert (response.status_code, response.json()["outcome"]) == (201, "created")
    assert (response.json()["state"], response.json()["job"]) == ("registered", None)
    assert tell(writer, "PUT", by_key(), {"identifier": "n"}).status_code == 200
    assert tell(writer, "PUT", by_key()).status_code == 200  # nothing at all is nothing new
    sent = send(writer, picture)
    assert (sent.status_code, sent.json()["outcome"]) == (202, "created")
    assert (sent.json()["id"], sent.json()["identifier"]) == (response.json()["id"], "n")


def test_an_address_is_fetched_later(writer, dam):
    response = tell(writer, "PUT", by_key(), {"url": URL, "recipe": None, "rights": None})
    assert (response.status_code, response.json()["outcome"]) == (202, "created")
    assert (response.json()["url"], response.json()["file_name"]) == (URL, "1905 12.tif")
    assert tell(writer, "PUT", by_key(), {"url": URL}).status_code == 200
    other = tell(writer, "PUT", by_key(), {"url": URL + "?v=2", "name": "Recto.tif"})
    assert (other.status_code, other.json()["outcome"], other.json()["file_name"]) == (202, "replaced", "Recto.tif")


def test_null_and_empty_take_words_away_and_silence_leaves_them(writer, dam, picture):
    send(writer, picture, rights=RIGHTS, recipe="fidelity")
    same = tell(writer, "PUT", by_key(), {})
    assert (same.json()["rights"], same.json()["recipe"]) == (RIGHTS, "fidelity")
    none = tell(writer, "PUT", by_key(), {"rights": None})
    assert (none.json()["outcome"], none.json()["rights"], none.json()["recipe"]) == ("updated", None, "fidelity")
    assert send(writer, picture, recipe="").json()["recipe"] is None


@pytest.mark.parametrize(
    "external_id",
    ["x", "a/b/c", "Ünïcode ümlaut", "%2F", "100%", "a+b", "a//b", "/", "..", "a?b#c", "a;b=c,d", "x" * 1000],
)
def test_keys_are_whatever_the_sender_uses(writer, dam, external_id):
    from urllib.parse import quote

    for encoded in {quote(external_id), quote(external_id, safe="")}:
        response = tell(writer, "PUT", by_key(encoded), {})
        assert response.status_code in (200, 201), response.content
        assert response.json()["external_id"] == external_id
        found = writer.get(by_key(encoded)).json()
        assert found["id"] == response.json()["id"]
    assert Image.objects.count() == 1


def test_keys_that_cannot_be_are_refused(writer, dam):
    problem(tell(writer, "PUT", by_key("x" * 1001), {}), 400, "external_id")
    assert writer.get(by_key("x" * 1001)).status_code == 404
    assert tell(writer, "PUT", by_key("a%0ab"), {}).status_code == 400
    assert not Image.objects.exists()


def test_a_source_that_nobody_made_is_not_found(writer, picture):
    problem(send(writer, picture), 404, "not_found")
    problem(tell(writer, "PUT", by_key(), {}), 404, "not_found")
    problem(writer.get(by_key()), 404, "not_found")


def test_what_is_withdrawn_is_not_sent_over(writer, dam, picture, other, uploads):
    key = send(writer, picture).json()["id"]
    curation.withdraw(Image.objects.get().pk, actor="admin jane", reason="Not ours")
    before = everything()
    for response in (send(writer, other), tell(writer, "PUT", by_key(), {"rights": "x"})):
        problem(response, 409, "withdrawn")
    assert everything() == before
    assert list(uploads.iterdir()) == []
    assert tell(writer, "POST", one(key, "restore"), {}).status_code == 200
    assert send(writer, other).json()["outcome"] == "replaced"


def test_a_name_that_is_another_s_is_refused_and_leaves_nothing(writer, dam, picture, uploads):
    tell(writer, "PUT", by_key("first"), {"identifier": "taken"})
    before = everything()
    problem(send(writer, picture, "second", identifier="taken"), 409, "identifier_taken")
    assert everything() == before
    assert list(uploads.iterdir()) == []


def test_every_fault_is_told_at_once(writer, dam, uploads, picture):
    before = everything()
    sent = {
        "url": "file:///etc/passwd",
        "identifier": "../x",
        "rights": "x" * 301,
        "recipe": "best",
        "name": "x" * 301,
        "generation": 99,
        "state": "ready",
    }
    body = problem(tell(writer, "PUT", by_key(), sent), 400, "invalid")
    assert {error["field"] for error in body["errors"]} == set(sent)
    del sent["url"]
    body = problem(send(writer, picture, **{name: str(value) for name, value in sent.items()}), 400, "invalid")
    assert {error["field"] for error in body["errors"]} == set(sent)
    assert everything() == before
    assert list(uploads.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.tif", "http://[::1]/", "gopher://x/", "x.tif", "", "https://user:pw@x.org/", None, 5]
)
def test_addresses_that_may_not_be_fetched_are_refused_at_once(writer, dam, url):
    body = problem(tell(writer, "PUT", by_key(), {"url": url}), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["url"]
    assert not Image.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"file": ""}, {"url": URL}, {"rights": RIGHTS}])
def test_a_form_needs_its_file(writer, dam, fields):
    body = problem(writer.put(by_key(), **form(None, **fields)), 400, "invalid")
    assert "file" in {error["field"] for error in body["errors"]}
    assert not Image.objects.exists()


def test_an_empty_file_is_refused(writer, dam, uploads):
    body = problem(send(writer, b""), 400, "invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("file", "empty")]
    assert list(uploads.iterdir()) == []


def test_a_second_file_is_refused(writer, dam, picture, uploads):
    part = '--{0}\r\nContent-Disposition: form-data; name="{1}"; filename="x.png"\r\n\r\nabc\r\n'
    for second, code in (("file", "parse_error"), ("picture", "invalid")):
        data = part.format(BOUNDARY, "file") + part.format(BOUNDARY, second) + f"--{BOUNDARY}--\r\n"
        problem(writer.put(by_key(), data.encode(), MULTIPART_CONTENT), 400, code)
    assert not Image.objects.exists()
    assert list(uploads.iterdir()) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_there(writer, dam, picture, settings, uploads):
    settings.GCIS_API_MAX_FILE = len(picture)
    assert send(writer, picture, "just").status_code == 202
    before = everything()
    problem(send(writer, picture + b"x"), 413, "body_too_large")
    assert list(uploads.iterdir()) == []
    problem(send(writer, picture + bytes(BESIDE_THE_FILE)), 413, "body_too_large")
    assert everything() == before
    assert list(uploads.iterdir()) == []


def test_fields_beside_the_file_have_a_limit_too(writer, dam, picture, settings, uploads):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(send(writer, picture, rights="x" * 2000), 413, "body_too_large")
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    problem(send(writer, picture, **{f"field{n}": "x" for n in range(9)}), 400, "parse_error")
    assert not Image.objects.exists()
    assert list(uploads.iterdir()) == []


def test_a_form_that_is_cut_off_leaves_nothing(writer, dam, picture, uploads):
    whole = form(picture * 50)["data"]
    for length in (len(whole) // 2, 30, 100):
        assert writer.put(by_key(), whole[:length], MULTIPART_CONTENT).status_code == 400
    problem(writer.put(by_key(), b"x", "multipart/form-data"), 400, "parse_error")
    assert not Image.objects.exists()
    assert kept() == []
    assert list(uploads.iterdir()) == []


def test_files_are_never_held_in_memory():
    from images.api.uploads import FileHandler

    assert issubclass(FileHandler, TemporaryFileUploadHandler)
    assert settings.FILE_UPLOAD_HANDLERS[0].endswith("MemoryFileUploadHandler")  # which is not asked


@pytest.mark.parametrize("content_type", ["text/plain", "image/png", "application/x-www-form-urlencoded", ""])
def test_bodies_of_other_types_are_refused(writer, dam, picture, content_type):
    assert writer.generic("PUT", by_key(), picture, content_type).status_code == 415
    problem(
        writer.generic("PATCH", one(ready()), form(picture)["data"], MULTIPART_CONTENT), 415, "unsupported_media_type"
    )
    assert kept() == []


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[]",
        b'"x"',
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b'{"name": NaN}',
        b"\xff\xfe{\x00}\x00",
    ],
)
def test_what_is_no_plain_object_is_refused(writer, dam, body):
    problem(writer.generic("PUT", by_key(), body, "application/json"), 400, "parse_error")
    assert not Image.objects.exists()


def test_a_batch_counts_what_was_sent_into_it(writer, dam, picture, other):
    batch = jobs.open_batch("Export", "test")
    send(writer, picture, "one", f"?batch={batch.pk}")
    tell(writer, "PUT", by_key("two") + f"?batch={batch.pk}", {"url": URL})
    send(writer, picture, "one", f"?batch={batch.pk}")  # nothing to do
    tell(writer, "PUT", by_key("three") + f"?batch={batch.pk}", {})  # nothing to convert
    send(writer, other, "four")
    assert batch.figures()["submitted"] == 2
    listed = writer.get(f"{IMAGES}?batch={batch.pk}").json()
    assert {row["external_id"] for row in listed["results"]} == {"one", "two"}


def test_only_open_batches_take_more(writer, dam, picture, uploads):
    closed, cancelled = jobs.open_batch("a", "test"), jobs.open_batch("b", "test")
    jobs.close_batch(closed)
    jobs.mark_cancelled(cancelled)
    for batch in (closed.pk, cancelled.pk, dam.pk):
        body = problem(send(writer, picture, query=f"?batch={batch}"), 400, "invalid")
        assert [(error["field"], error["code"]) for error in body["errors"]] == [("batch", "not_open")]
    problem(send(writer, picture, query="?batch=x"), 400, "invalid")
    problem(send(writer, picture, query="?force=1"), 400, "invalid")
    assert not Image.objects.exists()


@WORKS
def test_nothing_is_done_to_a_record_that_has_changed(writer, dam, picture, other, uploads):
    first = send(writer, picture)
    stale = first["ETag"]
    work.run_due()
    assert writer.get(by_key()).json()["state"] == "ready"
    assert tell(writer, "PATCH", by_key(), {"recipe": "fidelity"}, **{"if-match": stale}).status_code == 200
    before = everything()
    problem(send(writer, other, headers={"if-match": stale}), 412, "precondition_failed")
    problem(tell(writer, "PUT", by_key(), {"rights": RIGHTS}, **{"if-match": stale}), 412, "precondition_failed")
    problem(tell(writer, "PUT", by_key(), {"rights": RIGHTS}, **{"if-match": '"x"'}), 412, "precondition_failed")
    assert everything() == before
    assert list(uploads.iterdir()) == []
    fresh = writer.get(by_key())["ETag"]
    assert send(writer, other, headers={"if-match": fresh}).status_code == 202
    assert tell(writer, "PUT", by_key(), {"rights": RIGHTS}, **{"if-match": "*"}).status_code == 200


@pytest.mark.parametrize("tag", ['"1-abc"', "*"])
def test_where_there_is_nothing_nothing_matches(writer, dam, tag):
    problem(tell(writer, "PUT", by_key(), {}, **{"if-match": tag}), 412, "precondition_failed")
    assert not Image.objects.exists()


def test_who_may_not_write_sends_nothing(dam, picture, db, uploads):
    machines = [
        (client, 403, "permission_denied") for client in (machine("read"), machine("read:all"), machine("purge"))
    ]
    before = everything()
    for client, status, code in ((Client(), 401, "not_authenticated"), *machines):
        problem(send(client, picture), status, code)
        problem(tell(client, "PUT", by_key(), {}), status, code)
    assert everything() == before
    assert list(uploads.iterdir()) == []


# ----------------------------------------------------------------------------------------------------------- at once
def at_once(requests: list[Any]) -> list[Any]:
    def run(request: Any) -> Any:
        try:
            return request()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        return [each.result() for each in [pool.submit(run, request) for request in requests]]


@WORKS
def test_eight_at_once_are_one_picture(dam, picture):
    headers = bearing("write")

    def request() -> Any:
        return send(Client(raise_request_exception=False, headers=headers), picture, identifier="only")

    answers = at_once([request] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    image = Image.objects.get()
    assert (Job.objects.count(), Identifier.objects.count(), image.wanted) == (1, 1, 1)
    assert kept() == [image.copy_key]


@WORKS
def test_different_files_at_once_end_with_one_of_them(dam, picture):
    files = [picture + bytes([n]) for n in range(8)]
    headers = bearing("write")

    def sending(file: bytes) -> Any:
        return lambda: send(Client(raise_request_exception=False, headers=headers), file)

    answers = at_once([sending(file) for file in files])
    assert {answer.status_code for answer in answers} == {202}
    image = Image.objects.get()
    assert image.wanted == 8
    assert store("sources").read(image.copy_key) in files
    assert [job.state for job in work.run_due()] == ["succeeded"]
    assert image.digest == work.fresh(image.pk).digest


@WORKS
def test_of_eight_who_read_the_same_one_sends_other_bytes(dam, picture):
    headers = bearing("write")
    tag = send(Client(headers=headers), picture)["ETag"]

    def sending(number: int) -> Any:
        client = Client(raise_request_exception=False, headers=headers)
        return lambda: send(client, picture + bytes([number]), headers={"if-match": tag})

    answers = at_once([sending(number) for number in range(8)])
    assert sorted(answer.status_code for answer in answers) == [202] + [412] * 7
    assert Image.objects.get().wanted == 2
    assert len(kept()) == 2
