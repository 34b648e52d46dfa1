"""Annotations that are not painted, and the pages that hold them (Presentation 3.0 §3.3, §5.5, §5.6, §5.8)."""

from collections.abc import Sequence

from manifests.build.facts import AnnotationFacts, AnnotationPageFacts, LayerFacts
from manifests.build.form import Form
from manifests.build.properties import Json
from manifests.build.references import SCHEME, reference


def annotation_pages(pages: Sequence[AnnotationPageFacts], form: Form) -> list[Json] | None:
    """§3.3 annotations: pages with their annotations, or references to those that are fetched."""
    return [annotation_page(page, form) for page in pages] or None


def annotation_page(page: AnnotationPageFacts, form: Form) -> Json:
    """§5.5: an embedded page has items; a page without them is fetched from its id."""
    return {
        "id": page_uri(page, form),
        "type": "AnnotationPage",
        **_described(page, form),
        **_part_of(page, form),
        **({"items": [annotation(each, form) for each in page.annotations]} if page.place == "embedded" else {}),
    }


def page_document(page: AnnotationPageFacts, form: Form, contexts: Sequence[str]) -> Json:
    """§5.5: an annotation page as it is fetched. `contexts` as in `contexts.context`."""
    return {
        "@context": list(contexts) if len(contexts) > 1 else contexts[0],
        "id": form.address(reference("annotations", page.id)),
        "type": "AnnotationPage",
        **_described(page, form),
        **_part_of(page, form),
        **_neighbours(page, form),
        "items": [annotation(each, form) for each in page.annotations],
    }


def layer_document(layer: LayerFacts, form: Form, context: str) -> Json:
    """§5.8: an annotation collection as it is fetched."""
    return {"@context": context, **_layer(layer, form), **_ends(layer, form)}


def page_uri(page: AnnotationPageFacts, form: Form) -> str:
    """Where it is fetched: a page of ours at our address; its name is the URI that it keeps only while embedded."""
    own = form.address(reference("annotations", page.id))
    assert own
    return own if page.place == "referenced" else page.uri or own


def annotation(facts: AnnotationFacts, form: Form) -> Json:
    """§5.6: what it says (body) about what (target), and why (motivation)."""
    body = {} if facts.body is None else {"body": form.public(facts.body)}
    return {
        "id": facts.uri or form.presentation.annotation(facts.id),
        "type": "Annotation",
        **form.public(dict(facts.extra)),
        **_motivation(facts),
        **body,
        "target": form.public(facts.target),
    }


def _motivation(facts: AnnotationFacts) -> Json:
    """§5.6: as a text where it is one."""
    if not facts.motivation:
        return {}
    return {"motivation": facts.motivation[0] if len(facts.motivation) == 1 else list(facts.motivation)}


def _described(page: AnnotationPageFacts, form: Form) -> Json:
    """What is said of the page; the contexts that it needs stand at the top of the document (`contexts`)."""
    return {name: value for name, value in form.public(dict(page.description)).items() if name != "contexts"}


def _part_of(page: AnnotationPageFacts, form: Form) -> Json:
    if not page.part_of:
        return {}
    return {"partOf": [{**_layer(page.part_of, form), **_ends(page.part_of, form)}]}


def _layer(layer: LayerFacts, form: Form) -> Json:
    uri = layer.uri or form.address(reference("layer", layer.id))
    return {"id": uri, "type": "AnnotationCollection", **form.public(dict(layer.description))}


def _ends(layer: LayerFacts, form: Form) -> Json:
    """§5.8 total, first and last page."""
    total = {} if layer.total is None else {"total": layer.total}
    if not layer.pages:
        return total
    return {**total, "first": _address(layer.pages[0], form), "last": _address(layer.pages[-1], form)}


def _neighbours(page: AnnotationPageFacts, form: Form) -> Json:
    """§5.8: the page before and the page after it in its collection."""
    pages = page.part_of.pages if page.part_of else ()
    own = reference("annotations", page.id)
    if own not in pages:
        return {}
    place = pages.index(own)
    before = {"prev": _address(pages[place - 1], form)} if place else {}
    after = {"next": _address(pages[place + 1], form)} if place + 1 < len(pages) else {}
    return {**before, **after}


def _address(text: str, form: Form) -> str:
    return (form.address(text) if text.startswith(SCHEME) else text) or text
