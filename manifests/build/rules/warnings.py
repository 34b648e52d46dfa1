"""What a document had better have: what viewers stumble over and a curator can mend. Nothing here stops publishing.

What concerns many canvases or members is told once, at the first of them.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from manifests.build.rules.located import WARNINGS
from manifests.build.rules.parts import dicts, items
from manifests.build.rules.report import Json, Place, Report, Warned

#: Mirador asks services for no thumbnail below this (pixels).
SMALLEST_THUMBNAIL = 120
_LAYOUTS = ("paged", "continuous")
_ADVANCING = ("auto-advance", "repeat")


def warn(report: Report, document: Json) -> None:
    """Add the warnings about a document whose errors are in the report. Parts that are wrong anyway are passed over."""
    for rule in _RULES:
        for place, sentence, name in rule(document):
            report.warning(place, sentence, name)


def _told_once(places: list[Place], one: str, many: str, rule: str) -> Warned:
    """`many` has a place for their number."""
    if places:
        yield places[0], one if len(places) == 1 else many.format(len(places)), rule


def _behavior(resource: Json) -> list[Any]:
    value = resource.get("behavior")
    return value if isinstance(value, list) else []


def _members_have_thumbnails(document: Json) -> Warned:
    """§5.1 thumbnail: without one, viewers fetch each member to find a picture for it."""
    bare = [place for place, member in items(document, "Collection") if not member.get("thumbnail")]
    yield from _told_once(
        bare,
        "it has no thumbnail, so viewers have to fetch it to show one.",
        "{} members, this one first, have no thumbnail, so viewers have to fetch each to show one.",
        "thumbnail",
    )


def _canvases_have_labels(document: Json) -> Warned:
    """§3.1 label: a canvas should have one; viewers number those without."""
    bare = [place for place, canvas in items(document, "Manifest") if not canvas.get("label")]
    yield from _told_once(
        bare if len(items(document, "Manifest")) > 1 else [],
        "it has no label, so viewers show its number.",
        "{} canvases, this one first, have no label, so viewers show their numbers.",
        "label",
    )


def _thumbnails_are_large_enough(document: Json) -> Warned:
    """§3.1 thumbnail: from a service without sizes viewers ask for at least 120 pixels, which it may not have."""
    holders = [(None, document), *items(document, "Manifest"), *items(document, "Collection")]
    small = [
        place
        for holder, resource in holders
        for place, thumbnail in dicts(resource.get("thumbnail"), (holder, "thumbnail"))
        if _asks_for_more(thumbnail)
    ]
    least = f"{SMALLEST_THUMBNAIL} pixels"
    yield from _told_once(
        small,
        f"it is smaller than {least}, and viewers ask its service for more: name the service's sizes, or no service.",
        f"{{}} thumbnails, this one first, are smaller than {least}, and viewers ask their services for more: "
        "name the services' sizes, or no services.",
        "thumbnail-size",
    )


def _asks_for_more(thumbnail: Json) -> bool:
    edges = [thumbnail.get(name) for name in ("width", "height")]
    services = [each for _, each in dicts(thumbnail.get("service"), None)]
    numbers = [edge for edge in edges if type(edge) is int]
    is_small = len(numbers) == 2 and max(numbers) < SMALLEST_THUMBNAIL
    return is_small and any("sizes" not in service for service in services)


def _layout_has_pages(document: Json) -> Warned:
    """§3.2 behavior: pages that lie side by side, or run on, are at least two."""
    if document.get("type") == "Manifest" and len(items(document, "Manifest")) == 1:
        for word in _LAYOUTS:
            if word in _behavior(document):
                yield (None, "behavior"), f"{word} means nothing for a single canvas.", "layout"


def _page_behaviors_have_pages(document: Json) -> Warned:
    """§3.2 behavior: facing-pages and non-paged say how a canvas lies among paged ones."""
    ranges = [each for _, each in dicts(document.get("structures"), None)]
    if any("paged" in _behavior(each) for each in (document, *ranges)):
        return
    for place, canvas in items(document, "Manifest"):
        for word in ("facing-pages", "non-paged"):
            if word in _behavior(canvas):
                yield (place, "behavior"), f"{word} means nothing while the manifest is not paged.", "layout"
                return


def _advancing_has_time(document: Json) -> Warned:
    """§3.2 behavior: only what has a duration comes to an end."""
    canvases = items(document, "Manifest")
    if canvases and not any("duration" in canvas for _, canvas in canvases):
        for word in _ADVANCING:
            if word in _behavior(document):
                yield (None, "behavior"), f"{word} means nothing without sound or film.", "layout"


def _providers_are_whole(document: Json) -> Warned:
    """§3.1 provider: it should have a logo and a homepage."""
    for place, agent in dicts(document.get("provider"), (None, "provider")):
        missing = [name for name in ("homepage", "logo") if not agent.get(name)]
        if missing:
            yield place, f"it has no {' and no '.join(missing)} for viewers to show.", "provider"


def _renderings_have_formats(document: Json) -> Warned:
    """§3.3.1 rendering: it should say what kind of file it is; 2.1 requires that."""
    for place, each in dicts(document.get("rendering"), (None, "rendering")):
        if not each.get("format"):
            yield place, "it has no format, so people do not know what they will get.", "rendering"


def _ranges_have_labels(document: Json) -> Warned:
    """§5.4: viewers leave ranges without a label out of the table of contents."""
    waiting = deque(dicts(document.get("structures"), (None, "structures")))
    bare: list[Place] = []
    while waiting:
        place, each = waiting.popleft()
        if each.get("type") != "Range" or "items" not in each:
            continue
        if not each.get("label") and not {"no-nav", "sequence", "thumbnail-nav"} & set(map(str, _behavior(each))):
            bare.append(place)
        waiting += dicts(each["items"], (place, "items"))
    yield from _told_once(
        bare,
        "it has no label, so viewers do not show it in the contents.",
        "{} ranges, this one first, have no label, so viewers do not show them in the contents.",
        "range-label",
    )


_RULES: tuple[Callable[[Json], Warned], ...] = (
    _members_have_thumbnails,
    _canvases_have_labels,
    _thumbnails_are_large_enough,
    _layout_has_pages,
    _page_behaviors_have_pages,
    _advancing_has_time,
    _providers_are_whole,
    _renderings_have_formats,
    _ranges_have_labels,
    *WARNINGS,
)
