"""A manifest as rows (Presentation 3.0 §5.2 to §5.4)."""

from typing import Any
from uuid import UUID

from manifests import addresses
from manifests.build.references import reference
from manifests.payload.iiif.annotated import Pages
from manifests.payload.iiif.naming import Naming, Rule, is_range, objects, things
from manifests.payload.iiif.painted import paintings
from manifests.payload.iiif.shapes import CanvasRead, Json, Losses, ManifestRead, PageRead
from manifests.payload.iiif.words import PRIVATE, kept, sent

_SHOWN_INSTEAD = {"placeholderCanvas": addresses.placeholder, "accompanyingCanvas": addresses.accompanying}


def manifest(tree: Json, rule: Rule, canvas_address: Any) -> ManifestRead:
    """`canvas_address` makes the public address of a canvas of ours from its uuid."""
    losses, listed = Losses(), things(tree)
    naming = Naming(rule, tree["id"], listed)
    pages = Pages(tree, naming, losses, layers=True)
    reader = _Reader(naming, losses, pages, canvas_address)
    canvases = [reader.canvas(each, f"items.{number}") for number, each in objects(tree.get("items"))]
    ranges = [reader.range(each, f"structures.{number}") for number, each in objects(tree.get("structures"))]
    said = {**tree, **({"structures": ranges} if ranges else {})}
    described = reader.described(said, "", "Manifest", canvas_address(rule.record))
    return ManifestRead(
        description=described,
        canvases=tuple(canvases),
        ranges=reader.ranges,
        pages=(*reader.found, *pages.of(tree, "", "")),
        losses=tuple(losses.sentences),
    )


class _Reader:
    def __init__(self, naming: Naming, losses: Losses, pages: Pages, canvas_address: Any) -> None:
        self._naming, self._losses, self._pages = naming, losses, pages
        self._address = canvas_address
        self.ranges: dict[UUID, str] = {}
        self.found: list[PageRead] = []

    def canvas(self, tree: Json, path: str) -> CanvasRead:
        named = self._naming.at(path)
        page_uri, painted = paintings(tree, path, self._naming, self._losses)
        self.found += self._pages.of(tree, path, reference("canvas", named.key))
        return CanvasRead(
            key=named.key,
            name=named.name,
            uri=named.uri,
            page_uri=page_uri,
            width=self._pixels(tree, "width", path),
            height=self._pixels(tree, "height", path),
            duration=self._seconds(tree, path),
            description=self.described(tree, path, "Canvas", named.uri or self._address(named.key)),
            paintings=painted,
        )

    def range(self, tree: Json, path: str) -> Json:
        """The tree of the range, by internal references and without its annotations, which are rows."""
        named = self._naming.at(path)
        own = reference("range", named.key)
        self.ranges[named.key] = named.uri
        self.found += self._pages.of(tree, path, own)
        items = [
            self.range(each, f"{path}.items.{number}") if isinstance(each, dict) and is_range(each) else each
            for number, each in enumerate(tree.get("items") or [])
        ]
        said = {PRIVATE.get(name, name): value for name, value in tree.items() if name != "annotations"}
        return {**said, "id": own, "items": items}

    def described(self, tree: Json, path: str, kind: str, uri: str) -> Json:
        """The description of a resource with that public address, with internal references in it."""
        said = sent(tree)
        for name, own in _SHOWN_INSTEAD.items():
            if isinstance(said.get(name), dict):
                said[name] = self._shown_instead(said[name], own(uri), f"{path}.{name}" if path else name)
        found, losses = kept(self._naming.internal(said), kind)
        self._losses.under(path, losses)
        return found

    def _shown_instead(self, canvas: Json, own: str, path: str) -> Json:
        """Ids are left out when they are ours, or are to be."""
        name = canvas.get("id")
        if self._naming.rule.keep and name != own:
            return canvas
        painted = [each for _, page in objects(canvas.get("items")) for _, each in objects(page.get("items"))]
        if any(each.get("target") != name for each in painted) or canvas.get("annotations"):
            self._losses.add(path, "It keeps its ids: parts of it refer to each other.")
            return canvas
        pages = [
            _unnamed(page, items=[_unnamed(each) for _, each in objects(page.get("items"))])
            for _, page in objects(canvas.get("items"))
        ]
        return _unnamed(canvas, items=pages)

    def _pixels(self, tree: Json, name: str, path: str) -> int | None:
        value = tree.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**31 and value == int(value):
            return int(value)
        if value is not None:
            self._losses.add(f"{path}.{name}", f"It is left out: {str(value)[:40]!r} is not a number of pixels.")
        return None

    def _seconds(self, tree: Json, path: str) -> float | None:
        value = tree.get("duration")
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**53:
            return float(value)
        if value is not None:
            self._losses.add(f"{path}.duration", f"It is left out: {str(value)[:40]!r} is not a number of seconds.")
        return None


def _unnamed(tree: Json, **changed: Any) -> Json:
    """Without its id, and without the target that is its canvas."""
    return {name: value for name, value in {**tree, **changed}.items() if name not in ("id", "target")}
