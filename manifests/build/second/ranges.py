"""Ranges as a flat list (2.1 §5.6), from the nested structures of 3.0 (§5.4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from manifests.build.second.descriptive import described
from manifests.build.second.form import Json, SecondForm, identity, listed, objects
from manifests.build.second.fragments import part, rectangle, selected
from manifests.build.second.private import named, only_second
from manifests.build.second.text import Text, name
from manifests.build.second.viewing import viewing

#: 3.0 §3.2: ranges that are not for tables of contents, and those that are another order of the pages.
HIDDEN = ("no-nav", "thumbnail-nav")
SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a range stands in: the labels of the canvases that have a 2.1 form, the ranges that are shown, and the
    manifest's label and direction.

    `canvases` and `ranges` are None where the manifest is not at hand; then everything counts.
    """

    form: SecondForm
    canvases: Mapping[str, Text] | None = None
    ranges: frozenset[str] | None = None
    label: Text | None = None
    direction: str | None = None


def surroundings(manifest: Json, pages: list[Json], form: SecondForm) -> Surroundings:
    """Those of the ranges of a manifest with these projected canvases."""
    shown = [each for top in _tops(manifest) for each in (top, *_inner(top)) if "items" in each]
    return Surroundings(
        form,
        {page["@id"]: page["label"] for page in pages},
        frozenset(identity(each) for each in shown),
        name(manifest.get("label")),
        manifest.get("viewingDirection"),
    )


def structures(manifest: Json, around: Surroundings) -> list[Json] | None:
    """§5.6 structures: every range once, those below a range after it.

    Those at the top get `viewingHint: top` if any of them has ranges in it. A list of ranges that stand side by side
    gets none: clients would show one of them, and that as a table of contents with nothing in it.
    """
    tops = list(_tops(manifest))
    flat: dict[str, Json] = {}
    for top in tops:
        for each in flattened(top, around):
            flat.setdefault(each["@id"], each)
    if any(map(_has_ranges, flat.values())):
        for top in tops:
            if (found := flat.get(identity(top))) and "viewingHint" not in only_second(top):
                found["viewingHint"] = "top"
    return list(flat.values()) or None


def _tops(manifest: Json) -> Iterator[Json]:
    """3.0 §3.3 structures, without other orders of the pages and what is not for navigation."""
    return (each for each in objects(manifest.get("structures")) if not _is(each, (*HIDDEN, SEQUENCE)))


def flattened(given: Json, around: Surroundings) -> list[Json]:
    """A range and those in it. Nothing where all that it holds has no 2.1 form."""
    members: list[Json] = []
    below: list[Json] = []
    for item in _shown(given):
        inner = flattened(item, around) if item.get("type") == "Range" and "items" in item else []
        if inner:
            members.append({key: inner[0][key] for key in ("@id", "@type", "label")})
            below += inner
        elif (found := _reference(item, around)) is not None:
            members.append(found)
    return [range_(given, members, around), *below] if members else []


def range_(given: Json, members: list[Json], around: Surroundings) -> Json:
    """§5.6: a range that refers to what is in it. The label MUST be there: without one it has the manifest's."""
    uri, form = identity(given), around.form
    said: Json = {"@id": uri, "@type": "sc:Range"} | described(given, form)
    said |= viewing(given, around.direction) | membership(members)
    if layer := identity(given.get("supplementary")):  # §3.4 contentLayer
        said["contentLayer"] = form.address(layer)
    first = start_canvas(given)
    if first in said.get("canvases", ()):  # §3.4: contained in it; the official reader looks in `canvases` only
        said["startCanvas"] = first
    return named(said, given, around.label or uri)


def membership(members: list[Json]) -> Json:
    """§5.6: canvases before ranges as two lists of URIs; any other order as `members`.

    Parts of canvases are members too: the official reader mixes up lists of URIs with fragments.
    """
    kinds = [member["@type"] for member in members]
    if kinds != sorted(kinds) or any("#" in member["@id"] for member in members):
        return {"members": members}
    lists = (("ranges", "sc:Range"), ("canvases", "sc:Canvas"))
    found = {key: [member["@id"] for member in members if member["@type"] == kind] for key, kind in lists}
    return {key: uris for key, uris in found.items() if uris}


def start_canvas(given: Json) -> str:
    """§3.4 startCanvas, from start (3.0 §3.3.2): the whole canvas; "" where there is none."""
    start = next(iter(objects(given.get("start"))), {})
    return identity(next(iter(listed(start.get("source", start))), "")).partition("#")[0]


def canvas_of(item: Any) -> tuple[str, str | None]:
    """The canvas that an item of a range refers to ("" for none), and the fragment that selects a part of it."""
    source = next(iter(listed(item.get("source"))), "") if "source" in item else item
    if isinstance(source, dict) and source.get("type", "Canvas") != "Canvas":
        return "", None
    uri, _, fragment = identity(source).partition("#")
    return uri, selected(item) or fragment or None


def _reference(item: Json, around: Surroundings) -> Json | None:
    """A range that stands elsewhere, a canvas, or a part of one; None for what is not in the 2.1 document."""
    if item.get("type") == "Range":
        uri = identity(item)
        known = "items" not in item and uri and (around.ranges is None or uri in around.ranges)
        return {"@id": uri, "@type": "sc:Range", "label": name(item.get("label")) or uri} if known else None
    uri, fragment = canvas_of(item)
    if not uri or (around.canvases is not None and uri not in around.canvases):
        return None
    label = (around.canvases or {}).get(uri) or name(item.get("label")) or uri
    whole = not fragment or not rectangle(fragment)
    return {"@id": uri if whole else part(uri, str(fragment)), "@type": "sc:Canvas", "label": label}


def _shown(given: Json) -> Iterator[Json]:
    """The items of a range. 3.0 §5.4: ranges without a label are not shown, so what is in them takes their place."""
    for item in objects(given.get("items")):
        if item.get("type") != "Range" or ("items" not in item and not _is(item, HIDDEN)):
            yield item
        elif not _is(item, HIDDEN):
            yield from (item,) if name(item.get("label")) else _shown(item)


def _inner(given: Json) -> Iterator[Json]:
    for item in _shown(given):
        if item.get("type") == "Range":
            yield from (item, *_inner(item))


def _has_ranges(said: Json) -> bool:
    return "ranges" in said or any(member["@type"] == "sc:Range" for member in said.get("members", ()))


def _is(given: Json, behaviors: tuple[str, ...]) -> bool:
    return any(each in behaviors for each in listed(given.get("behavior")))
