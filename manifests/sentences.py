"""How events of manifests, their pages, and collections read."""

from collections.abc import Mapping
from typing import Any

from gcis.events.timeline import Template, and_why, describe
from images.sentences import restricted
from manifests.models import Published

#: What people call the fields that IIIF or we call otherwise.
FIELDS = {
    "requiredStatement": "required statement",
    "navDate": "date",
    "viewingDirection": "viewing direction",
    "seeAlso": "data about it",
    "rendering": "other forms of it",
    "navPlace": "place",
    "start": "first page",
    "license": "other terms of use",
    "structures": "contents",
    "canvases": "order of the pages",
    "members": "order of the members",
}


def field(name: Any) -> str:
    return FIELDS.get(name, str(name))


def _fields(sentence: str) -> Template:
    """The sentence, and what was changed."""
    return lambda data: f"{sentence}: {', '.join(map(field, data['fields']))}" if "fields" in data else sentence


def _field(sentence: str) -> Template:
    return lambda data: f"{sentence}: {field(data['field'])}"


def _count(one: str, more: str) -> Template:
    return lambda data: one if data.get("count") == 1 else more.format_map(data)


def _publish_when(data: Mapping[str, Any]) -> str:
    rules = dict(Published.PublishWhen.choices)
    return f"To be published {rules.get(data['when'], data['when'])}"


def _publish_at(data: Mapping[str, Any]) -> str:
    return (
        f"To be published on {str(data['at'])[:16].replace('T', ' ')}" if data.get("at") else "No day to be published"
    )


def _purged(data: Mapping[str, Any]) -> str:
    why = f": {data['reason']}" if data.get("reason") else ""
    pictures = "1 picture" if data.get("count") == 1 else f"{data['count']} pictures"
    return f"Purged: cached copies of {pictures} are out of reach{why}"


def _annotated(data: Mapping[str, Any]) -> str:
    counts = [f"{data[name]} {name}" for name in ("added", "changed", "removed") if data.get(name)]
    what = {"added": "Annotations were given a page", "removed": "A page of annotations was taken away"}
    begin = what.get(data.get("what", ""), "Annotated")
    return f"{begin}: {', '.join(counts)}" if counts else begin


for _kind in ("manifest", "collection"):
    describe(f"{_kind}.annotated", _annotated)
    describe(f"{_kind}.created", "Created")
    describe(f"{_kind}.sent", "Sent again by its source")
    describe(f"{_kind}.imported", "Imported from {document}")
    describe(f"{_kind}.publish_asked", "Publishing was asked for")
    describe(f"{_kind}.publish_when_set", _publish_when)
    describe(f"{_kind}.published", "Published")
    describe(f"{_kind}.described", _fields("Described by hand"))
    describe(f"{_kind}.kept", _field("Kept against what the source says now"))
    describe(f"{_kind}.renamed", and_why("Renamed from {was} to {now}"))
    describe(f"{_kind}.merged", and_why("Merged into another"))
    describe(f"{_kind}.took_over", and_why("Took over the names of another"))
    describe(f"{_kind}.withdrawn", and_why("Withdrawn"))
    describe(f"{_kind}.restored", and_why("Restored"))
    describe(f"{_kind}.restricted", restricted)
    describe(f"{_kind}.purged", _purged)
    describe(f"{_kind}.publish_at_set", _publish_at)
    describe(f"{_kind}.publish_due", "Its day has come: it is published")
    describe(f"{_kind}.query_set", "What it is made of was set")
    describe(f"{_kind}.refresh_asked", "Refreshing was asked for")
    describe(f"{_kind}.refreshed", "Refreshed: {added} came, {removed} went")
    describe(f"{_kind}.erased", and_why("Erased"))
    describe(f"{_kind}.inherited", "Who may see it has changed with what it is part of")
describe("manifest.pages_added", _count("A page was added", "{count} pages were added"))
describe("manifest.page_sent", "A page was sent by itself")
describe("manifest.page_resized", "It was decided whose size a page has")
describe("manifest.page_removed", "A page was taken out")
describe("manifest.page_described", _fields("A page was described by hand"))
describe("manifest.page_kept", _field("Kept on a page against what the source says now"))
describe("collection.member_added", "A member was added")
describe("collection.member_removed", "A member was taken out")
