"""Annotations, lists of them and layers (2.1 §5.4, §5.5, §5.7, §6.7; 3.0 §5.5, §5.6, §5.8)."""

from typing import Any

from manifests.build.second.content import content, painted
from manifests.build.second.descriptive import described
from manifests.build.second.form import Json, SecondForm, identity, listed, objects, one_or_many
from manifests.build.second.fragments import on, rectangular
from manifests.build.second.private import merged, named

PAINTING = "sc:painting"
#: Web Annotation's motivations, which Open Annotation has too.
_MOTIVATIONS = frozenset(
    (
        *("assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting"),
        *("identifying", "linking", "moderating", "questioning", "replying", "tagging"),
    )
)


def paintings(annotation: Json, form: SecondForm) -> list[Json]:
    """2.1 §5.4: an annotation that puts a picture on a canvas; one for each, where several bodies are painted.

    Only the first has the annotation's name, since 2.1 gives every annotation one of its own.
    """
    target, uri = rectangular(annotation.get("target"), form), identity(annotation)
    said = []
    for number, body in enumerate(painted(annotation.get("body"), form)):
        own: Json = {"@id": uri} if uri and not number else {}
        own |= {"@type": "oa:Annotation", "motivation": PAINTING}
        said.append(merged(own | _styled(annotation, form) | {"resource": body, "on": target}, annotation))
    return said


def annotation(given: Json, form: SecondForm) -> Json:
    """2.1 §5.5, §6.7: an annotation that says something about a canvas or part of it (3.0 §5.6)."""
    said: Json = {"@id": uri} if (uri := identity(given)) else {}
    bodies = [content(body, form) for body in listed(given.get("body"))]
    if isinstance(given.get("bodyValue"), str):
        bodies.append({"@type": "cnt:ContentAsText", "chars": given["bodyValue"], "format": "text/plain"})
    resource = one_or_many(each for body in bodies for each in listed(body))
    said |= {"@type": "oa:Annotation", "motivation": motivation(given, resource)} | _styled(given, form)
    if resource:
        said["resource"] = resource
    if target := on(given.get("target"), form):
        said["on"] = target
    return merged(said, given)


def motivation(given: Json, resource: Any = None) -> str | list[str]:
    """2.1 §5.4, §6.7 motivation. A transcription is painted (§5.4), since it represents the object too.

    A picture is painted in the canvas's `images` only (§5.5), so in a list it is linked.
    """
    shows_image = any(each.get("@type") == "dctypes:Image" for each in objects(resource))
    said = []
    for each in listed(given.get("motivation")):
        if each in ("painting", "supplementing", PAINTING):
            said.append("oa:linking" if shows_image else PAINTING)
        else:
            said.append(f"oa:{each}" if each in _MOTIVATIONS else each)
    return one_or_many(dict.fromkeys(said)) or "oa:commenting"


def _styled(given: Json, form: SecondForm) -> Json:
    """What describes the annotation, and §6.5 stylesheet: CSS for what its body calls `style`."""
    said = described(given, form)
    for key, second in (("created", "annotatedAt"), ("generated", "serializedAt")):
        if key in given:
            said[second] = given[key]
    css = given.get("stylesheet")
    if isinstance(css, dict) and isinstance(css.get("value"), str):
        said["stylesheet"] = merged({"@type": ["oa:CssStyle", "cnt:ContentAsText"], "chars": css["value"]}, css)
    elif uri := identity(css):
        said["stylesheet"] = uri
    return said


def annotation_list(page: Json, form: SecondForm) -> Json:
    """2.1 §5.5 sc:AnnotationList, from AnnotationPage (3.0 §5.5); with its layer in `within` (§5.7 MUST) and §5.9."""
    said: Json = {"@id": form.address(identity(page)), "@type": "sc:AnnotationList"}
    said |= described(page, form)
    for key in ("prev", "next"):
        if uri := identity(page.get(key)):
            said[key] = form.address(uri)
    if isinstance(page.get("startIndex"), int):
        said["startIndex"] = page["startIndex"]
    said["resources"] = [annotation(each, form) for each in objects(page.get("items"))]
    return merged(said, page)


def layer(collection: Json, form: SecondForm) -> Json:
    """2.1 §5.7 sc:Layer, from AnnotationCollection (3.0 §5.8); paged (§5.9). The label MUST be there."""
    uri = form.address(identity(collection))
    said: Json = {"@id": uri, "@type": "sc:Layer"} | described(collection, form)
    if isinstance(collection.get("total"), int):
        said["total"] = collection["total"]
    for key in ("first", "last"):
        if page := identity(collection.get(key)):
            said[key] = form.address(page)
    pages = [form.address(page) for each in listed(collection.get("items")) if (page := identity(each))]
    if pages and "first" not in said:
        said["otherContent"] = pages
    return named(said, collection, uri)
