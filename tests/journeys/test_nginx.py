"""nginx with the configuration that we write for it, in front of a real web server of ours."""

import http.client
import importlib.util
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
from django.db import connection

from gcis.core.blobs.stores import store
from images.access import Access
from images.curation import Restriction
from manifests import curation, publications
from manifests.edge.server import configuration
from manifests.edge.settings import Edge
from manifests.edge.wishes import ACCEPTS
from manifests.models import Manifest
from manifests.negotiation import negotiate
from tests.manifests import published as made
from tests.manifests.records import fresh
from tests.world.fixtures import need
from tests.world.nginx import Nginx
from tests.world.site import Follower, Web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SHARED = Path(__file__).parents[3] / "shared"
P2, P3, P4 = (f"http://iiif.io/api/presentation/{number}/context.json" for number in (2, 3, 4))
LD_2, LD_3 = (f'application/ld+json;profile="{profile}"' for profile in (P2, P3))
BOOK, NEUTRAL = "/presentation/3/ark:%2F1%2Fbook/manifest", "/presentation/ark:%2F1%2Fbook/manifest"
#: Of answers from files, what nginx makes itself.
OWN = {"ETag", "Last-Modified", "Date", "Server", "Connection"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def from_file(self) -> bool:
        """nginx makes ETags of two hexadecimal numbers."""
        return bool(re.fullmatch('"[0-9a-f]{8}-[0-9a-f]+"', self.headers.get("ETag", "")))


@dataclass
class Edged:
    """A site: the web server, nginx before it, and who keeps its mirror, if it has one."""

    web: Web
    nginx: Nginx
    follower: Follower | None

    def get(self, url: str, method: str = "GET", *, direct: bool = False, **headers: str) -> Answer:
        """The raw address, without anything that clients add; of nginx, or of the web server itself."""
        netloc = urlsplit((self.web if direct else self.nginx).address).netloc
        client = http.client.HTTPConnection(netloc, timeout=10)
        try:
            client.putrequest(method, url, skip_accept_encoding=True)
            for name, value in headers.items():
                client.putheader(name.replace("_", "-"), value)
            client.endheaders()
            response = client.getresponse()
            return Answer(response.status, _by_name(response.getheaders()), response.read())
        finally:
            client.close()

    def until(self, seconds: float, condition: Any) -> float:
        """How long it took to become true; the test fails when that is longer."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < seconds, f"not within {seconds} s"
            time.sleep(0.05)
        return time.monotonic() - began


def _by_name(headers: list[tuple[str, str]]) -> dict[str, str]:
    names = [name.title() if name.islower() else name for name, _ in headers]
    spelled = {"Etag": "ETag", "Cdn-Cache-Control": "CDN-Cache-Control"}
    assert len(set(names)) == len(names), headers
    return {spelled.get(name, name): value for name, (_, value) in zip(names, headers, strict=True)}


@pytest.fixture(params=[True, False], ids=["mirror", "cache"])
def site(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[Edged]:
    need(request, Nginx)
    nginx = Nginx(tmp_path / "nginx")
    settings.GCIS_PUBLIC_URL = nginx.address
    local = {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": str(tmp_path / "published")}}
    settings.GCIS_STORES = {**settings.GCIS_STORES, "published": local}
    store.cache_clear()
    web = Web(tmp_path / "web")
    mirror = str(tmp_path / "mirror") if request.param else ""
    follower = Follower(tmp_path / "follower", GCIS_MIRROR_DIR=mirror) if mirror else None
    edge = Edge(nginx.address, str(nginx.port), (urlsplit(web.address).netloc,), mirror, str(nginx.folder / "cache"))
    nginx.configure(configuration(edge))
    nginx.check()
    book = made.manifest("book", identifier="ark:/1/book")
    made.collection("shelf", [book], identifier="shelf")
    made.manifest("other", identifier="other")
    connection.close()
    servers = [each for each in (web, follower, nginx) if each]
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait()
        yield Edged(web, nginx, follower)
    finally:
        for server in servers:
            server.stop()


def the_book() -> Manifest:
    return fresh(Manifest.objects.get(pk=_resource("ark:/1/book")))  # type: ignore[no-any-return]


def _resource(name: str) -> Any:
    from redirects import services as names

    found = names.find("presentation", name)
    assert found
    return found.resource


# ---------------------------------------------------------------------------------------------------------- the answers
def test_every_form_of_a_document_is_the_applications(site: Edged) -> None:
    """For each address, Accept and Accept-Encoding: the same bytes, and the same headers but for validators."""
    from_files = 0
    for url in (
        BOOK,
        BOOK.replace("/3/", "/2/"),
        NEUTRAL,
        "/presentation/3/shelf/collection",
        "/presentation/shelf/collection",
    ):
        for accept in (*ACCEPTS, f"{LD_3};q=0.5, {LD_2}", LD_2.replace(P2, P4), "image/avif", "?3-ld 3-ld 2-json x"):
            for encoding in ("gzip, deflate, br", "gzip", "br;q=0, identity"):
                headers = {"Accept_Encoding": encoding, **({"Accept": accept} if accept else {})}
                mine, ours = site.get(url, **headers), site.get(url, direct=True, **headers)
                assert (mine.status, mine.body) == (ours.status, ours.body), (url, accept, encoding)
                compared = [
                    {k: v for k, v in each.headers.items() if k not in OWN | {"X-Cache"}} for each in (mine, ours)
                ]
                assert compared[0] == compared[1], (url, accept, encoding)
                head = site.get(url, "HEAD", **headers)
                assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(mine.body)))
                from_files += mine.from_file
    assert (from_files > 100) == (site.follower is not None)


def test_negotiation_through_nginx_is_right_in_any_order(site: Edged) -> None:
    accepts = [accept for accept in ACCEPTS if accept] + [
        LD_2.replace(P2, P4),
        f"{LD_2};q=0.3, */*;q=0.1",
        "text/html;q=x",
    ]
    for order in (accepts, accepts[::-1], accepts):
        for accept in order:
            variant = negotiate(accept)
            answer = site.get(NEUTRAL, Accept=accept, Origin="https://viewer.example")
            context = json.loads(answer.body)["@context"]
            assert (answer.headers["Content-Type"], context) == (variant.media_type, variant.version.context), accept
            assert "Accept" in answer.headers["Vary"] and answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_shared_contract_test_finds_nothing_wrong(site: Edged) -> None:
    path = SHARED / "tools" / "conneg_cache_test.py"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    spec = importlib.util.spec_from_file_location("conneg_cache_test", path)
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    said: list[Any] = []
    total, _, bad = tool.run(f"{site.nginx.address}{NEUTRAL}", report=lambda *args: said.append(args))
    assert (total, bad, said) == (42, 0, [])


def test_what_is_known_is_not_sent_again(site: Edged) -> None:
    for url in (BOOK, NEUTRAL):
        first = site.get(url, Accept_Encoding="br")
        again = site.get(url, Accept_Encoding="br", If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin", "Content-Location", "Link"):
            assert again.headers.get(name) == first.headers.get(name)
        assert not {"Content-Type", "Content-Encoding"} & again.headers.keys() or site.follower is None
        other = site.get(url, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
        assert other.status == 200, "another encoding, another ETag"


def test_the_rest_is_the_applications(site: Edged) -> None:
    assert site.get(BOOK, "OPTIONS", Origin="https://viewer.example").status == 204
    assert site.get(BOOK, "POST").status == 405
    assert site.get(f"{BOOK}?v=1").status == 200 and not site.get(f"{BOOK}?v=1").from_file
    assert site.get("/presentation/3/ark:/1/book/manifest").body == site.get(BOOK).body
    assert site.get("/presentation/3/ark:%2f1%2fbook/manifest").body == site.get(BOOK).body
    assert site.get("/presentation/3/nobody/manifest").status == 404
    assert site.get("/presentation/3/shelf/manifest").status == 404
    assert site.get("/presentation/3/..%2F..%2F.whole/manifest").status == 404
    assert site.get("/presentation/../.whole").status == 404
    assert site.get("/livez").status == 200
    assert brotli.decompress(site.get(BOOK, Accept_Encoding="br").body) == publications.read(
        the_book().publication, "3"
    )


# -------------------------------------------------------------------------------------------------- what comes and goes
def test_what_is_withdrawn_is_gone_within_ten_seconds_in_every_form(site: Edged) -> None:
    wishes = [{"Accept": accept} for accept in ("*/*", "application/json", LD_2, "text/html")]
    assert all(site.get(url, **wish).status == 200 for url in (BOOK, NEUTRAL) for wish in wishes)
    curation.withdraw(the_book(), actor="test", reason="Wrong rights.")
    site.until(10, lambda: all(site.get(url, **wish).status == 410 for url in (BOOK, NEUTRAL) for wish in wishes))
    for _ in range(20):
        assert {site.get(url, **wish).status for url in (BOOK, NEUTRAL) for wish in wishes} == {410}
    kinds = [site.get(NEUTRAL, **wish).headers["Content-Type"].partition(";")[0] for wish in wishes]
    assert kinds == ["application/problem+json", "application/json", "application/ld+json", "text/html"]
    curation.restore(the_book(), actor="test")
    made.publish(the_book())
    site.until(10, lambda: site.get(BOOK).status == 200)


def test_a_former_name_leads_on(site: Edged) -> None:
    assert site.get(BOOK).status == 200
    curation.rename(the_book(), "new/name", actor="test")
    made.publish(fresh(Manifest.objects.get(pk=_resource("new/name"))))
    site.until(10, lambda: site.get(BOOK).status == 301)
    assert site.get(BOOK).headers["Location"] == f"{site.nginx.address}/presentation/3/new%2Fname/manifest"
    new = "/presentation/3/new%2Fname/manifest"
    site.until(10, lambda: json.loads(site.get(new).body).get("id") == f"{site.nginx.address}{new}")


def test_what_is_closed_is_closed_within_ten_seconds(site: Edged) -> None:
    assert site.get(NEUTRAL).status == 200
    curation.restrict(the_book(), Restriction(access=Access.CLOSED), actor="test")
    site.until(10, lambda: site.get(NEUTRAL).status == 403)
    assert site.get(NEUTRAL).headers["Cache-Control"] == "no-store"


def test_a_change_is_seen_and_an_old_etag_is_answered_in_full(site: Edged) -> None:
    first = site.get(BOOK)
    book = the_book()
    book.source_layer = {**book.source_layer, "label": {"none": ["renamed"]}}
    made.change(book, source_layer=book.source_layer, dirty=book.dirty + 1)
    made.publish(fresh(book))
    site.until(10, lambda: site.get(BOOK).body != first.body)
    changed = site.get(BOOK, If_None_Match=first.headers["ETag"], If_Modified_Since=first.headers["Last-Modified"])
    assert (changed.status, json.loads(changed.body)["label"]) == (200, {"none": ["renamed"]})
