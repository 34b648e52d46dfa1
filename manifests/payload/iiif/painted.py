"""What is painted on a canvas, as rows (Presentation 3.0 §5.5 to §5.7)."""

from collections.abc import Iterator
from typing import Any

from manifests.payload.iiif.naming import Named, Naming, objects
from manifests.payload.iiif.shapes import Json, Losses, PaintingRead

#: What our own documents say of a picture of ours, which we know better ourselves.
_OF_PICTURES = ("id", "type", "format", "width", "height", "service")
_ANNOTATION = ("id", "type", "motivation", "body", "target")


def paintings(canvas: Json, path: str, naming: Naming, losses: Losses) -> tuple[str, tuple[PaintingRead, ...]]:
    """The id of the first annotation page, as far as it is kept, and everything painted, in its order."""
    found: list[PaintingRead] = []
    first = ""
    for number, page in objects(canvas.get("items")):
        place = f"{path}.items.{number}"
        uri = naming.uri(page.get("id"))
        first = first if number else uri
        more = _page(page, number, uri, naming)
        if not page.get("items") and (number or more):
            losses.add(place, "It is left out: there is nothing in this annotation page.")
        for position, annotation in objects(page.get("items")):
            found += _painting(canvas, annotation, f"{place}.items.{position}", more, naming, losses)
    return first, tuple(found)


def _page(page: Json, number: int, uri: str, naming: Naming) -> Json:
    """What is said of the page, kept with everything that is on it; of the first one nothing needs to be said."""
    said = {name: value for name, value in page.items() if name not in ("id", "type", "items", "@context")}
    if not number and not said:
        return {}
    named = {"id": uri} if number and uri else {}
    return {"page": {"number": number, **named, **naming.internal(said)}}


def _painting(
    canvas: Json, annotation: Json, path: str, more: Json, naming: Naming, losses: Losses
) -> Iterator[PaintingRead]:
    body, named = annotation.get("body"), naming.at(path)
    if not body:
        losses.add(path, "It is left out: it has no body, so nothing is painted.")
        return
    said = {name: value for name, value in annotation.items() if name not in _ANNOTATION}
    motivation = annotation.get("motivation", "painting")
    if motivation != "painting":
        said["motivation"] = motivation
    bodies, choice = _chosen(body)
    kept = {**naming.internal(said), **({"choice": naming.internal(choice)} if choice else {}), **more}
    target = _target(annotation.get("target"), canvas.get("id"), naming)
    for each in bodies:
        yield _row(each, named, target, "" if choice is None else _choice_name(path), kept, naming)


def _choice_name(path: str) -> str:
    """One of its own for each annotation on the canvas."""
    return ".".join(path.split(".")[-3::2])


def _chosen(body: Any) -> tuple[list[Any], Json | None]:
    """The items of a Choice, and what else it says; None for anything but a Choice that has items."""
    items = body.get("items") if isinstance(body, dict) and body.get("type") == "Choice" else None
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        return [body], None
    return items, {name: value for name, value in body.items() if name not in ("type", "items")}


def _row(body: Any, named: Named, target: Json | None, choice: str, annotation: Json, naming: Naming) -> PaintingRead:
    whole, region, more = _part(body)
    image = _picture(whole, naming)
    if image:
        said = {name: value for name, value in whole.items() if name not in _OF_PICTURES}
        content = None
    else:
        said = {}
        content = whole if isinstance(whole, dict) else {"_whole": whole}
    if more:
        said["_specific"] = more
    return PaintingRead(
        key=named.key,
        uri=named.uri,
        image=image,
        content=naming.internal(content),
        region=naming.internal(region),
        target=target,
        choice=choice,
        body=naming.internal(said),
        annotation=annotation,
    )


def _part(body: Any) -> tuple[Any, Any, Json]:
    """Of a part of a resource: the resource, which part it is, and what else is said. Anything else is whole."""
    if not isinstance(body, dict) or body.get("type") != "SpecificResource":
        return body, None, {}
    source, selector = body.get("source"), body.get("selector")
    if not isinstance(source, dict) or not selector:
        return body, None, {}
    return source, selector, {name: value for name, value in body.items() if name not in ("type", "source", "selector")}


def _picture(body: Any, naming: Naming) -> Any:
    """The picture of ours that is shown as a whole; None for everything else, also for a crop or a turn of one."""
    services = body.get("service") if isinstance(body, dict) and body.get("type") == "Image" else None
    if not isinstance(services, list) or len(services) != 1 or not isinstance(services[0], dict):
        return None
    uri = services[0].get("id") or services[0].get("@id")
    whole = {f"{uri}/full/{size}/0/default.jpg" for size in ("max", "full")}
    return naming.rule.pictures.get(uri) if isinstance(uri, str) and body.get("id") in whole else None


def _target(target: Any, canvas: Any, naming: Naming) -> Json | None:
    """Where on the canvas; None is all of it."""
    if isinstance(target, str) and isinstance(canvas, str):
        if target == canvas:
            return None
        bare, mark, fragment = target.partition("#")
        if mark and bare == canvas:
            return {"fragment": fragment}
    if isinstance(target, dict) and target.get("type") == "SpecificResource" and target.get("selector"):
        source = target.get("source")
        said = {name: value for name, value in target.items() if name != "type"}
        if source == canvas:
            return dict(naming.internal({name: value for name, value in said.items() if name != "source"}))
        return dict(naming.internal(said))
    return {"whole": naming.internal(target)}


def services(tree: Any) -> Iterator[str]:
    """The URIs of all services in a tree."""
    if isinstance(tree, list):
        for each in tree:
            yield from services(each)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name == "service":
                for _, each in objects(value):
                    uri = each.get("id") or each.get("@id")
                    if isinstance(uri, str):
                        yield uri
            yield from services(value)
