"""File names that are meant to do harm are only names, by whatever door they come."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gcis.core.blobs.stores import store
from gcis.jobs import services as jobs
from images.models import Image, Source
from manifests.ingest import FolderImport
from tests.images.api.conftest import dam, picture, send, writer
from tests.media import sources as media

__all__ = ["dam", "picture", "writer"]

pytestmark = pytest.mark.django_db

#: What no file system takes comes by the API only.
SENT_ONLY = ("../../x.tif", "..\\..\\x.tif", "/etc/passwd", "a\0.tif", "x" * 300 + ".tif", "C:\\CON", " ")
NAMES = (
    "\u202efit.exe",
    '"><img src=x onerror=1>.tif',
    "$(touch PWNED).tif",
    "`touch PWNED`.tif",
    "-rf.tif",
    "%2e%2e%2fx.tif",
    "line\r\nbreak.tif",
    "{{7*7}}.tif",
    "x.tif[0]",
    "x.tif[page=1,access=random]",
    "e\u0301.tif",
    "\u2028.tif",
)


def is_only_a_name(name: str) -> bool:
    return (
        0 < len(name) <= 300
        and not set("/\\") & set(name)
        and name.strip() not in ("", ".", "..")
        and not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name)
    )


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> Path:
    """Where files lie while they come in."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    return folder


@pytest.mark.parametrize("name", [*NAMES, *SENT_ONLY])
def test_a_name_that_is_sent(writer: Client, dam: Source, picture: bytes, uploads: Path, name: str) -> None:
    answer = send(writer, picture, called=name)
    assert not list(uploads.iterdir()), "the upload is gone, and nothing else was written beside it"
    if answer.status_code == 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert not list(store("sources").keys())
        return
    assert answer.status_code == 202, answer.content
    image = Image.objects.get()
    assert is_only_a_name(image.file_name), image.file_name
    assert Path(name).name not in image.copy_key, "no part of the name decides where the bytes lie"


def test_names_that_lie_in_a_folder(tmp_path: Path) -> None:
    root = tmp_path / "Archive"
    root.mkdir()
    for number, name in enumerate(NAMES):
        media.corners(20 + number, 20).save(root / name, "TIFF")
    FolderImport(root, jobs.open_batch("Import", "test")).run()
    taken = set(Image.objects.values_list("external_id", flat=True))
    assert taken == {name for name in NAMES if name.endswith(".tif")}
    assert not [path for path in tmp_path.rglob("*") if path.name == "PWNED"]
