"""Many connections at once, with the mix of tiles, thumbnails and larger pictures: every answer is right to the byte.

`GCIS_LOAD_SECONDS` and `GCIS_LOAD_CONNECTIONS` choose how much; a whole run is 600 seconds of 1,000. Nobody is turned
away here: what the limits do at overload is the subject of others.
"""

import asyncio
import hashlib
import io
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import connection
from django.test import Client
from PIL import Image

from gcis.core.blobs.stores import store
from tests.images.converted import converted, registered
from tests.images.engine.masters import photograph
from tests.work import a_source
from tests.world.site import Web

SECONDS = float(os.environ.get("GCIS_LOAD_SECONDS", "20"))
CONNECTIONS = int(os.environ.get("GCIS_LOAD_CONNECTIONS", "50"))
#: Seconds that a client waits for an answer.
PATIENCE = 60.0
SIZES = {"small": (1601, 1201), "medium": (2403, 1799), "large": (4999, 3501)}
#: Of 111 requests (DESIGN §11).
MIX = {"tile": 50, "thumbnail": 50, "1024": 10, "4096": 1}
#: Seconds from which a run says something of memory: processes that have just begun grow.
WARM = 120
#: MB of private memory that the servers may gain after the first third of the time.
MOST_GROWTH = 48
UNLIMITED = {
    "GCIS_CLIENT_MEGAPIXELS": "0",
    "GCIS_IMAGE_MEGAPIXELS": "0",
    "GCIS_DRAW_PLACES": "1000",
    "GCIS_DRAW_SECONDS": str(PATIENCE),
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.timeout(240 + 2 * SECONDS)]


@dataclass
class Load:
    """What all clients share: addresses by kind, the digest of what each has to give, and what came of it."""

    port: int
    paths: dict[str, list[str]]
    right: dict[str, str]
    until: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        self.wrong.append(sentence)
        if len(self.wrong) > 20:
            self.until = 0.0


@pytest.fixture
def web(tmp_path: Path, settings: Any) -> Iterator[Web]:
    settings.GCIS_PUBLIC_URL = "http://127.0.0.1"
    folder = {"folder": str(tmp_path / "masters")}
    settings.GCIS_STORES = {
        **settings.GCIS_STORES,
        "masters": {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": folder},
    }
    store.cache_clear()
    for name, size in SIZES.items():
        source = tmp_path / f"{name}.tif"
        photograph(*size).save(source)
        registered(a_source(), *converted(source))
    connection.close()
    server = Web(tmp_path / "web", GCIS_WEB_PROCESSES="2", **UNLIMITED)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def addresses() -> dict[str, list[str]]:
    """Some of each kind, of every picture."""
    chance, found = random.Random(7), {kind: list[str]() for kind in MIX}
    for name, (width, height) in SIZES.items():
        base = f"/iiif/3/{name}/"
        tiles = []
        for step in (256, 512, 1024):
            for x in range(0, width, step):
                for y in range(0, height, step):
                    w, h = min(step, width - x), min(step, height - y)
                    size = f"{-(-w * 256 // step)},{-(-h * 256 // step)}"
                    tiles.append(f"{base}{x},{y},{w},{h}/{size}/0/default.jpg")
        found["tile"] += chance.sample(tiles, 40)
        found["thumbnail"] += [f"{base}full/{edge},/0/default.jpg" for edge in range(100, 130, 3)]
        found["1024"] += [f"{base}full/{edge},/0/default.jpg" for edge in (1024, 1000, 960, 900)]
        found["4096"] += [f"{base}full/{min(width, 4096)},/0/default.jpg"]
    return found


def expected(paths: dict[str, list[str]]) -> dict[str, str]:
    """The digest of each picture, made in this process with nothing beside it, once it has been seen to be one."""
    client, digests = Client(), {}
    for path in (path for listed in paths.values() for path in listed):
        body = client.get(path).content
        with Image.open(io.BytesIO(body)) as picture:
            picture.load()
            assert str(picture.width) == path.split("/")[5].partition(",")[0], path
        digests[path] = hashlib.sha256(body).hexdigest()
    return digests


# --------------------------------------------------------------------------------------------------------- the clients
async def client(load: Load, number: int) -> None:
    """One connection, kept while it can be, that asks again as soon as it is answered."""
    chance, kinds, weights = random.Random(number), list(MIX), list(MIX.values())
    connected: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.monotonic() < load.until:
        path = chance.choice(load.paths[chance.choices(kinds, weights)[0]])
        try:
            connected = connected or await asyncio.wait_for(asyncio.open_connection("127.0.0.1", load.port), PATIENCE)
            status, body = await asyncio.wait_for(ask(*connected, path), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            load.fault(f"{path}: {error!r}")
            connected = None
            continue
        load.answers[status] += 1
        if status != "200" or hashlib.sha256(body).hexdigest() != load.right[path]:
            load.fault(f"{path}: {status}, {len(body)} bytes, {body[:120]!r}")
    if connected:
        connected[1].close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[str, bytes]:
    """Status and body."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    return head.split(" ", 2)[1], await reader.readexactly(length)


async def watch(load: Load, server: psutil.Process) -> list[tuple[float, float]]:
    """Seconds and MB of private memory of the server with all its processes, twenty times or so."""
    began, series = time.monotonic(), []
    while time.monotonic() < load.until:
        series.append((time.monotonic() - began, private(server)))
        await asyncio.sleep(SECONDS / 20)
    return series


def private(server: psutil.Process) -> float:
    """RssAnon: memory of files that are mapped does not count."""
    total = 0
    for process in (server, *server.children(recursive=True)):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            total += int(line.split()[1]) if line.startswith("RssAnon:") else 0
    return total / 1024


async def run(load: Load, server: psutil.Process) -> list[tuple[float, float]]:
    load.until = time.monotonic() + SECONDS
    watching = asyncio.create_task(watch(load, server))
    await asyncio.gather(*(client(load, number) for number in range(CONNECTIONS)))
    return await watching


def growth(series: list[tuple[float, float]]) -> float:
    """MB from the first third to the end, by least squares."""
    settled = [each for each in series if each[0] >= SECONDS / 3]
    slope = statistics.linear_regression(*zip(*settled, strict=True)).slope
    return slope * (settled[-1][0] - settled[0][0])


def test_every_answer_under_load_is_right_to_the_byte_and_memory_stays_flat(web: Web) -> None:
    paths = addresses()
    load = Load(web.port, paths, expected(paths))
    assert web.process
    series = asyncio.run(run(load, psutil.Process(web.process.pid)))
    told = f"{dict(load.answers)} in {SECONDS:.0f} s, MB {[round(held) for _, held in series]}"
    print(told)
    assert not load.wrong, [told, *load.wrong]
    assert load.answers["200"] >= CONNECTIONS, told
    assert SECONDS < WARM or growth(series) <= MOST_GROWTH, told
