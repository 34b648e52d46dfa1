"""How events of works read."""

import ast
from pathlib import Path

import pytest

from gcis.events import timeline
from gcis.events.models import Event

ROOT = Path(__file__).parents[2] / "manifests"


def sentence(kind: str, **data: object) -> str:
    return timeline.sentence(Event(kind=kind, data=data))


@pytest.mark.parametrize(
    ("kind", "data", "reads"),
    [
        ("manifest.described", {"fields": ["label", "canvases"]}, "Described by hand: label, order of the pages"),
        ("manifest.described", {}, "Described by hand"),
        ("collection.kept", {"field": "members"}, "Kept against what the source says now: order of the members"),
        ("manifest.pages_added", {"count": 1}, "A page was added"),
        ("manifest.pages_added", {"count": 5}, "5 pages were added"),
        ("manifest.publish_when_set", {"when": "manual"}, "To be published when a person says so"),
        ("manifest.publish_when_set", {}, "To be published …"),
        ("collection.purged", {"count": 1}, "Purged: cached copies of 1 picture are out of reach"),
        (
            "collection.purged",
            {"count": 3, "reason": "colours"},
            "Purged: cached copies of 3 pictures are out of reach: colours",
        ),
        ("collection.restricted", {"access": "closed"}, "Access was set: closed to the public"),
        ("manifest.withdrawn", {"reason": "sold"}, "Withdrawn: sold"),
    ],
)
def test_an_event_reads_as_a_sentence(kind: str, data: dict[str, object], reads: str) -> None:
    assert sentence(kind, **data) == reads


def test_every_kind_of_event_that_works_record_has_a_sentence() -> None:
    recorded = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "events.record":
                recorded.add(ast.unparse(node.args[0]).strip("f'\"").rpartition(".")[2].rpartition("}")[2])
    assert len(recorded) > 10
    known = {kind.rpartition(".")[2] for kind in timeline.kinds()}
    assert {what for what in recorded if what and what not in ("page_",)} <= known
