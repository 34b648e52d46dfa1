"""What visitors of a site look at while it is being broken: a book that was published before."""

import hashlib
import urllib.request

from tests.faults.effects import settle
from tests.faults.museum import SOURCE, Museum
from tests.faults.site import Site

PICTURES = 4
SETTLE = 120.0


def open_exhibition(site: Site, museum: Museum) -> dict[str, str]:
    """Send a book of pictures and wait for it. The paths that visitors ask for, each with the sha256 of its answer."""
    museum.open()
    keys = [f"shown-{number}" for number in range(PICTURES)]
    museum.bind("shown", *keys)
    museum.send(*keys)
    workers = "\n".join(host.said(1500) for host in site.workers.values())
    assert settle(site, SETTLE) is not None, f"the first pictures do not come about:\n{workers}"
    return {path: _digest(site.base + path) for path in [*_documents(), *_pictures(keys)]}


def _documents() -> list[str]:
    book = f"{SOURCE}-shown"
    return [f"/presentation/3/{book}/manifest", f"/presentation/{book}/manifest"]


def _pictures(keys: list[str]) -> list[str]:
    paths = []
    for key in keys:
        base = f"/iiif/3/{SOURCE}-{key}"
        tiles = [f"{base}/{x},0,256,256/256,256/0/default.jpg" for x in (0, 256)]
        paths += [f"{base}/info.json", f"{base}/full/225,/0/default.jpg", *tiles]
    return paths


def _digest(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return hashlib.sha256(answer.read()).hexdigest()
