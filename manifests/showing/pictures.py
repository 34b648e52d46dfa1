"""The pictures of a manifest, as its document names them: of its pages small, all large, one to take home. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from manifests.build.thumbnail import fitted
from manifests.gallery import LARGE, Thumbnail, pick
from manifests.showing.content_state import Spot
from manifests.showing.described import web_address

Json = Mapping[str, Any]

#: So many pages are shown at once as thumbnails, and so many pictures as a list when no viewer's files are here.
LEAVES = 60
MOST_WITHOUT_VIEWER = 100
#: Pixels of the longer edge of thumbnails of pages, and from which on a picture is worth downloading.
BOX = 200
DOWNLOAD_FROM = 800


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as a thumbnail. `canvas` is its URI."""

    number: int
    canvas: str
    label: str
    thumbnail: Thumbnail | None
    current: bool


@dataclass(frozen=True, slots=True)
class Leaves:
    """One page of leaves, and where it stands among the others."""

    shown: list[Leaf]
    number: int
    pages: int
    total: int


def leaves(canvases: Sequence[Json], asked: int, spot: Spot, own: str, languages: Sequence[str]) -> Leaves:
    """The leaves of page `asked` (0: of that with the canvas of `spot`). `own` begins the addresses of our services."""
    places = [place for place, canvas in enumerate(canvases) if canvas["id"] == spot.uri] if spot.uri else []
    pages = max(1, -(-len(canvases) // LEAVES))
    number = min(asked or (places[0] // LEAVES + 1 if places else 1), pages)
    first = (number - 1) * LEAVES
    shown = [
        Leaf(
            place + 1,
            canvas["id"],
            pick(canvas.get("label"), languages) or str(place + 1),
            small(canvas, own),
            place in places,
        )
        for place, canvas in enumerate(canvases[first : first + LEAVES], start=first)
    ]
    return Leaves(shown, number, pages, len(canvases))


def has_canvas(canvases: Sequence[Json], uri: str) -> bool:
    return any(canvas["id"] == uri for canvas in canvases)


def small(canvas: Json, own: str) -> Thumbnail | None:
    """Its thumbnail, else its picture as a small one."""
    for given in canvas.get("thumbnail", ()):
        if given.get("width") and given.get("height") and web_address(given.get("id")):
            return Thumbnail(given["id"], given["width"], given["height"])
    body = image(canvas)
    return sized(body, BOX, own) if body else None


def large(canvases: Sequence[Json], own: str) -> list[Thumbnail]:
    """The pictures of the first pages, in their order."""
    bodies = map(image, canvases[:MOST_WITHOUT_VIEWER])
    return [picture for body in bodies if body and (picture := sized(body, LARGE, own))]


def cover(canvases: Sequence[Json], own: str) -> Thumbnail | None:
    """The first picture, large."""
    body = next((body for canvas in canvases if (body := image(canvas))), None)
    return sized(body, LARGE, own) if body else None


def downloads(canvases: Sequence[Json], own: str) -> list[Thumbnail]:
    """Of a thing with a single picture of ours: the sizes worth taking home among those that are cheap to serve."""
    body = image(canvases[0]) if len(canvases) == 1 else None
    service = _service(body, own) if body else ""
    if not body or not service:
        return []
    whole = (body["width"], body["height"])
    sizes = sorted({whole, *_cheap(canvases[0], service)}, reverse=True)
    worth = [size for size in sizes if DOWNLOAD_FROM <= max(size) <= max(whole)] or [whole]
    return [Thumbnail(_request(service, size), *size) for size in worth]


def _cheap(canvas: Json, service: str) -> list[tuple[int, int]]:
    """The sizes that the service of its thumbnail lists."""
    services = (each for thumbnail in canvas.get("thumbnail", ()) for each in thumbnail.get("service", ()))
    found = next((each.get("sizes", ()) for each in services if each.get("id") == service), ())
    return [(size["width"], size["height"]) for size in found]


def image(canvas: Json) -> Json | None:
    """The first image painted on it, of a choice the one that is shown first."""
    for page in canvas.get("items", ()):
        for annotation in page.get("items", ()):
            body = _plain(annotation.get("body"))
            if body.get("type") == "Image" and web_address(body.get("id")):
                return body
    return None


def _plain(body: Any) -> Json:
    """The resource behind a choice, a list, a part of it."""
    for _ in range(4):
        if isinstance(body, list):
            body = body[0] if body else None
        elif isinstance(body, Mapping) and body.get("type") == "Choice":
            body = body.get("items")
        elif isinstance(body, Mapping) and body.get("type") == "SpecificResource":
            body = body.get("source")
    return body if isinstance(body, Mapping) else {}


def sized(body: Json, box: int, own: str) -> Thumbnail | None:
    """The image within `box` pixels if it is of ours; one of others as it is, where its size is known."""
    width, height = body.get("width"), body.get("height")
    if not width or not height:
        return None
    service = _service(body, own)
    if not service:
        return Thumbnail(body["id"], width, height)
    if max(width, height) <= box:
        return Thumbnail(f"{service}/full/max/0/default.jpg", width, height)
    return Thumbnail(_request(service, fitted(width, height, box)), *fitted(width, height, box))


def _request(service: str, size: tuple[int, int]) -> str:
    return f"{service}/full/{size[0]},{size[1]}/0/default.jpg"


def _service(body: Json, own: str) -> str:
    """The image service of ours behind it, "" where there is none."""
    named = (each.get("id", "") for each in body.get("service", ()) if isinstance(each, Mapping))
    return next((uri for uri in named if uri.startswith(own)), "")
