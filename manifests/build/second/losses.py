"""What the 2.1 form of a document leaves out, in sentences for people.

A sentence starts with the place in the 3.0 document, as those of `manifests.build.rules` do.
"""

from collections.abc import Iterator
from typing import Any

from manifests.build.second.canvas import has_second_form
from manifests.build.second.content import painted
from manifests.build.second.form import Json, SecondForm, identity, listed, objects
from manifests.build.second.fragments import rectangle, selected
from manifests.build.second.images import is_image
from manifests.build.second.ranges import HIDDEN, SEQUENCE, start_canvas
from manifests.build.second.services import NEWER
from manifests.build.second.text import name
from manifests.build.second.viewing import nav_date, viewing_hint

_HAS_NO = "Presentation 2.1 has no"
_UNKNOWN = {
    "placeholderCanvas": f"{_HAS_NO} placeholder canvas.",
    "accompanyingCanvas": f"{_HAS_NO} accompanying canvas.",
    "navPlace": f"{_HAS_NO} places on a map.",
    "services": f"{_HAS_NO} list of services that others refer to.",
    "textGranularity": f"{_HAS_NO} text granularity.",
    "timeMode": f"{_HAS_NO} time.",
}
#: Where the resources are that a resource holds. Annotation pages are documents of their own.
_NESTED = (
    "items",
    "structures",
    "provider",
    "logo",
    "thumbnail",
    "homepage",
    "seeAlso",
    "rendering",
    "body",
    "service",
)
_DATED = ("Manifest", "Collection")
_SAME = SecondForm("", lambda uri: uri, " ", " ")


def losses(document: Json) -> list[str]:
    """Everything in this tree of 3.0 that its 2.1 form does not have; nothing if it has all."""
    return list(_losses("", document))


def _losses(place: str, resource: Json) -> Iterator[str]:
    where, kind = place or "/", resource.get("type", "")
    if kind == "Canvas" and "items" in resource and not has_second_form(resource):
        yield f"{where}: {_HAS_NO} sound and no film, and no canvas without height and width: it is left out."
        return
    if kind == "Range" and _is_hidden(resource):
        yield f"{where}: 2.1 shows every range, so one that is not for navigation is left out."
        return
    if kind == "Range" and "items" in resource and not name(resource.get("label")):
        yield f"{where}: 2.1 shows every range by its label; this one has none, so what is in it stands in its place."
    for key, sentence in _UNKNOWN.items():
        if resource.get(key):
            yield f"{place}/{key}: {sentence}"
    yield from _viewing(place, kind, resource)
    yield from _pictures(place, resource)
    if kind == "Agent" and any(resource.get(key) for key in ("homepage", "seeAlso")):
        yield f"{where}: 2.1 names providers and shows their logos; their links are left out."
    if kind == "Annotation" and "painting" in listed(resource.get("motivation")):
        yield from _painting(where, resource)
    if NEWER.fullmatch(str(resource.get("type", resource.get("@type", "")))):
        yield f"{where}: 2.1 has no such service."
    for key in _NESTED:
        for number, each in enumerate(objects(resource.get(key))):
            yield from _losses(f"{place}/{key}/{number}", each)


def _is_hidden(range_: Json) -> bool:
    """Ranges that are no entries of a table of contents."""
    return any(each in HIDDEN for each in listed(range_.get("behavior")))


def _viewing(place: str, kind: str, resource: Json) -> Iterator[str]:
    """Behavior, direction, dates and beginnings."""
    said = viewing_hint(resource)
    for each in listed(resource.get("behavior")):
        if each != said and each not in (*HIDDEN, SEQUENCE):
            yield f"{place}/behavior: 2.1 has one hint and no {each!r} here."
    if kind == "Collection" and resource.get("viewingDirection"):
        yield f"{place}/viewingDirection: 2.1 has none on collections."
    if resource.get("navDate") and (kind not in _DATED or not nav_date(resource)):
        yield f"{place}/navDate: 2.1 has dates on manifests and collections only, of the years 1 to 9999."
    if resource.get("start") and not _begins(kind, resource):
        yield f"{place}/start: 2.1 begins with a whole canvas that is listed there."


def _begins(kind: str, resource: Json) -> bool:
    """Whether 2.1 can say with what to begin."""
    start = next(iter(objects(resource["start"])), {})
    canvases = [each for each in objects(resource.get("items")) if each.get("type") == "Canvas"]
    known = [identity(each) for each in canvases if kind == "Range" or has_second_form(each)]
    return not start.get("selector") and start_canvas(resource) in known


def _pictures(place: str, resource: Json) -> Iterator[str]:
    for key in ("thumbnail", "logo"):
        for number, each in enumerate(objects(resource.get(key))):
            if not is_image(each):
                yield f"{place}/{key}/{number}: In 2.1 only images can stand here."


def _painting(where: str, annotation: Json) -> Iterator[str]:
    """2.1 §5.3: canvases have images; what else is painted has no place there."""
    bodies = listed(annotation.get("body"))
    if any(not painted(each, _SAME) for each in bodies):
        yield f"{where}: In 2.1 only images are painted on canvases."
    for target in objects(annotation.get("target")):
        if target.get("selector") and not _is_rectangle(target):
            yield f"{where}: 2.1 paints on the whole canvas or on a rectangle."


def _is_rectangle(target: Any) -> bool:
    fragment = selected(target)
    return bool(fragment and rectangle(fragment))
