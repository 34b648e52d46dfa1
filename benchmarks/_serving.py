"""Serving: a warm manifest of 1,000 canvases, by nginx as a static file, by nginx with our mirror, by granian alone.

The same compressed bytes everywhere. Rounds take turns; the median counts. Processor time is that of the servers.
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks._books import books, publish
from benchmarks._databases import emptied

PAGES, ROUNDS, SECONDS = 1_000, 5, 2
WRK = re.compile(r"Requests/sec:\s+([0-9.]+)")
STATIC = """
server {{
    listen {port};
    location /static {{ alias {file}; default_type application/ld+json; add_header Content-Encoding br; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the document: its address, the process whose processor time counts, and headers to send."""

    name: str
    url: str
    process: Callable[[], Any]
    headers: tuple[str, ...] = ("Accept-Encoding: br",)


def main() -> int:
    if not shutil.which("wrk"):
        print("wrk is not here (Debian: apt install wrk)")
        return 1
    quick = "--quick" in sys.argv
    with emptied(), tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        return _served(Path(folder), 10 if quick else PAGES, 1 if quick else ROUNDS)


def _served(folder: Path, pages: int, rounds: int) -> int:
    from django.conf import settings
    from django.db import connection

    from gcis.core.blobs.stores import store
    from manifests.edge.server import configuration
    from manifests.edge.settings import Edge
    from tests.world import services
    from tests.world.nginx import Nginx
    from tests.world.site import Follower, Web

    if reason := services.missing(Nginx):
        print(reason)
        return 1
    nginx, plain = Nginx(folder / "nginx"), Nginx(folder / "plain")
    settings.GCIS_PUBLIC_URL = nginx.address
    local = {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": str(folder / "published")}}
    settings.GCIS_STORES = {**settings.GCIS_STORES, "published": local}
    store.cache_clear()
    publish(books(1, pages)[0])
    connection.close()
    web, follower = Web(folder / "web"), Follower(folder / "follower", GCIS_MIRROR_DIR=str(folder / "mirror"))
    edge = Edge(
        nginx.address, str(nginx.port), (urlsplit(web.address).netloc,), str(folder / "mirror"), str(folder / "cache")
    )
    nginx.configure(configuration(edge))
    static = folder / "document.br"
    plain.configure(STATIC.format(port=plain.port, file=static))
    servers = (web, follower, nginx, plain)
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait()
        path = "/presentation/3/book-0/manifest"
        static.write_bytes(_get(web.address + path).read())
        return _measured(_ways(web, nginx, plain, path), rounds)
    finally:
        for server in reversed(servers):
            server.stop()


def _get(url: str) -> Any:
    return urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "br"}), timeout=20)


def _ways(web: Any, nginx: Any, plain: Any, path: str) -> list[Way]:
    lane = f"If-None-Match: {_get(web.address + path).headers['ETag']}"
    edge = f"If-None-Match: {_get(nginx.address + path).headers['ETag']}"
    known = f"If-None-Match: {_get(plain.address + '/static').headers['ETag']}"
    br = "Accept-Encoding: br"
    return [
        Way("nginx, static file", f"{plain.address}/static", lambda: plain.process),
        Way("nginx, mirror", nginx.address + path, lambda: nginx.process),
        Way("nginx, mirror, neutral", nginx.address + path.replace("/3/", "/"), lambda: nginx.process),
        Way("granian alone", web.address + path, lambda: web.process),
        Way("granian, through Django", f"{web.address}{path}?as=asked", lambda: web.process),
        Way("304: nginx, static", f"{plain.address}/static", lambda: plain.process, (br, known)),
        Way("304: nginx, mirror", nginx.address + path, lambda: nginx.process, (br, edge)),
        Way("304: granian alone", web.address + path, lambda: web.process, (br, lane)),
    ]


def _measured(ways: list[Way], rounds: int) -> int:
    found: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            found[way.name].append(_once(way))
    base = {kind: statistics.median(rate for rate, _ in found[name]) for kind, name in _REFERENCES.items()}
    print(f"{'':26}{'requests/s':>12}{'of static':>11}{'cpu us':>9}")
    for way in ways:
        rate = statistics.median(each for each, _ in found[way.name])
        cpu = statistics.median(each for _, each in found[way.name])
        part = rate / base[way.name.startswith("304")]
        print(f"{way.name:26}{rate:12,.0f}{part:10.2f}x{cpu:9.0f}")
    return 0


_REFERENCES = {False: "nginx, static file", True: "304: nginx, static"}


def _once(way: Way) -> tuple[float, float]:
    """Requests a second, and microseconds of the server's processor for each."""
    before = _processor(way.process())
    headers = [part for header in way.headers for part in ("-H", header)]
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", *headers, way.url]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    if "Non-2xx" in said and not way.name.startswith("304"):
        raise SystemExit(f"{way.name}: {said}")
    rate = float(WRK.findall(said)[0])
    return rate, 1e6 * (_processor(way.process()) - before) / (rate * SECONDS)


def _processor(process: Any) -> float:
    """Seconds of processor of a server and everything that it has started."""
    import psutil

    top = psutil.Process(process.pid)
    used = [each.cpu_times() for each in (top, *top.children(recursive=True))]
    return sum(each.user + each.system for each in used)


if __name__ == "__main__":
    sys.exit(main())
