"""Publishing: manifests of 100 canvases a second, by whole jobs in one process; and a collection of many members.

SQLite in a temporary file, and PostgreSQL at GCIS_TEST_POSTGRESQL_URL or one of our own, each in a process of its own.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks._books import books, publish
from benchmarks._databases import emptied

ROOT = Path(__file__).parents[1]
PAGES = 100


def main() -> int:
    if "--here" in sys.argv:
        return _here("--quick" in sys.argv)
    print(f"{'':12}{'manifests/s':>12}{'ms each':>9}{'cpu ms':>8}{'members':>10}{'seconds':>9}{'peak MB':>9}")
    _run("SQLite", {})
    from tests.world import services
    from tests.world.postgresql import PostgreSQL

    if reason := services.missing(PostgreSQL):
        print(reason)
        return 1
    with services.address(PostgreSQL) as url:
        _run("PostgreSQL", {"GCIS_DATABASE_URL": url})
    return 0


def _run(name: str, variables: dict[str, str]) -> None:
    command = [sys.executable, "-m", "benchmarks._publishing", "--here", *sys.argv[1:]]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    print(f"{name:12}{done.stdout.splitlines()[-1]}", flush=True)


def _here(quick: bool) -> int:
    count, members = (3, 200) if quick else (60, 100_000)
    with emptied():
        made = books(count + 1, PAGES)
        publish(made[0])
        wall, cpu = time.perf_counter(), time.process_time()
        for manifest in made[1:]:
            publish(manifest)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        seconds, peak = _collection(members)
    each = f"{count / wall:12.1f}{1000 * wall / count:9.1f}{1000 * cpu / count:8.1f}"
    print(f"{each}{members:10,}{seconds:9.1f}{peak:9.0f}")
    return 0


def _collection(members: int) -> tuple[float, float]:
    """Seconds to publish a collection of so many members, and the most memory that this process held, in MB."""
    collection = _shelf(members)
    began = time.perf_counter()
    publish(collection)
    seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _shelf(count: int) -> object:
    """A collection of manifests that are published, which share one publication's bytes."""
    from django.db import transaction

    from gcis.core.ids import mint
    from manifests import services
    from manifests.models import Collection, Manifest, Member, Publication
    from redirects.models import Identifier

    source = Manifest.objects.exclude(publication=None)[0].source
    with transaction.atomic():
        label = {"label": {"en": ["Shelf"]}}
        shelf = services.create(Collection, source, "shelf", label, actor="bench", identifier="shelf")
    old = Publication.objects.all()[0]
    for start in range(0, count, 5_000):
        keys = [mint() for _ in range(min(5_000, count - start))]
        publications = [
            Publication(resource=key, number=1, documents=old.documents, summary=old.summary) for key in keys
        ]
        Publication.objects.bulk_create(publications, batch_size=1000)
        manifests = [
            Manifest(pk=key, source=source, external_id=str(key), publication=each, published=1)
            for key, each in zip(keys, publications, strict=True)
        ]
        Manifest.objects.bulk_create(manifests, batch_size=1000)
        named = [Identifier(kind=Identifier.Kind.PRESENTATION, value=str(key), resource=key) for key in keys]
        Identifier.objects.bulk_create(named, batch_size=1000)
        rows = [
            Member(collection=shelf, manifest=each, position=start + n, place=start + n)
            for n, each in enumerate(manifests)
        ]
        Member.objects.bulk_create(rows, batch_size=1000)
    return shelf


if __name__ == "__main__":
    sys.exit(main())
