"""Orders of the canvases (2.1 §5.2): the manifest's own, and ranges with the behavior `sequence` (3.0 §3.2)."""

from collections.abc import Iterator

from manifests.build.second.canvas import canvas, has_second_form
from manifests.build.second.descriptive import described
from manifests.build.second.form import Json, NoSecondForm, SecondForm, document, identity, listed, objects
from manifests.build.second.private import laid_over, named, only_second
from manifests.build.second.ranges import SEQUENCE, canvas_of, start_canvas
from manifests.build.second.text import name
from manifests.build.second.viewing import viewing


def canvases(manifest: Json, form: SecondForm) -> list[Json]:
    """§5.3: every canvas that has a 2.1 form, once, in the manifest's order; numbered as in 3.0."""
    found: dict[str, Json] = {}
    for position, each in enumerate(objects(manifest.get("items")), 1):
        if has_second_form(each) and (uri := identity(each)) not in found:
            found[uri] = canvas(each, position, form)
    return list(found.values())


def sequences(manifest: Json, pages: list[Json], shown: Json, form: SecondForm) -> list[Json]:
    """§5.1: the first sequence is embedded; the others are references, to be fetched under the range's name.

    A range with the order that the manifest has anyway lends the first one its name. Where there are several, each
    has a label (§5.2 MUST). `shown` is how the manifest is to be viewed, where the first sequence says it.
    """
    order = [page["@id"] for page in pages]
    others = {identity(each): each for each in _alternatives(manifest)}
    own = next((uri for uri, each in others.items() if canvas_order(each, set(order)) == order), None)
    references = [
        {"@id": uri, "@type": "sc:Sequence", "label": name(each.get("label")) or str(number)}
        for number, (uri, each) in enumerate(others.items(), 1)
        if uri != own and canvas_order(each, set(order))
    ]
    references += _named_elsewhere(manifest, {own, *others})
    first: Json = {"@type": "sc:Sequence"}
    if own:
        first = {"@id": own, **first, "label": "1", **described(others[own], form)}
    if (start := start_canvas(manifest)) in order:
        first["startCanvas"] = start
    first = laid_over(first, _own_words(manifest, order)) | shown
    if references:
        first.setdefault("label", "Default")
    return [first | {"canvases": pages}, *references]


def sequence(range_: Json, manifest: Json, form: SecondForm) -> Json:
    """§5.2: a further sequence as it is fetched, with its canvases. NoSecondForm if it has none."""
    pages = {page["@id"]: page for page in canvases(manifest, form)}
    order = canvas_order(range_, set(pages))
    if not order:
        raise NoSecondForm("Nothing in this order can be shown in Presentation 2.1.")
    said: Json = {"@id": identity(range_), "@type": "sc:Sequence"}
    said |= {"within": form.document_id} | described(range_, form) | viewing(range_, manifest.get("viewingDirection"))
    if (start := start_canvas(range_)) in pages:
        said["startCanvas"] = start
    return document(named(said, range_, identity(range_)) | {"canvases": [pages[uri] for uri in order]})


def canvas_order(range_: Json, known: set[str]) -> list[str]:
    """The canvases of a range and of those in it, each once, since a sequence shows whole canvases (§5.2)."""
    return [uri for uri in dict.fromkeys(_canvases(range_)) if uri in known]


def _canvases(range_: Json) -> Iterator[str]:
    for item in objects(range_.get("items")):
        if item.get("type") == "Range":
            yield from _canvases(item)
        else:
            yield canvas_of(item)[0]


def _alternatives(manifest: Json) -> Iterator[Json]:
    """3.0 §3.2 sequence: only directly in structures."""
    for each in objects(manifest.get("structures")):
        if identity(each) and is_sequence(each):
            yield each


def is_sequence(range_: Json) -> bool:
    """Whether a range is another order of the canvases (3.0 §3.2 behavior)."""
    return SEQUENCE in listed(range_.get("behavior"))


def _own_words(manifest: Json, order: list[str]) -> Json:
    """What only 2.1 says of the first sequence (`sequence`); §5.2: it may begin only with a canvas of its own."""
    said = only_second(manifest).get("sequence") or {}
    fixed = ("@context", "@type", "canvases")
    return {key: value for key, value in said.items() if key not in fixed and (key != "startCanvas" or value in order)}


def _named_elsewhere(manifest: Json, known: set[str | None]) -> Iterator[Json]:
    """Further sequences that only 2.1 knows (`sequences`), as §5.1 wants them."""
    for number, each in enumerate(objects(only_second(manifest).get("sequences")), len(known) + 1):
        if (uri := identity(each)) and uri not in known:
            yield {"@id": uri, "@type": "sc:Sequence", "label": each.get("label") or str(number)}
