"""Rules for canvases, ranges, manifests and collections (Presentation 3.0 §5.1 to §5.4)."""

from typing import Any

from manifests.build.rules.annotations import annotations, no_painting, page, reference
from manifests.build.rules.annotations import collection as annotation_collection
from manifests.build.rules.content import (
    contents,
    homepage,
    nav_place,
    part_of,
    provider,
    rendering,
    see_also,
    services,
    specific,
)
from manifests.build.rules.kinds import CLASS, Kind, a
from manifests.build.rules.painted import painted, subject
from manifests.build.rules.report import Place, Report, Rule
from manifests.build.rules.values import (
    behavior,
    dimension,
    duration,
    label,
    language_map,
    many,
    nav_date,
    pair,
    rights,
    viewing_direction,
)


def _outside(report: Report, place: Place, value: Any) -> None:
    """§3.3.2 annotations: pages of anything but paintings."""
    annotations(report, place, value)
    no_painting(report, place, value)


#: What any resource of ours may have (§3.1, §3.3).
_DESCRIPTIVE: dict[str, Rule] = {
    **CLASS,
    "label": label,
    "metadata": many(pair),
    "summary": language_map,
    "requiredStatement": pair,
    "rendering": rendering,
    "rights": rights,
    "navDate": nav_date,
    "navPlace": nav_place,
    "provider": provider,
    "seeAlso": see_also,
    "service": services,
    "thumbnail": contents,
    "homepage": homepage,
    "partOf": part_of,
    "annotations": _outside,
}

# ------------------------------------------------------------------------------------------------------------- canvases


def _sized(report: Report, place: Place, canvas: Any) -> None:
    """§5.3: height and width together, or a duration."""
    if "width" in canvas and "height" in canvas:
        return
    if "width" in canvas or "height" in canvas or "duration" not in canvas:
        for name in ("width", "height"):
            if name not in canvas:
                report.error((place, name), "there is none.", "size")


def _bare(report: Report, place: Place, canvas: Any) -> None:
    """§5.3: the id of a canvas has no fragment, since fragments name its parts."""
    uri = canvas.get("id")
    if isinstance(uri, str) and "#" in uri:
        report.error((place, "id"), f"{uri} has a fragment.", "id")


def _alone(report: Report, place: Place, canvas: Any) -> None:
    """§3.1: a placeholder or accompanying canvas has none itself."""
    for name in ("placeholderCanvas", "accompanyingCanvas"):
        if name in canvas:
            report.error((place, name), "it belongs to such a canvas itself.", "nested")


_CANVAS: dict[str, Rule] = {
    **_DESCRIPTIVE,
    "type": a("Canvas"),
    "height": dimension,
    "width": dimension,
    "duration": duration,
    "behavior": behavior("Canvas"),
    "items": many(page),
}
_lone = Kind("Canvas", ("id", "type", "items"), _CANVAS, defines=True, whole=(_sized, _bare, painted, _alone))
_BESIDE: dict[str, Rule] = {"placeholderCanvas": _lone, "accompanyingCanvas": _lone}
#: §5.3. The official schema wants `items`, also without anything painted.
canvas = Kind("Canvas", ("id", "type", "items"), {**_CANVAS, **_BESIDE}, defines=True, whole=(_sized, _bare, painted))


def in_manifest(report: Report, place: Place, value: Any) -> None:
    """§5.2: what is in a manifest is a canvas, and known to its ranges."""
    canvas(report, place, value)
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        report.canvases.add(value["id"])


# --------------------------------------------------------------------------------------------------------------- ranges


def _meant(report: Report, place: Place, value: Any) -> None:
    """§5.4, §3.3.2 start: a canvas or a part of one."""
    if isinstance(value, dict) and value.get("type") == "Canvas":
        reference(report, place, value)
    else:
        specific(report, place, value)
    report.meant.append(("canvas", subject(value), place))


def _in_range(report: Report, place: Place, value: Any) -> None:
    """§5.4: a range, a reference to one, a canvas or a part of one."""
    if not isinstance(value, dict) or value.get("type") != "Range":
        _meant(report, place, value)
    elif "items" in value:
        range_(report, place, value)
        if isinstance(value.get("behavior"), list) and "sequence" in value["behavior"]:
            report.error((place, "behavior"), "sequence is for ranges at the top only.", "behavior")
    else:
        reference(report, place, value)
        report.meant.append(("range", value.get("id"), place))


def _range_items(report: Report, place: Place, value: Any) -> None:
    """§5.4: at least one."""
    many(_in_range)(report, place, value)
    if value == []:
        report.error(place, "there are none.", "range")


def _known(report: Report, place: Place, value: Any) -> None:
    if isinstance(value.get("id"), str):
        report.ranges.add(value["id"])


range_ = Kind(
    "Range",
    ("id", "type", "items"),
    {
        **_DESCRIPTIVE,
        **_BESIDE,
        "type": a("Range"),
        "behavior": behavior("Range"),
        "viewingDirection": viewing_direction,
        "start": _meant,
        "supplementary": annotation_collection,
        "items": _range_items,
    },
    defines=True,
    whole=(_known,),
)

# ---------------------------------------------------------------------------------------------- manifests, collections


def _pages(report: Report, place: Place, value: Any) -> None:
    """§5.2: a manifest has at least one canvas."""
    if not isinstance(value, list) or not value:
        report.error(place, "there are none.", "items")
        return
    for number, each in enumerate(value):
        if isinstance(each, dict) and each.get("type") not in ("Canvas", None):
            report.error(((place, number), "type"), f"{each['type']!r} does not belong in a Manifest.", "type")
        else:
            in_manifest(report, (place, number), each)


#: Properties that hold resources, for readers that want to know whether what they read may be published.
HOLDING: dict[str, Rule] = {
    **{name: _DESCRIPTIVE[name] for name in ("provider", "thumbnail", "navPlace", "partOf")},
    **{name: _DESCRIPTIVE[name] for name in ("homepage", "seeAlso", "rendering", "service")},
    **_BESIDE,
    "services": services,
    "start": _meant,
    "structures": many(range_),
    "supplementary": annotation_collection,
}
_HOLDER: dict[str, Rule] = {**_DESCRIPTIVE, **_BESIDE, "type": lambda *_: None}
_HOLDER |= {"services": services, "viewingDirection": viewing_direction}

manifest = Kind(
    "Manifest",
    ("id", "type", "label"),
    {
        **_HOLDER,
        "behavior": behavior("Manifest"),
        "start": _meant,
        "structures": many(range_),
        "items": _pages,
    },
    closed=True,
    defines=True,
)


def _members(report: Report, place: Place, value: Any) -> None:
    """§5.1: manifests and collections by id, type and label, each once; collections may be embedded, manifests not."""
    if not isinstance(value, list):
        report.error(place, "there are none.", "items")
        return
    named: set[str] = set()
    for number, each in enumerate(value):
        where = (place, number)
        kind = each.get("type") if isinstance(each, dict) else None
        if kind not in ("Manifest", "Collection"):
            report.error((where, "type"), f"{kind!r} does not belong in a Collection.", "type")
            continue
        (collection if kind == "Collection" and "items" in each else _member)(report, where, each)
        uri = each.get("id")
        if isinstance(uri, str) and uri in named:
            report.error((where, "id"), f"{uri} is used twice.", "unique")
        elif isinstance(uri, str):
            named.add(uri)


def _not_embedded(report: Report, place: Place, value: Any) -> None:
    """§5.1: a manifest in a collection is only named."""
    if "items" in value:
        report.error((place, "items"), "what is in a collection is only named there.", "reference")


_member = Kind(
    "member",
    ("id", "type", "label"),
    {
        **{name: rule for name, rule in _DESCRIPTIVE.items() if name != "annotations"},
        "viewingDirection": viewing_direction,
    },
    whole=(_not_embedded,),
)
#: §5.1. The official schema lets a collection have further properties.
collection = Kind(
    "Collection",
    ("id", "type", "label", "items"),
    {**_HOLDER, "behavior": behavior("Collection"), "items": _members},
    defines=True,
)
