"""Files that people send."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from gcis.core.blobs.stores import store
from gcis.jobs import services as jobs
from gcis.jobs.models import Batch, Job
from images import curation, sources
from images.conversion import pipeline
from images.curation import Restriction
from images.models import Image, Source
from tests.images.admin.people import IMAGES, member, page_of, reader, words
from tests.media.photograph import photograph
from tests.work import an_image, fail, fresh, run_due

pytestmark = pytest.mark.django_db(transaction=True)

UPLOAD = f"{IMAGES}upload/"


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    """The child that converts ends with these tests."""
    yield
    if hasattr(pipeline._warm, "process"):
        pipeline._warm.process.close()
        del pipeline._warm.process


@pytest.fixture
def jane() -> Client:
    return member("curator")


def send(client: Client, url: str = UPLOAD, name: str = "recto.jpg", content: bytes = b"bytes", **fields: str) -> Any:
    answer = client.post(url, {**fields, "file": SimpleUploadedFile(name, content)})
    return answer, json.loads(answer.content) if answer["Content-Type"] == "application/json" else {}


def standing(client: Client, *images: str) -> list[dict[str, Any]]:
    return client.get(f"{IMAGES}uploaded/", {"id": images}).json()["images"]  # type: ignore[no-any-return]


def left_behind(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# -------------------------------------------------------------------------------------------------------------- sending
def test_a_file_becomes_a_picture_of_the_uploads(jane: Client, tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path / "temporary")):
        (tmp_path / "temporary").mkdir()
        answer, told = send(jane)
        assert left_behind(tmp_path / "temporary") == []
    assert answer.status_code == 201
    image = Image.objects.get()
    assert told == {"image": str(image.pk), "name": "recto.jpg", "outcome": "created", "batch": ""}
    assert (image.source.kind, image.file_name, image.size) == (Source.Kind.UPLOAD, "recto.jpg", 5)
    assert store("sources").read(image.copy_key) == b"bytes"
    assert Job.objects.get(subject=image.pk).batch is None


def test_files_never_lie_in_memory(jane: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a file was taken into memory")

    monkeypatch.setattr(MemoryFileUploadHandler, "new_file", refuse)
    assert send(jane)[0].status_code == 201


def test_files_that_are_sent_together_are_one_batch(jane: Client) -> None:
    _, first = send(jane, together="3")
    batch = Batch.objects.get()
    assert (str(batch.pk), batch.label, batch.actor) == (first["batch"], "Upload of 3 pictures", "admin jane")
    for name in ("a.jpg", "b.jpg"):
        send(jane, name=name, batch=first["batch"])
    assert Batch.objects.get().jobs.count() == 3
    assert Batch.objects.get().closed, "a window may be closed at any time"


@pytest.mark.parametrize(
    "fields",
    [{"batch": "x"}, {"batch": str(uuid.UUID(int=1))}, {"together": "0"}, {"together": "x"}, {"together": "9" * 9}],
)
def test_a_batch_that_is_none_of_theirs_is_refused(jane: Client, fields: dict[str, str]) -> None:
    answer, told = send(jane, **fields)
    assert (answer.status_code, told["image"]) == (400, None)
    theirs = jobs.open_batch("Upload of 2 pictures", "admin joe")
    assert send(jane, batch=str(theirs.pk))[0].status_code == 400
    assert not Image.objects.exists()


def test_what_is_no_file_or_too_large_is_refused_in_words(jane: Client, settings: Any) -> None:
    answer = jane.post(UPLOAD, {"other": "x"})
    assert (answer.status_code, answer.json()["problem"]) == (400, "No file arrived.")
    settings.GCIS_API_MAX_FILE = 3
    answer, told = send(jane, content=b"four")
    assert (answer.status_code, told["name"]) == (413, "recto.jpg")
    assert told["problem"].startswith("The file is larger than the 3")
    settings.GCIS_API_MAX_FILE = -(1 << 20)
    answer, told = send(jane, content=b"more than may come along")
    assert (answer.status_code, told["name"]) == (413, ""), "nothing of it was read"
    assert not Image.objects.exists()


def test_the_length_of_a_body_may_be_nonsense(jane: Client) -> None:
    answer = jane.generic("POST", UPLOAD, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH="x")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "<script>alert(1)</script>.jpg", "a" * 400 + ".jpg", "\u202egpj.exe"]
)
def test_hostile_file_names_are_only_names(jane: Client, name: str) -> None:
    answer, told = send(jane, name=name)
    assert answer.status_code == 201
    image = Image.objects.get(pk=told["image"])
    assert len(image.file_name) <= 300
    assert "/" not in image.file_name.replace("</", "")
    assert b"<script>alert(1)" not in jane.get(page_of(image.pk)).content


# ---------------------------------------------------------------------------------------------------------- permissions
def test_only_who_may_add_pictures_may_send_them() -> None:
    onlooker = reader()
    assert send(onlooker)[0].status_code == 403
    assert onlooker.get(f"{IMAGES}add/").status_code == 403
    image = an_image(source=sources.uploads())
    adding = User.objects.create_user("adding", is_staff=True)
    adding.user_permissions.add(Permission.objects.get(codename="add_image"))
    onlooker.force_login(adding)
    assert send(onlooker, f"{IMAGES}{image}/replace/")[0].status_code == 403
    assert send(onlooker)[0].status_code == 201
    assert Client().post(UPLOAD).status_code == 302
    assert Image.objects.count() == 2


def test_a_file_comes_with_the_token_of_the_page_or_not_at_all() -> None:
    jane = member("curator", enforce_csrf_checks=True)
    image = an_image(source=sources.uploads())
    for url in (UPLOAD, f"{IMAGES}{image}/replace/"):
        assert send(jane, url)[0].status_code == 403
    assert Image.objects.count() == 1
    page = jane.get(f"{IMAGES}add/").content.decode()
    token = page.split('data-token="')[1].split('"')[0]
    sent = jane.post(UPLOAD, {"file": SimpleUploadedFile("a.jpg", b"x")}, headers={"X-CSRFToken": token})
    assert sent.status_code == 201


def test_files_are_posted(jane: Client) -> None:
    image = an_image(source=sources.uploads())
    assert jane.get(UPLOAD).status_code == 405
    assert jane.get(f"{IMAGES}{image}/replace/").status_code == 405
    assert jane.post(f"{IMAGES}uploaded/").status_code == 405


# ----------------------------------------------------------------------------------------------------------- afterwards
def test_each_picture_is_followed_until_it_is_ready_or_has_failed(jane: Client, tmp_path: Path) -> None:
    good = photograph(tmp_path / "good.jpg", width=400, height=300)
    _, told = send(jane, content=good.read_bytes())
    _, broken = send(jane, name="broken.jpg", content=good.read_bytes()[:3000])
    both = standing(jane, told["image"], broken["image"])
    assert [(each["live"], each["sentence"]) for each in both] == [(True, "Waiting for its conversion.")] * 2
    run_due("images.convert")
    stands = {each["image"]: each for each in standing(jane, told["image"], broken["image"])}
    ready, failed = stands[told["image"]], stands[broken["image"]]
    assert (ready["state"], ready["live"], ready["failed"], ready["page"]) == (
        "ready",
        False,
        False,
        page_of(told["image"]),
    )
    assert (failed["state"], failed["failed"], failed["thumbnail"]) == ("failed", True, "")
    assert failed["sentence"]
    assert jane.get(ready["thumbnail"]).status_code == 200

    curation.restrict(uuid.UUID(told["image"]), Restriction("closed"), actor="test")
    assert jane.get(ready["thumbnail"]).status_code == 200, "staff see what is closed"
    assert Client().get(ready["thumbnail"]).status_code == 403


def test_asking_costs_the_same_for_one_and_for_many(jane: Client, django_assert_num_queries: Any) -> None:
    images = [str(an_image(f"{number}.tif", sources.uploads())) for number in range(8)]
    standing(jane, images[0])
    with CaptureQueriesContext(connection) as few:
        standing(jane, images[0])
    with django_assert_num_queries(len(few)):
        assert len(standing(jane, *images)) == 8
    assert jane.get(f"{IMAGES}uploaded/?id=x").status_code == 400
    assert standing(jane) == []


# ------------------------------------------------------------------------------------------------------------ replacing
def test_another_file_takes_the_place_of_a_broken_one(jane: Client) -> None:
    _, told = send(jane, together="2")
    image = uuid.UUID(told["image"])
    fail(image)
    answer, again = send(jane, f"{IMAGES}{image}/replace/", name="better.jpg", content=b"better")
    assert (answer.status_code, again["outcome"], again["image"]) == (201, "replaced", str(image))
    assert (fresh(image).file_name, fresh(image).wanted) == ("better.jpg", 2)
    assert store("sources").read(fresh(image).copy_key) == b"better"
    _, same = send(jane, f"{IMAGES}{image}/replace/", name="better.jpg", content=b"better")
    assert (same["outcome"], fresh(image).wanted) == ("unchanged", 2)


def test_pictures_from_elsewhere_are_replaced_there(jane: Client) -> None:
    image = an_image()
    answer, told = send(jane, f"{IMAGES}{image}/replace/")
    assert (answer.status_code, told["problem"]) == (400, "x.tif comes from pictures: replace it there.")
    assert "data-replaces" not in jane.get(page_of(image)).content.decode()
    assert send(jane, f"{IMAGES}{uuid.uuid4()}/replace/")[0].status_code == 404


def test_what_is_withdrawn_takes_no_file(jane: Client) -> None:
    _, told = send(jane)
    image = uuid.UUID(told["image"])
    assert "data-replaces" in jane.get(page_of(image)).content.decode()
    curation.withdraw(image, actor="test", reason="Not ours")
    answer, told = send(jane, f"{IMAGES}{image}/replace/", content=b"better")
    assert (answer.status_code, told["problem"]) == (400, "recto.jpg is withdrawn. Restore it first.")
    assert "data-replaces" not in jane.get(page_of(image)).content.decode()


def test_the_page_for_uploads_tells_the_component_where_to_send(jane: Client) -> None:
    page = jane.get(f"{IMAGES}add/")
    assert "Upload pictures" in words(page)
    assert f'data-post="{UPLOAD}"' in page.content.decode()
    assert f'data-states="{IMAGES}uploaded/"' in page.content.decode()
    assert b"<script>" not in page.content
