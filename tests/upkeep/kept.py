"""Pictures that are converted for real, and what can become of the bytes that we keep of them."""

import hashlib
from pathlib import Path
from uuid import UUID

from gcis.core.blobs.stores import store
from images import services
from images.models import AccessMaster, Source
from images.services import SourceFile
from tests.media.photograph import photograph
from tests.work import a_source, run_due


def a_picture(folder: Path, name: str = "map.jpg") -> UUID:
    """A converted picture of a folder."""
    path = photograph(folder / name, width=300, height=200)
    source = Source.objects.filter(location=str(folder)).first() or a_source(str(folder))
    file = SourceFile(name, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, path.stat().st_mtime_ns)
    image = services.register(source, name, file, actor="test").pk
    run_due(services.CONVERT)
    return image


def an_upload(folder: Path) -> UUID:
    """A converted picture whose source we keep, and nobody else does."""
    path = photograph(folder / "sent.jpg", width=300, height=200)
    data = path.read_bytes()
    source = Source.objects.create(kind=Source.Kind.UPLOAD, slug="people", name="people")
    image = services.register(source, "sent", None, actor="test").pk
    digest = hashlib.sha256(data).hexdigest()
    key = f"{image.hex[:2]}/{image}/{digest}-0a0b0c0d"
    store("sources").put(key, data)
    services.replace(image, SourceFile("sent.jpg", digest, len(data), copy_key=key), actor="test")
    run_due(services.CONVERT)
    return image


def spoil(name: str, key: str, data: bytes) -> None:
    """Other bytes in the place of an object, as nobody may put them there."""
    store(name).delete(key)
    store(name).put(key, data)


def flip(name: str, key: str) -> None:
    data = bytearray(store(name).read(key))
    data[len(data) // 2] ^= 1
    spoil(name, key, bytes(data))


def cut(name: str, key: str) -> None:
    spoil(name, key, store(name).read(key)[:-100])


def lose(name: str, key: str) -> None:
    store(name).delete(key)


def master(image: UUID) -> AccessMaster:
    return AccessMaster.objects.get(current_of=image)
