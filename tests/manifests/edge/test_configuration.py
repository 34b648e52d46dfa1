"""The configuration of nginx: what is committed is what is made, and its maps decide as the application does."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpRequest

from gcis.core.tombstones import FORMS
from gcis.core.web import preferred_type
from manifests.edge import documents, wishes
from manifests.edge.server import configuration
from manifests.edge.settings import Edge
from manifests.mirror.layout import files
from manifests.negotiation import TAKES, negotiate, stored_encoding
from manifests.versions import VERSIONS

COMMITTED = Path(__file__).parents[3] / "deploy" / "nginx" / "presentation.conf"
EDGE = Edge(
    public_url="https://images.example.org",
    listen="443",
    upstreams=("127.0.0.1:8000",),
    mirror="/var/lib/gcis/mirror",
    cache="/var/cache/nginx/gcis",
    certificate=("/etc/ssl/images.pem", "/etc/ssl/images.key"),
)
THREE, TWO = VERSIONS


def rows(text: str, name: str) -> list[tuple[str, str]]:
    """The entries of one map, in order, as nginx reads them."""
    body = re.search(rf"map \S.*? \${name} {{\n(.*?)\n}}", text, re.DOTALL)
    assert body
    return [
        (unquoted(key), unquoted(value))
        for key, value in re.findall(r"""^\s+('[^']*'|\S+) (.*);$""", body[1], re.MULTILINE)
    ]


def unquoted(text: str) -> str:
    return text[1:-1] if text[0] in "'\"" else text


def test_the_committed_configuration_is_the_one_that_is_made() -> None:
    made = configuration(EDGE)
    if os.environ.get("GOLDEN") == "write":
        COMMITTED.write_text(made)
    assert COMMITTED.read_text() == made, "it has changed: GOLDEN=write pytest tests/manifests/edge"


@pytest.mark.parametrize("accept", wishes.ACCEPTS)
def test_a_wish_says_what_the_application_would_answer(accept: str) -> None:
    neutral, three, two, stone = wishes.wish(accept).split(" ")
    for said, variant in (
        (neutral, negotiate(accept)),
        (three, negotiate(accept, (THREE,))),
        (two, negotiate(accept, (TWO,))),
    ):
        assert said == f"{variant.version.number}-{variant.kind}"
    request = HttpRequest()
    if accept:
        request.META["HTTP_ACCEPT"] = accept
    assert stone == preferred_type(request, FORMS).replace("/", "-")


def test_accepts_are_told_apart_without_case_as_nginx_does() -> None:
    lowered = [accept.lower() for accept in wishes.ACCEPTS]
    assert len(set(lowered)) == len(lowered)
    assert all(wishes.wish(accept.upper()) == wishes.wish(accept) for accept in wishes.ACCEPTS)


def path_of(method: str, accept: str, uri: str) -> str:
    """The file that nginx looks for, by its own maps."""
    text = configuration(EDGE)
    known = {key.lower(): value for key, value in rows(text, "gcis_wish")}
    wish = known.get(accept.lower(), f"?{accept}") if accept != "default" else f"?{accept}"
    for pattern, value in rows(text, "gcis_path"):
        if pattern.startswith("~") and (
            found := re.search(pattern[1:].replace("(?<gcis", "(?P<gcis"), f"{method} {wish} {uri}")
        ):
            return re.sub(r"\$(\w+)", lambda name: found[name[1]], value)
    return "-"


@pytest.mark.parametrize(
    ("name", "encoded"), [("book", "book"), ("ark:/1/x", "ark:%2F1%2Fx"), ("a", "a"), ("b.", "b."), ("é", "%C3%A9")]
)
def test_nginx_looks_where_the_mirror_writes(name: str, encoded: str) -> None:
    for kind in ("manifest", "collection"):
        for form, folder, accept in (("3", "3/", "*/*"), ("3n", "", ""), ("2", "2/", "*/*")):
            written = next(file.path for file in files(kind, name, (form,)) if not file.encoding)
            assert path_of("GET", accept, f"/presentation/{folder}{encoded}/{kind}") == written
            assert path_of("HEAD", accept, f"/presentation/{folder}{encoded}/{kind}") == written
    two = f'application/json;profile="{TWO.context}"'
    assert path_of("GET", two, "/presentation/book/manifest") == "2n/manifest/ok/book.json"


@pytest.mark.parametrize(
    ("method", "accept", "uri"),
    [
        ("POST", "*/*", "/presentation/3/book/manifest"),
        ("OPTIONS", "*/*", "/presentation/3/book/manifest"),
        ("GET", "*/*", "/presentation/3/book/manifest?v=1"),
        ("GET", "*/*", "/presentation/3/a/b/manifest"),
        ("GET", "*/*", "/presentation/3/b%20/manifest/x"),
        ("GET", "*/*", "/presentation/3/../manifest"),
        ("GET", "*/*", "/presentation/3/x../manifest"),
        ("GET", "*/*", "/presentation/3/./manifest"),
        ("GET", "*/*", "/presentation/4/book/manifest"),
        ("GET", "application/json", "/presentation/3/book/manifest"),
        ("GET", "application/ld+json", "/presentation/2/book/manifest"),
        ("GET", "image/avif", "/presentation/3/book/manifest"),
        ("GET", "3-ld 3-ld 2-json application-json", "/presentation/book/manifest"),
        ("GET", "x 3-ld y z", "/presentation/3/book/manifest"),
        ("GET", "default", "/presentation/3/book/manifest"),
    ],
)
def test_everything_else_is_the_applications(method: str, accept: str, uri: str) -> None:
    assert path_of(method, accept, uri) == "-"


@pytest.mark.parametrize("accepted", ["", "br", "gzip, deflate, br", "br;q=0, gzip", "GZIP;q=0.1", "br ; q=0.00", "*"])
def test_encodings_are_read_by_the_same_expressions(accepted: str) -> None:
    found = [(pattern[1:], suffix) for pattern, suffix in rows(configuration(EDGE), "gcis_suffix") if pattern[0] == "~"]
    assert {suffix: pattern for pattern, suffix in found} == TAKES
    assert next((suffix for pattern, suffix in found if re.search(pattern, accepted)), "") == stored_encoding(accepted)


def test_without_a_mirror_everything_goes_by_way_of_the_cache() -> None:
    text = configuration(Edge("http://images.example.org", "80", ("a:1", "b:2"), "", "/cache"))
    assert "try_files" not in text and "location /presentation/ {\n        proxy_pass" in text
    assert "server a:1;\n    server b:2;" in text
    assert "listen 80;" in text


def test_what_is_kept_for_long_elsewhere_is_kept_for_seconds_here() -> None:
    """Together with the two seconds of the application: less than the ten in which what is withdrawn must be gone."""
    assert "proxy_cache_valid 200 301 404 406 410 5s;" in documents.locations(EDGE)
    assert "use_stale" not in configuration(EDGE)


def test_the_command_writes_it_for_the_settings(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.GCIS_PUBLIC_URL, settings.GCIS_MIRROR_DIR = EDGE.public_url, EDGE.mirror
    call_command("nginx_config", certificate=list(EDGE.certificate or ()))
    assert capsys.readouterr().out == configuration(EDGE)
    settings.SECURE_HSTS_SECONDS = 60
    call_command("nginx_config")
    assert 'add_header Strict-Transport-Security "max-age=60";' in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot stand in a configuration"):
        call_command("nginx_config", upstream=["a;}"])
