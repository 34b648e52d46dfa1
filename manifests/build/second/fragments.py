"""Parts of canvases and images: rectangles as fragments of a URI (2.1 §6.1), shapes as SVG (§6.4)."""

import re
from typing import Any

from manifests.build.second.form import Json, SecondForm, identity, listed, objects, one_or_many
from manifests.build.second.outline import rectangle_around
from manifests.build.second.private import merged

_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_RECTANGLE = re.compile(rf"xywh=(?:pixel:)?{','.join([_NUMBER] * 4)}")


def part(uri: str, fragment: str) -> str:
    """A part of a resource. 2.1 §6.1: whole pixels, and nothing but the rectangle, since there is no time."""
    return f"{uri.partition('#')[0]}#{rectangle(fragment) or fragment}"


def rectangle(fragment: str) -> str | None:
    """`xywh=` with whole pixels of a fragment that has some; None for percentages, times and the like."""
    found = _RECTANGLE.search(fragment)
    if not found:
        return None
    return "xywh=" + ",".join(str(max(0, round(float(number)))) for number in found.groups())


def resolved(uri: str, form: SecondForm) -> str:
    """A URI with or without fragment, as it is written in 2.1."""
    bare, mark, fragment = uri.partition("#")
    return part(form.address(bare), fragment) if mark else form.address(uri)


def selected(resource: Json) -> str | None:
    """The fragment that the selectors of a SpecificResource stand for; None where they say something else.

    A point (3.0 §5.6, Web Annotation PointSelector) is its pixel: 2.1 knows rectangles only.
    """
    for selector in objects(resource.get("selector")):
        if selector.get("type") == "FragmentSelector" and isinstance(selector.get("value"), str):
            return str(selector["value"])
        x, y = selector.get("x"), selector.get("y")
        if selector.get("type") == "PointSelector" and isinstance(x, int | float) and isinstance(y, int | float):
            return f"xywh={round(x)},{round(y)},1,1"
    return None


def shape(resource: Json) -> str | None:
    """The SVG among the selectors of a SpecificResource."""
    for selector in objects(resource.get("selector")):
        if selector.get("type") == "SvgSelector" and isinstance(selector.get("value"), str):
            return str(selector["value"])
    return None


def svg_selector(svg: str) -> Json:
    """2.1 §6.4: SVG as embedded text; also as `value`, which viewers read in every kind of selector."""
    return {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": svg, "value": svg}


def rectangular(target: Any, form: SecondForm) -> str:
    """2.1 §5.4, §6.4 `on` of a painted image: the canvas or a rectangle of it, always as a URI; "" for nothing.

    The whole canvas stands in for shapes that are no rectangle.
    """
    if isinstance(target, list):
        target = next(iter(target), None)
    if not _is_specific(target):
        return resolved(identity(target), form)
    source = rectangular(target.get("source"), form)
    fragment = selected(target)
    return part(source, fragment) if fragment and rectangle(fragment) else source


def on(target: Any, form: SecondForm) -> Any:
    """2.1 §5.5, §6.7 `on`, from target: URIs where a rectangle or the whole is meant, else an object (§6.4)."""
    return one_or_many(_on(each, form) for each in listed(target))


def _on(target: Any, form: SecondForm) -> str | Json | None:
    if not _is_specific(target):
        return resolved(identity(target), form) or None
    source = next(iter(listed(target.get("source"))), None)
    uri, fragment, svg = resolved(identity(source), form), selected(target), shape(target)
    if not uri or not svg:
        return part(uri, fragment) if uri and fragment else uri or None
    said: Json = {"@type": "oa:SpecificResource", "full": uri.partition("#")[0], "selector": svg_selector(svg)}
    if box := rectangle(fragment or "") or rectangle_around(svg):
        said["selector"] = _choice(box, svg)
    if isinstance(source, dict) and (manifest := _manifest(source)):
        said["within"] = {"@id": form.address(manifest), "@type": "sc:Manifest"}
    return merged(said, target)


def _choice(box: str, svg: str) -> Json:
    """A rectangle, and the shape in it for those who can draw it: Mirador and its kin read shapes in no other way."""
    return {
        "@type": "oa:Choice",
        "default": {"@type": "oa:FragmentSelector", "value": box},
        "item": {"@type": "oa:SvgSelector", "value": svg},
    }


def _manifest(source: Json) -> str:
    return next((identity(each) for each in objects(source.get("partOf")) if each.get("type") == "Manifest"), "")


def _is_specific(target: Any) -> bool:
    return isinstance(target, dict) and "source" in target
