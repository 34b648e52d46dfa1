"""How events of pictures and their sources read."""

from collections.abc import Mapping
from typing import Any

from gcis.events.timeline import Template, and_why, describe

_ACCESS = {"inherit": "as what it is part of", "open": "open to all", "closed": "closed to the public"}


def _ready(data: Mapping[str, Any]) -> str:
    return "Converted: the new picture serves now" if data.get("replaced") else "Converted: the picture serves now"


def _registered(data: Mapping[str, Any]) -> str:
    page = f", page {data['page'] + 1}" if data.get("page") else ""
    return f"Registered as {data['external_id']}{page}"


def _paged(data: Mapping[str, Any]) -> str:
    """As people count pages."""
    first, last, pages = (data[name] for name in ("first", "last", "pages"))
    return (
        f"Page {first} of {pages} was registered"
        if first == last
        else f"Pages {first} to {last} of {pages} were registered"
    )


def restricted(data: Mapping[str, Any]) -> str:
    """The sentence of a changed access, for pictures and what is made of them."""
    edge, opens, access = data.get("edge"), data.get("opens"), data["access"]
    word = f"up to {edge} pixels" if edge else _ACCESS.get(access, access)
    return f"Access was set: {word}" + (f", from {opens} on" if opens else "")


def _checked(what: str) -> Template:
    """How re-hashing found bytes that we keep."""
    said = {"repaired": "was damaged and is intact again", "missing": "is missing", "damaged": "is damaged"}
    return lambda data: f"Re-hashed: {what} {said.get(data['outcome'], 'is intact')}"


def _described(data: Mapping[str, Any]) -> str:
    changed = [f"{name.removesuffix('_curated')} “{value}”" for name, value in data.items()]
    return f"Described: {', '.join(changed)}"


def _reconversion(data: Mapping[str, Any]) -> str:
    count = data["masters"]
    masters = "1 master" if count == 1 else f"{f'{count:,}' if isinstance(count, int) else count} masters"
    return f"{masters} made by {data['recipe']} will be converted again"


describe("image.registered", _registered)
describe("image.wanted", "A conversion was asked for")
describe("image.ready", _ready)
describe("image.failed", "Not converted: {sentence}")
describe("image.paged", _paged)
describe("image.not_paged", "The other pages of its file were not registered: {sentence}")
describe("image.moved", "The file moved from {was} to {now}")
describe("image.missing", "The file is no longer where it was")
describe("image.renamed", and_why("Renamed from {was} to {now}"))
describe("image.merged", and_why("Merged into another picture"))
describe("image.took_over", and_why("Took over the names of another picture"))
describe("image.withdrawn", and_why("Withdrawn"))
describe("image.erased", and_why("Erased"))
describe("image.restored", and_why("Restored"))
describe("image.purged", and_why("Purged: cached copies are out of reach"))
describe("image.restricted", restricted)
describe("image.described", _described)
describe("master.checked", _checked("the access master"))
describe("master.damaged", "The access master is {outcome}, and could not be repaired: {sentence}")
describe("source.checked", _checked("the kept source"))
describe("source.damaged", "The kept source is {outcome}, and could not be repaired: {sentence}")
describe("batch.reconversion", _reconversion)
describe("source.created", "Source {slug} was created")
describe("source.renamed", "The source is called {name} now")
