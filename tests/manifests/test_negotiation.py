"""Which form of a document an Accept header gets: a table, and the reference implementation where it is at hand."""

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

from manifests.negotiation import VERSIONS, negotiate, stored_encoding
from manifests.versions import Version

SHARED = Path(__file__).parents[3] / "shared"
P2, P3, P4 = (f"http://iiif.io/api/presentation/{number}/context.json" for number in (2, 3, 4))
THREE, TWO = VERSIONS
TABLE = [
    ("", "3-ld"),
    ("*/*", "3-ld"),
    ("application/*", "3-ld"),
    ("application/json", "3-json"),
    ("application/ld+json", "3-ld"),
    ("APPLICATION/JSON", "3-json"),
    (f'application/ld+json;profile="{P2}"', "2-ld"),
    (f"application/ld+json;profile={P2}", "2-ld"),
    (f'application/ld+json;profile="{P3}"', "3-ld"),
    (f'application/json;profile="{P2}"', "2-json"),
    (f'*/*;profile="{P2}"', "2-json"),
    (f'application/ld+json; profile="{P2}"; charset=utf-8', "2-ld"),
    (f'application/ld+json;profile="{P3}";q=0.5, application/ld+json;profile="{P2}";q=0.9', "2-ld"),
    (f'application/ld+json;profile="{P2}", application/ld+json;profile="{P3}"', "3-ld"),
    (f'application/ld+json;profile="{P2} http://iiif.io/api/search/1/context.json"', "2-ld"),
    (f'application/ld+json;profile="{P4}"', "3-ld"),
    (f'application/ld+json;profile="{P4}", application/ld+json;profile="{P2}";q=0.1', "2-ld"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "3-ld"),
    ("text/html", "3-ld"),
    ("application/json, application/ld+json;q=0.5", "3-json"),
    ("application/ld+json;q=0, application/json", "3-json"),
    ("application/ld+json;q=0", "3-json"),
    ("application/ld+json;q=0, application/json;q=0.0", "2-json"),
    (f'application/ld+json;profile="{P3}";q=0', "3-json"),
    (f'application/ld+json;profile="{P2.replace("http:", "https:")}"', "2-ld"),
    ("application/json, text/plain, */*", "3-json"),
    ("*/*;q=0", "3-ld"),
    ("application/json;q=banana", "3-json"),
    ("application/json;q=nan", "3-json"),
    ("garbage", "3-ld"),
    ('application/ld+json;profile="', "3-ld"),
    (f'application/ld+json;profile="{P2}', "2-ld"),
    ("," * 10_000, "3-ld"),
    ('"' * 10_000, "3-ld"),
]


@pytest.mark.parametrize(("accept", "wanted"), TABLE)
def test_what_an_accept_header_gets(accept: str, wanted: str) -> None:
    variant = negotiate(accept)
    assert f"{variant.version.number}-{variant.kind}" == wanted


def test_where_there_is_one_version_only_the_media_type_is_chosen() -> None:
    for accept, three, two in (
        ("", "ld", "json"),
        ("application/json", "json", "json"),
        ("application/ld+json", "ld", "ld"),
        (f'application/ld+json;profile="{P2}"', "ld", "ld"),
        (f'application/ld+json;profile="{P3}"', "ld", "json"),
    ):
        assert negotiate(accept, (THREE,)).kind == three
        assert negotiate(accept, (TWO,)).kind == two


def test_another_version_is_another_entry() -> None:
    four = Version(4, P4, "ld")
    assert negotiate(f'application/ld+json;profile="{P4}"', (THREE, TWO, four)).version is four
    assert negotiate("*/*", (four, THREE)).media_type == f'application/ld+json;profile="{P4}"'


@pytest.mark.parametrize(
    ("accepted", "suffix"),
    [
        ("", ""),
        ("br", ".br"),
        ("gzip, deflate, br, zstd", ".br"),
        ("gzip;q=1.0, br;q=0.1", ".br"),
        ("br;q=0, gzip", ".gz"),
        ("br; q = 0.000 , GZIP", ".gz"),
        ("br;q=0.001", ".br"),
        ("br;level=3;q=0,gzip;q=0", ""),
        ("xbr, brotli, x-gzip", ""),
        ("identity, *;q=0", ""),
    ],
)
def test_the_stored_encoding_that_a_client_reads(accepted: str, suffix: str) -> None:
    assert stored_encoding(accepted) == suffix


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    path = SHARED / "tools" / "iiif_conneg.py"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    spec = importlib.util.spec_from_file_location("iiif_conneg", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_decides_as_the_reference_does(reference: ModuleType) -> None:
    chance = random.Random(6)
    types = ["*/*", "application/*", "application/json", "application/ld+json", "text/html", "image/avif", "garbage"]
    profiles = [
        "",
        f';profile="{P2}"',
        f";profile={P3}",
        f'; profile="{P2} {P3}"',
        f';profile="{P4}"',
        ";charset=utf-8",
    ]
    qualities = ["", ";q=0", ";q=0.5", ";q=1.0", ";q=0.9", "; q=x"]
    for _ in range(5_000):
        parts = [chance.choice(types) + chance.choice(profiles) + chance.choice(qualities) for _ in range(4)]
        accept = ", ".join(parts[: chance.randrange(5)])
        for versions in (VERSIONS, (TWO,)):
            numbers = tuple(str(version.number) for version in versions)
            variant = negotiate(accept, versions)
            wanted = reference.negotiate(accept, supported=numbers, default=numbers[0])
            assert (str(variant.version.number), variant.media_type) == wanted, accept
