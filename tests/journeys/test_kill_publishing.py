"""kill -9 while a thousand manifests are being published: what is served is whole and valid at every moment.

`GCIS_KILL_MANIFESTS` and `GCIS_KILL_SEED` choose how many, and repeat a run.
"""

import gzip
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import pytest

from manifests.build import rules
from tests.journeys.demo import ROOT, RunningDemo, family, get, leftovers, query, with_no_such_process
from tests.media.photograph import photograph

MANIFESTS = int(os.environ.get("GCIS_KILL_MANIFESTS", "1000"))
PAGES = 5
#: So many manifests show the same picture.
SHARING = 20
#: What is killed, in this order and again, and after how many seconds each.
VICTIMS = ("worker", "everything", "worker", "web", "worker", "supervisor")
PAUSES = (0.5, 3.0)
READERS = 4
#: Seconds between two questions of a reader: the machine is there for publishing.
BREATH = 0.02

#: Makes the manifests of edition 1, or makes edition 2 of them: every word of a manifest says which it is.
EDITION = f"""
import sys
import django
django.setup()
from django.db import transaction
from manifests import services
from manifests.models import Canvas, Manifest, Painting, Published
from tests.work import a_source, an_image, convert

edition, count = int(sys.argv[1]), int(sys.argv[2])
words = {{"label": {{"none": [f"edition {{edition}}"]}}}}
if edition == 1:
    source = a_source()
    for number in range(count):
        if number % {SHARING} == 0:
            picture = an_image(f"{{number}}.tif", source)
            convert(picture)
        with transaction.atomic():
            made, _ = services.put(
                Manifest, source, f"work {{number}}", words, actor="test", identifier=f"work-{{number}}",
                publish_when=Published.PublishWhen.FIRST,
            )
            pages = [Canvas(manifest=made, position=place, source_layer=words) for place in range({PAGES})]
            Canvas.objects.bulk_create(pages)
            Painting.objects.bulk_create(Painting(canvas=page, image=picture) for page in pages)
            services.touch(made)
else:
    for record in Manifest.objects.filter(external_id__startswith="work ").order_by("pk"):
        with transaction.atomic():
            row = services.lock(record)
            services.describe(row, words)
            Canvas.objects.filter(manifest=row).update(source_layer=words)
            services.touch(row)
"""


@dataclass
class Readers:
    """Read at random until they are stopped, wherever the demo is just then, and note what is not as it should be."""

    where: str = ""
    wrong: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    done: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, seed: int) -> None:
        for number in range(READERS):
            self.threads.append(threading.Thread(target=self._read, args=(random.Random(seed + number),)))
            self.threads[-1].start()

    def _read(self, chance: random.Random) -> None:
        while not self.done.wait(BREATH):
            base = self.where
            name, form = f"work-{chance.randrange(MANIFESTS)}", chance.choice(("3/", "2/", ""))
            coding = chance.choice(("identity", "gzip", "br"))
            address = f"{base}/presentation/{form}{name}/manifest"
            try:
                status, body, headers = get(address, **{"Accept-Encoding": coding, "Accept": "*/*"})
            except (urllib.error.URLError, OSError, ValueError):
                self.seen["no answer"] += 1  # it was killed
                time.sleep(0.05)
                continue
            self.seen[str(status)] += 1
            if status == 200:
                self.wrong += _faults(address, body, headers.get("Content-Encoding", ""))
            elif status not in (404, 503):  # not made, or not published yet
                self.wrong.append(f"{status} {address}")


def _faults(address: str, body: bytes, coding: str) -> list[str]:
    """What is wrong with an answer: it must be whole, valid, of one edition, and the one that was asked for."""
    plain = {"gzip": gzip.decompress, "br": brotli.decompress}.get(coding, bytes)
    try:
        document = json.loads(plain(body))
    except (ValueError, OSError, EOFError, brotli.error) as error:
        return [f"{address}: {error}"]
    if document.get("@context") == "http://iiif.io/api/presentation/2/context.json":
        uri, pages = document["@id"], document["sequences"][0]["canvases"]
        found: list[str] = []
    else:
        uri, pages = document["id"], document["items"]
        found = rules.problems(document)
    if uri != address:
        found.append(f"it is {uri}")
    if len(pages) != PAGES:
        found.append(f"{len(pages)} pages")
    if len({json.dumps(part["label"]) for part in (document, *pages)}) != 1:
        found.append("of several editions")
    return [f"{address}: {each}" for each in found]


def _edition(home: Path, number: int) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GCIS_", "DJANGO_"))}
    env = {**clean, "GCIS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "gcis.settings", "GCIS_LOG_LEVEL": "WARNING"}
    return subprocess.Popen([sys.executable, "-c", EDITION, str(number), str(MANIFESTS)], cwd=ROOT, env=env)


def _count(home: Path, condition: str) -> int:
    sql = f"SELECT count(*) FROM manifests_manifest WHERE external_id LIKE 'work %' AND {condition}"
    return int(query(home, sql)[0][0])


def _kill_while(
    home: Path, folder: Path, demo: RunningDemo, readers: Readers, enough: Callable[[], bool], chance: random.Random
) -> tuple[RunningDemo, list[str]]:
    """Kill one after another until `enough` says so. Returns the demo that runs then, and what was killed."""
    killed: list[str] = []
    deadline = time.monotonic() + 60
    while not enough() and time.monotonic() < deadline:
        time.sleep(chance.uniform(*PAUSES))
        victim = VICTIMS[len(killed) % len(VICTIMS)]
        if victim == "everything":
            demo.kill_everything()
        else:
            for process in demo.processes()[victim]:
                with_no_such_process(process.kill)
        killed.append(victim)
        if victim in ("everything", "supervisor"):
            demo.process.wait(10)
            while family(home):
                time.sleep(0.05)
            demo = RunningDemo(home, folder)
            readers.where = demo.ready()
    return demo, killed


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_served_document_is_whole_and_the_rest_is_published_after_restart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("GCIS_KILL_SEED", str(random.randrange(10**6))))
    chance = random.Random(seed)
    folder, home = tmp_path / "pictures", tmp_path / "home"
    photograph(folder / "one.jpg", width=300, height=200, seed=1)
    readers, killed = Readers(), list[str]()
    with _nothing_left(home, readers):
        demo = RunningDemo(home, folder)
        readers.where = demo.ready()
        readers.start(seed)
        for number in (1, 2):
            edition = _edition(home, number)

            def written(edition: subprocess.Popen[bytes] = edition) -> bool:
                """And at least a half is out, so that there is something to read."""
                return edition.poll() is not None and _count(home, "published > 0") * 2 > MANIFESTS

            demo, more = _kill_while(home, folder, demo, readers, written, chance)
            killed += more
            assert edition.wait(200) == 0
        deadline = time.monotonic() + 300
        while waiting := _count(home, "published < dirty"):
            assert time.monotonic() < deadline, f"{waiting} are not published"
            time.sleep(0.5)
        _all_is_there(home, demo, readers)
    with capsys.disabled():
        print(f"\nseed {seed}: killed {', '.join(killed)}; answers {dict(readers.seen)}")
    assert readers.wrong == []
    assert readers.seen["200"] > MANIFESTS // 2, "the readers have hardly read anything"
    assert len(killed) >= 4
    assert leftovers(home) == []


def _all_is_there(home: Path, demo: RunningDemo, readers: Readers) -> None:
    """Every manifest is out in its last edition."""
    labels = Counter(
        json.loads(get(f"{readers.where}/presentation/3/work-{number}/manifest")[1])["label"]["none"][0]
        for number in range(MANIFESTS)
    )
    assert labels == {"edition 2": MANIFESTS}
    assert _count(home, "publish_error <> ''") == 0
    readers.done.set()
    assert demo.stop() == 0


@contextmanager
def _nothing_left(home: Path, readers: Readers) -> Iterator[None]:
    """Whatever happens, no reader and no process goes on afterwards."""
    try:
        yield
    finally:
        readers.done.set()
        for thread in readers.threads:
            thread.join()
        for process in family(home):
            with_no_such_process(process.kill)
