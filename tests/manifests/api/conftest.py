"""Machines that call the API about manifests and collections, and a book of two pages to send."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from images import sources
from images.models import Image, Source
from manifests.models import Canvas, Collection, Manifest
from tests import work
from tests.images.api.conftest import machine, tell
from tests.manifests.records import published

API = "/api/v1"
PUBLIC = "https://images.example.org"
MANIFESTS, COLLECTIONS = f"{API}/manifests", f"{API}/collections"
BOOK: dict[str, Any] = {
    "identifier": "ark:/1/book",
    "label": {"none": ["Book of hours"]},
    "canvases": [{"id": "f1r", "label": "1r", "image": "1.tif"}, {"id": "f1v", "label": "1v", "image": "2.tif"}],
}


@pytest.fixture
def writer(db: None) -> Client:
    return machine("write", name="dam")


@pytest.fixture
def watcher(db: None) -> Client:
    """May read everything."""
    return machine("read:all")


@pytest.fixture
def reader(db: None) -> Client:
    return machine("read")


@pytest.fixture
def purger(db: None) -> Client:
    return machine("purge")


@pytest.fixture
def dam(db: None) -> Source:
    return sources.put_system("dam", "The DAM", actor="test")[0]


@pytest.fixture
def book(writer: Client, dam: Source) -> Manifest:
    """A published manifest of two pages."""
    for key in ("1.tif", "2.tif"):
        a_picture(key, dam)
    assert put(writer, "manifests", "ms/12", **BOOK).status_code == 201
    published()
    return Manifest.objects.get()


def a_picture(key: str, source: Source, width: int = 800, height: int = 600) -> UUID:
    """One that serves."""
    image = work.an_image(key, source)
    work.convert(image, width, height)
    return image


def arrives(key: str, source: Source) -> None:
    """A picture that was expected until now is sent, and converted."""
    from images import services

    image = Image.objects.get(source=source, external_id=key)
    services.replace(image.pk, work.a_file(key, key), actor="test")
    work.convert(image.pk)


def by_key(kind: str, key: str, slug: str = "dam") -> str:
    return f"{API}/sources/{slug}/{kind}/{key}"


def put(client: Client, kind: str, key: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
    return tell(client, "PUT", by_key(kind, key), body, **(headers or {}))


def one(record: Manifest | Collection | Canvas, what: str = "") -> str:
    kind = {Manifest: "manifests", Collection: "collections", Canvas: "canvases"}[type(record)]
    return f"{API}/{kind}/{record.pk}" + (f"/{what}" if what else "")


def everything() -> dict[str, Any]:
    """Every row of ours but that of the token, which notes its use."""
    return {name: rows for name, rows in work.everything().items() if name != "Token"}


def labels(response: Any) -> list[str]:
    """The first words of what was listed, in order."""
    assert response.status_code == 200, response.content
    rows = response.json()["results"]
    assert len(rows) == response.json()["count"]
    return [next(iter(row["label"].values()))[0] for row in rows]
