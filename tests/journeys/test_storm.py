"""Manifests edited, renamed, republished and withdrawn at random, and many readers: every answer is whole and right.

`GCIS_STORM_SECONDS`, `GCIS_STORM_MANIFESTS` and `GCIS_STORM_READERS` choose how much, `GCIS_STORM_SEED` repeats a run.
"""

import gzip
import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
from django.db import connection, connections, transaction

from gcis.core.blobs.stores import store
from gcis.core.ids import mint
from manifests import curation, services
from manifests.build import rules
from manifests.edge.server import configuration
from manifests.edge.settings import Edge
from manifests.models import Canvas, Manifest, Painting, Published
from tests.manifests import published as made
from tests.work import a_source
from tests.world.fixtures import need
from tests.world.nginx import Nginx
from tests.world.site import Follower, Web, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SECONDS = float(os.environ.get("GCIS_STORM_SECONDS", "30"))
MANIFESTS = int(os.environ.get("GCIS_STORM_MANIFESTS", "100"))
READERS = int(os.environ.get("GCIS_STORM_READERS", "20"))
SEED = int(os.environ.get("GCIS_STORM_SEED", "0")) or random.randrange(1, 10**6)
WRITERS = 3
PAGES = 3
#: Seconds within which what is withdrawn is shut everywhere.
SHUT = 10
#: Seconds that a reader rests after each answer, a writer after each change: servers need the machine too.
BREATH, PAUSE = 0.02, 0.05
CONTEXTS = {
    "2": "http://iiif.io/api/presentation/2/context.json",
    "3": "http://iiif.io/api/presentation/3/context.json",
}
ENCODINGS = ("br", "gzip", "identity")
LD_2 = f'application/ld+json;profile="{CONTEXTS["2"]}"'


@dataclass
class Work:
    """A manifest: what it is called now, all names that it had, and since when it is withdrawn."""

    key: Any
    name: str
    names: list[str]
    edition: int = 1
    withdrawn: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Storm:
    """Everything that readers and writers share."""

    works: list[Work]
    doors: list[str]
    stop: threading.Event = field(default_factory=threading.Event)
    wrong: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)

    def fault(self, sentence: str) -> None:
        self.wrong.append(sentence)
        if len(self.wrong) > 20:
            self.stop.set()


@dataclass(frozen=True)
class Known:
    """What a reader has kept of an address: its validator and the body as it was sent."""

    etag: str
    body: bytes


class Reader(threading.Thread):
    """Asks for documents of all versions, under present and former names, with and without what it has kept."""

    def __init__(self, storm: Storm, number: int) -> None:
        super().__init__()
        self.storm, self.chance = storm, random.Random(SEED * 1000 + number)
        self.kept: dict[tuple[str, str, str], Known] = {}
        self.client = http.client.HTTPConnection(urlsplit(storm.doors[number % len(storm.doors)]).netloc, timeout=20)

    def run(self) -> None:
        while not self.storm.stop.is_set():
            try:
                self._ask()
            except (OSError, http.client.HTTPException) as error:
                self.storm.fault(f"no answer: {error!r}")
                self.client.close()
            time.sleep(BREATH)
        self.client.close()

    def _ask(self) -> None:
        work = self.chance.choice(self.storm.works)
        name = self.chance.choice([work.name, work.name, *work.names])
        version = self.chance.choice(("2", "3", "n2", "n3"))
        folder = f"/{version}" if version in "23" else ""
        path = f"/presentation{folder}/{name}/manifest"
        encoding = self.chance.choice(ENCODINGS)
        headers = {"Accept-Encoding": encoding, "Accept": LD_2 if version == "n2" else "*/*"}
        place = (path, headers["Accept"], encoding)
        known = self.kept.get(place)
        if known and self.chance.random() < 0.7:
            headers["If-None-Match"] = known.etag
        began = time.monotonic()
        status, said, body = self._get(path, headers)
        self.storm.seen[str(status)] += 1
        gone = work.withdrawn
        if status in (200, 304) and gone is not None and began - gone > SHUT:
            self.storm.fault(f"{status} {path} {began - gone:.1f} s after it was withdrawn")
        if status == 200:
            self._whole(path, version, encoding, said, body)
            self.kept[place] = Known(said["ETag"], body)
        elif status == 304:
            assert known
            self._still(path, headers, known)
        elif status not in (301, 307, 404, 410):
            self.storm.fault(f"{status} {path}: {body[:200]!r}")

    def _whole(self, path: str, version: str, encoding: str, said: Any, body: bytes) -> None:
        """Complete, valid, of the version that was asked for, and under the address that was asked for."""
        document = json.loads(_plain(said, body))
        number = version[-1]
        if document["@context"] != CONTEXTS[number]:
            self.storm.fault(f"{path} as {version}: it is {document['@context']}")
        if urlsplit(document.get("id") or document["@id"]).path != path:
            self.storm.fault(f"{path}: its id is {document.get('id') or document['@id']}")
        if (said.get("Content-Encoding") or "identity") != encoding:
            self.storm.fault(f"{path}: {encoding} was asked for, {said.get('Content-Encoding')} came")
        if number == "3" and (problems := rules.problems(document)):
            self.storm.fault(f"{path}: {problems[0]}")
        pages = document["items"] if number == "3" else document["sequences"][0]["canvases"]
        labels = {str(page["label"]) for page in pages}
        if len(pages) != PAGES or len(labels) != 1:
            self.storm.fault(f"{path}: pages of several editions, {labels}")

    def _still(self, path: str, headers: dict[str, str], known: Known) -> None:
        """A 304 is right if what was kept is what there is; else something came meanwhile, and it is not said again."""
        plain = {name: value for name, value in headers.items() if name != "If-None-Match"}
        status, _, body = self._get(path, plain)
        if status != 200 or body == known.body:
            return
        status, said, _ = self._get(path, headers)
        if status == 304:
            self.storm.fault(f"{path}: 304 for {known.etag} though there is something else, {said}")

    def _get(self, path: str, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        try:
            return self._answer(path, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.client.close()  # it was idle for too long
            return self._answer(path, headers)

    def _answer(self, path: str, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        self.client.request("GET", path, headers=headers)
        response = self.client.getresponse()
        return response.status, response.headers, response.read()


def _plain(said: Any, body: bytes) -> bytes:
    encoding = said.get("Content-Encoding")
    if encoding == "br":
        return brotli.decompress(body)
    return gzip.decompress(body) if encoding == "gzip" else body


class Writer(threading.Thread):
    """Changes one manifest after the other, through the services that people and machines use."""

    def __init__(self, storm: Storm, number: int) -> None:
        super().__init__()
        self.storm, self.chance = storm, random.Random(SEED * 77 + number)

    def run(self) -> None:
        try:
            while not self.storm.stop.is_set():
                work = self.chance.choice(self.storm.works)
                with work.lock:
                    what = "restore" if work.withdrawn else self.chance.choice(_CHANGES)
                    if what != "restore" or time.monotonic() - (work.withdrawn or 0) > SHUT + 5:
                        getattr(self, what)(work, Manifest.objects.get(pk=work.key))
                        self.storm.changes[what] += 1
                time.sleep(PAUSE)
        except Exception as error:  # a thread that dies of it would leave a storm without wind
            self.storm.fault(f"writer: {error!r}")
            raise
        finally:
            connections.close_all()

    def edit(self, work: Work, record: Manifest) -> None:
        work.edition += 1
        with transaction.atomic():
            row = services.lock(record)
            services.describe(row, _words(work.edition))
            Canvas.objects.filter(manifest=row).update(source_layer=_words(work.edition))
            services.touch(row)

    def rename(self, work: Work, record: Manifest) -> None:
        name = f"{work.names[0]}-{len(work.names)}"
        curation.rename(record, name, actor="storm")
        work.names.append(name)
        work.name = name

    def republish(self, work: Work, record: Manifest) -> None:
        with transaction.atomic():
            services.publish_now(services.lock(record))

    def withdraw(self, work: Work, record: Manifest) -> None:
        curation.withdraw(record, actor="storm", reason="It is a test.")
        work.withdrawn = time.monotonic()

    def restore(self, work: Work, record: Manifest) -> None:
        work.withdrawn = None
        curation.restore(record, actor="storm")


_CHANGES = ("edit", "edit", "edit", "rename", "republish", "withdraw")


def _words(edition: int) -> dict[str, Any]:
    return {"label": {"none": [f"edition {edition}"]}}


@pytest.fixture
def storm(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[Storm]:
    need(request, Nginx)
    nginx = Nginx(tmp_path / "nginx")
    settings.GCIS_PUBLIC_URL = nginx.address
    local = {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": str(tmp_path / "published")}}
    settings.GCIS_STORES = {**settings.GCIS_STORES, "published": local}
    store.cache_clear()
    web, mirror = Web(tmp_path / "web"), str(tmp_path / "mirror")
    servers = [web, Worker(tmp_path / "worker"), Follower(tmp_path / "follower", GCIS_MIRROR_DIR=mirror), nginx]
    edge = Edge(nginx.address, str(nginx.port), (urlsplit(web.address).netloc,), mirror, str(nginx.folder / "cache"))
    nginx.configure(configuration(edge))
    works = _works()
    connection.close()
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait()
        yield Storm(works, [nginx.address, web.address])
    finally:
        for server in servers:
            server.stop()


def _works() -> list[Work]:
    """Published ones, which share their pictures."""
    source, pictures, works = a_source(), [made.picture() for _ in range(PAGES)], []
    for number in range(MANIFESTS):
        name = f"work-{number}"
        with transaction.atomic():
            record, _ = services.put(
                Manifest,
                source,
                name,
                _words(1),
                actor="storm",
                identifier=name,
                publish_when=Published.PublishWhen.FIRST,
            )
            pages = [
                Canvas(id=mint(), manifest=record, position=place, source_layer=_words(1)) for place in range(PAGES)
            ]
            Canvas.objects.bulk_create(pages)
            Painting.objects.bulk_create(
                [Painting(canvas=page, image=image.pk) for page, image in zip(pages, pictures, strict=True)]
            )
        made.publish(record)
        works.append(Work(record.pk, name, [name]))
    return works


@pytest.mark.timeout(120 + SECONDS + MANIFESTS)
def test_every_answer_is_whole_and_right(storm: Storm) -> None:
    readers = [Reader(storm, number) for number in range(READERS)]
    writers = [Writer(storm, number) for number in range(WRITERS)]
    for thread in (*readers, *writers):
        thread.start()
    storm.stop.wait(SECONDS)
    storm.stop.set()
    for thread in (*readers, *writers):
        thread.join()
    told = f"seed {SEED}: {sum(storm.seen.values())} answers {dict(storm.seen)}, {dict(storm.changes)}"
    print(told)
    assert not storm.wrong, [told, *storm.wrong]
    assert {"200", "304", "301", "410"} <= set(storm.seen), told
    assert set(storm.changes) >= {"edit", "rename", "republish", "withdraw"}, told
