"""Which page of a manifest a file with text is of: by the name of its picture's file, by its key, by their order."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from images import services as images
from manifests import editing
from manifests.models import Canvas, Manifest
from manifests.payload.names import PICTURES, natural

#: What may stand behind the name of the page; several of them in `1r.tif.alto.xml`.
SUFFIXES = {*("xml", "alto", "hocr", "html", "htm", "xhtml", "txt", "ocr"), *PICTURES}
By = Literal["picture", "key", "order", ""]


@dataclass(frozen=True, slots=True)
class Match:
    """A file and its page with its place from 1; without one, `reason` says why."""

    file: str
    canvas: UUID | None = None
    place: int = 0
    by: By = ""
    reason: str = ""


class Pages:
    """The pages of a manifest in their order, by the names that files may have."""

    def __init__(self, manifest: Manifest) -> None:
        order = editing.current_order(manifest)
        rows = Canvas.objects.filter(manifest=manifest, dropped=None).prefetch_related("paintings").in_bulk()
        self.canvases = [rows[UUID(key)] for key in order if UUID(key) in rows]
        self.place = {canvas.pk: place for place, canvas in enumerate(self.canvases, start=1)}
        self.by_picture: dict[str, list[UUID]] = defaultdict(list)
        self.by_key: dict[str, list[UUID]] = defaultdict(list)
        firsts = {canvas.pk: key for canvas in self.canvases if (key := _first_picture(canvas))}
        facts = images.facts(set(firsts.values()))
        for canvas in self.canvases:
            picture = facts.get(firsts[canvas.pk]) if canvas.pk in firsts else None
            if picture and picture.file_name:
                self.by_picture[_stem(picture.file_name)].append(canvas.pk)
            if canvas.external_id:
                for name in {_stem(canvas.external_id), _folded(canvas.external_id)}:
                    self.by_key[name].append(canvas.pk)

    def match(self, files: Sequence[str]) -> list[Match]:
        """Each file's page. By their order only where no name fits any page, and there are as many as pages."""
        found = [self._by_name(file) for file in files]
        if not any(each.canvas for each in found) and len(files) == len(self.canvases):
            ordered = sorted(range(len(files)), key=lambda number: natural(files[number]))
            for canvas, number in zip(self.canvases, ordered, strict=True):
                found[number] = Match(files[number], canvas.pk, self.place[canvas.pk], "order")
        return _once(found)

    def _by_name(self, file: str) -> Match:
        stem = _stem(file)
        for by, names in (("picture", self.by_picture), ("key", self.by_key)):
            pages = names.get(stem, [])
            if len(pages) == 1:
                return Match(file, pages[0], self.place[pages[0]], "picture" if by == "picture" else "key")
            if pages:
                return Match(file, reason=f"{len(pages)} pages have this name.")
        return Match(file, reason="No page has this name.")


def _once(found: Sequence[Match]) -> list[Match]:
    """A page takes one file: of a second one it is said whose page that is."""
    seen: dict[UUID, str] = {}
    kept = []
    for each in found:
        if each.canvas and each.canvas in seen:
            kept.append(Match(each.file, reason=f"Its page was given the file {seen[each.canvas]}."))
            continue
        if each.canvas:
            seen[each.canvas] = each.file
        kept.append(each)
    return kept


def _first_picture(canvas: Canvas) -> UUID | None:
    painted = sorted(canvas.paintings.all(), key=lambda painting: painting.position)
    return next((painting.image for painting in painted if painting.image), None)


def _stem(name: str) -> str:
    """The name without folders and suffixes, as names are compared: of `ocr/1r.tif.xml`, `1r`."""
    folded = _folded(name).replace("\\", "/").rpartition("/")[2]
    stem, _, suffix = folded.rpartition(".")
    while stem and suffix in SUFFIXES:
        folded = stem
        stem, _, suffix = folded.rpartition(".")
    return folded


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
