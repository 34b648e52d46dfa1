"""What is painted on a canvas (Presentation 3.0 §5.5 annotation pages, §5.6 annotations, §5.7 content resources)."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from images.facts import ImageFacts
from manifests import addresses
from manifests.build.facts import PaintingFacts
from manifests.build.form import IMAGE_API, Form
from manifests.build.properties import Json
from manifests.build.service import image_request, image_service

#: What `PaintingFacts.annotation` says beside properties of the annotation: of its Choice, of the page that it is on.
_APART = ("choice", "page")


def painting_pages(canvas_uri: str, page_uri: str, paintings: Sequence[PaintingFacts], form: Form) -> list[Json]:
    """§5.5: the annotation pages in `items`, one as a rule; they hold painting annotations only."""
    numbered = groupby(paintings, key=lambda each: each.annotation.get("page", {}).get("number", 0))
    pages = ((place, number, list(group)) for place, (number, group) in enumerate(numbered))
    return [_page(canvas_uri, "" if place else page_uri, number, group, form) for place, number, group in pages]


def _page(canvas_uri: str, uri: str, number: int, paintings: Sequence[PaintingFacts], form: Form) -> Json:
    """One of them; what is said of it is with each painting on it."""
    said = {name: value for name, value in paintings[0].annotation.get("page", {}).items() if name != "number"}
    own = addresses.painting_page(canvas_uri) + (f"/{number}" if number else "")
    return {
        "id": uri or own,
        "type": "AnnotationPage",
        **form.public(said),
        "items": [painting(canvas_uri, group, form) for group in _annotations(paintings)],
    }


def _annotations(paintings: Sequence[PaintingFacts]) -> Iterator[list[PaintingFacts]]:
    """Neighbours of the same choice are one annotation; everything else is one by itself."""
    group: list[PaintingFacts] = []
    for each in paintings:
        if group and not (each.choice and each.choice == group[-1].choice):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def painting(canvas_uri: str, group: Sequence[PaintingFacts], form: Form) -> Json:
    """§5.6: puts one thing, or one of several (§5.7 Choice), on the canvas or a part of it."""
    first = group[0]
    said = {name: value for name, value in first.annotation.items() if name not in _APART}
    bodies = [body(each, form) for each in group]
    choice = form.public(first.annotation.get("choice", {}))
    chosen = {**choice, "type": "Choice", "items": bodies} if first.choice else bodies[0]
    return {
        "id": first.uri or addresses.painting(canvas_uri, first.key),
        "type": "Annotation",
        "motivation": "painting",
        **form.public(said),
        "body": chosen,
        "target": target(canvas_uri, first, form),
    }


def target(canvas_uri: str, facts: PaintingFacts, form: Form) -> Any:
    """§5.6: the canvas, a rectangle of it, or what a selector selects of it; `whole` is said in any other way."""
    if not facts.target:
        return canvas_uri
    if "fragment" in facts.target:
        return f"{canvas_uri}#{facts.target['fragment']}"
    if "whole" in facts.target:
        return form.public(facts.target["whole"])
    return {"type": "SpecificResource", "source": canvas_uri, **form.public(dict(facts.target))}


def body(facts: PaintingFacts, form: Form) -> Any:
    """§5.7: the whole of a resource, or a part of it (Web Annotation SpecificResource); `_whole` is no object."""
    if facts.content and "_whole" in facts.content:
        return form.public(facts.content["_whole"])
    whole = {**_content(facts, form), **form.public(facts.body)}
    if facts.region is None:
        return whole
    said = whole.pop("_specific", {})
    return {**said, "type": "SpecificResource", "source": whole, "selector": facts.region}


def _content(facts: PaintingFacts, form: Form) -> Json:
    if facts.picture:
        return picture(facts.picture, form)
    return dict(form.public(facts.content))


def picture(image: ImageFacts, form: Form) -> Json:
    """§5.7: a full image request, never the bare service, with the service beside it."""
    uri = form.images.service(IMAGE_API, image.identifier)
    resource = image_request(uri, "max", image.width, image.height)
    resource["service"] = [image_service(uri)]
    return resource
