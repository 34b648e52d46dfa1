"""How the events of pictures, sources and tokens read."""

import re
from pathlib import Path

import pytest

from gcis.events import timeline
from gcis.events.models import Event

ROOT = Path(__file__).parents[2]
RECORDED = re.compile(r'\brecord\(\s*"([a-z]+\.[a-z_]+)"')


def test_everything_that_is_recorded_reads_as_a_sentence() -> None:
    sources = [*(ROOT / "images").rglob("*.py"), *(ROOT / "gcis" / "tokens").rglob("*.py")]
    recorded = {kind for path in sources for kind in RECORDED.findall(path.read_text())}
    assert {"image.ready", "image.purged", "source.created", "token.issued"} <= recorded
    assert recorded - set(timeline.kinds()) == set()


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("image.ready", {"replaced": True}, "Converted: the new picture serves now"),
        ("image.failed", {"sentence": "The file is cut off."}, "Not converted: The file is cut off."),
        ("image.renamed", {"was": "a", "now": "b", "reason": "New scheme"}, "Renamed from a to b: New scheme"),
        ("image.restricted", {"access": "limited", "edge": 800, "opens": None}, "Access was set: up to 800 pixels"),
        (
            "image.restricted",
            {"access": "open", "opens": "2100-01-01"},
            "Access was set: open to all, from 2100-01-01 on",
        ),
        ("image.described", {"rights_curated": "x", "recipe": "fidelity"}, "Described: rights “x”, recipe “fidelity”"),
        ("batch.reconversion", {"masters": 1, "recipe": "a"}, "1 master made by a will be converted again"),
        ("batch.reconversion", {"masters": 1200, "recipe": "a"}, "1,200 masters made by a will be converted again"),
        ("token.issued", {"name": "dam", "scopes": ["read", "purge"]}, "Issued to dam, for read, purge"),
    ],
)
def test_what_happened_is_said_in_words(kind: str, data: dict[str, object], sentence: str) -> None:
    assert timeline.sentence(Event(kind=kind, data=data)) == sentence
