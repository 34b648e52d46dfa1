"""Local copies of access masters whose store is elsewhere."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from gcis.core.blobs.memory import MemoryStore
from gcis.core.blobs.protocol import Damaged
from gcis.core.blobs.stores import store
from gcis.core.errors import Unavailable
from images import caches, services
from images.addresses import master_key
from images.facts import ImageFacts
from tests.contracts.s3_access import stores_of_a_test
from tests.work import an_image, convert

DATA = b"a pyramid" * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()
KEY = master_key(uuid.UUID(int=1), DIGEST)


@pytest.fixture
def elsewhere() -> Iterator[MemoryStore]:
    """Masters in a store that has no files on this host."""
    settings.GCIS_STORES = {**settings.GCIS_STORES, "masters": {"BACKEND": "gcis.core.blobs.memory.MemoryStore"}}
    store.cache_clear()
    masters = store("masters")
    assert isinstance(masters, MemoryStore)
    yield masters


def facts(key: str = KEY, digest: str = DIGEST) -> ImageFacts:
    return ImageFacts(uuid.UUID(int=1), "map", "ready", master_key=key, digest=digest)


def copies() -> list[Path]:
    return [path for path in settings.GCIS_MASTER_CACHE_DIR.rglob("*") if path.is_file() and path.stat().st_size]


def test_a_master_that_lies_elsewhere_is_brought_here_once(elsewhere: MemoryStore) -> None:
    elsewhere.put(KEY, DATA)
    path = services.master_path(facts())
    assert path.read_bytes() == DATA
    elsewhere.delete(KEY)
    assert services.master_path(facts()) == path, "the store is not asked again"
    assert copies() == [path]


def test_a_master_on_this_host_is_not_copied(tmp_path: Path) -> None:
    settings.GCIS_STORES = {"masters": {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": tmp_path}}}
    store.cache_clear()
    store("masters").put(KEY, DATA)
    assert services.master_path(facts()) == tmp_path / KEY
    assert copies() == []


def test_only_the_bytes_that_the_record_names_are_taken(elsewhere: MemoryStore) -> None:
    elsewhere.put(KEY, b"something else")
    with pytest.raises(Damaged) as caught:
        services.master_path(facts())
    assert caught.value.code == "checksum"
    assert copies() == []
    right = settings.GCIS_MASTER_CACHE_DIR.parent / "right"
    right.write_bytes(DATA)
    elsewhere.mend(KEY, right)
    assert services.master_path(facts()).read_bytes() == DATA


def test_a_master_that_nobody_has_is_waited_for(elsewhere: MemoryStore) -> None:
    with pytest.raises(Unavailable) as caught:
        services.master_path(facts())
    assert caught.value.code == "master_missing"
    with pytest.raises(FileNotFoundError):
        caches.master_copy(KEY, DIGEST)
    assert copies() == []


@pytest.mark.django_db
def test_a_master_in_s3_is_served_from_a_copy(s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GCIS_TEST_STORES", "s3")
    monkeypatch.setenv("GCIS_TEST_S3_URL", s3)
    settings.GCIS_STORES = stores_of_a_test(tmp_path)
    store.cache_clear()
    image = an_image()
    convert(image)
    found = services.facts([image])[image]
    path = services.master_path(found)
    assert path.is_relative_to(settings.GCIS_MASTER_CACHE_DIR)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == found.digest
    store("masters").delete(found.master_key)
    assert services.master_path(found) == path
