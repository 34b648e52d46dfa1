"""Machines that call the API, and pictures to send."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from images import sources
from images.models import Image, Source
from tests import work
from tests.media import sources as media
from tests.tokens.keys import bearing

IMAGES = "/api/v1/images"
SOURCES = "/api/v1/sources"
PUBLIC = "http://127.0.0.1:8000"


def machine(*scopes: str, **options: Any) -> Client:
    return Client(raise_request_exception=False, headers=bearing(*scopes, **options))


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
def picture(tmp_path: Path) -> bytes:
    media.corners().save(tmp_path / "corners.png")
    return (tmp_path / "corners.png").read_bytes()


@pytest.fixture
def other(tmp_path: Path) -> bytes:
    media.corners(400, 300).save(tmp_path / "others.png")
    return (tmp_path / "others.png").read_bytes()


def by_key(external_id: str = "a/b 1.tif", slug: str = "dam") -> str:
    """The address of a picture; the client encodes what has to be."""
    return f"{SOURCES}/{slug}/images/{external_id}"


def form(data: bytes | None = None, called: str = "b 1.png", **fields: str) -> dict[str, Any]:
    """The body of a request that sends this file."""
    parts: dict[str, Any] = dict(fields)
    if data is not None:
        parts["file"] = SimpleUploadedFile(called, data, "image/png")
    return {"data": encode_multipart(BOUNDARY, parts), "content_type": MULTIPART_CONTENT}


def send(client: Client, file: bytes, external_id: str = "a/b 1.tif", query: str = "", **fields: Any) -> Any:
    headers = fields.pop("headers", None)
    return client.put(f"{by_key(external_id)}{query}", **form(file, **fields), headers=headers)


def tell(client: Client, method: str, address: str, body: Any = None, **headers: str) -> Any:
    """A request with a JSON body."""
    data = b"" if body is None else json.dumps(body).encode()
    return client.generic(method, address, data, "application/json", headers=headers)


def ready(path: str = "x.tif", source: Source | None = None, width: int = 800, height: int = 600, **how: Any) -> UUID:
    """A picture that serves, with these columns."""
    image = work.an_image(path, source)
    work.convert(image, width, height)
    Image.objects.filter(pk=image).update(**how)
    return image


def one(image: UUID, what: str = "") -> str:
    return f"{IMAGES}/{image}" + (f"/{what}" if what else "")


def ids(response: Any) -> set[str]:
    assert response.status_code == 200, response.content
    found = {row["id"] for row in response.json()["results"]}
    assert len(found) == response.json()["count"]
    return found
