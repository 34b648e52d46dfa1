"""The outlines of SvgSelectors (Web Annotation §4.2.6): shapes and paths, and nothing that runs, loads or links."""

import re
from typing import Any

from lxml import etree

from manifests.payload.properties.way import Way

LONGEST = 200_000
MOST_ELEMENTS = 2_000
DEEPEST = 30
_SVG = "http://www.w3.org/2000/svg"
_XML = "http://www.w3.org/XML/1998/namespace"

_SHAPES = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"))
_ELEMENTS = _SHAPES | {"svg", "g"}
_ATTRIBUTES = frozenset(
    (
        *("d", "x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "points"),
        *("viewBox", "preserveAspectRatio", "transform", "version", "baseProfile", "id", "class", "style", "opacity"),
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"),
        *("stroke-linejoin", "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "vector-effect", "display"),
        *("pathLength", "visibility", "color", "font-family", "font-weight", "font-size", "text-anchor"),
    )
)
#: What no value may hold: what style sheets and attributes can load with, and what can hide such a word.
_LOADS = re.compile(r"url|expression|import|javascript|[@\\<>]|/\*", re.IGNORECASE)
_DATA = re.compile(r"data-[a-z][a-z0-9-]*")
#: What another parser may understand otherwise than ours: comments, sections, instructions, names with prefixes.
_DOUBTFUL = re.compile(r"<[!?]|</?[A-Za-z]+:")


def outline(value: Any, way: Way) -> str:
    """An SVG with at least one shape. In which nothing is to be changed, it comes back as it was written."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise way.fault("svg", f"It must be an SVG of at most {LONGEST} characters.")
    root = _parsed(value, way)
    lost = _clean(root, way)
    if not any(_name(each) in _SHAPES for each in root.iter()):
        raise way.fault("svg", "There is no shape in this SVG.")
    if lost and way.lenient:
        way.note("svg", "The SVG held more than shapes, which was taken out.")
    if not lost and not _DOUBTFUL.search(value):
        return value.strip()
    etree.cleanup_namespaces(root)
    written: str = etree.tostring(root, encoding="unicode")
    return written


def _parsed(value: str, way: Way) -> Any:
    """The root of the SVG, without comments and instructions."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(value.encode(), parser)
    except (etree.XMLSyntaxError, ValueError, UnicodeEncodeError):
        raise way.fault("svg", "It must be an SVG that is well-formed XML.") from None
    if _has_type(root):
        raise way.fault("svg", "An SVG must have no document type.")
    if _name(root) != "svg":
        raise way.fault("svg", "Its outermost element must be svg.")
    return root


def _has_type(root: Any) -> bool:
    return bool(root.getroottree().docinfo.doctype)


def _clean(root: Any, way: Way) -> bool:
    """Take out what is no shape. True when there was any."""
    lost, waiting, count = False, [(root, 1)], 0
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise way.fault("svg", f"An SVG has at most {MOST_ELEMENTS} elements, {DEEPEST} within each other.")
        lost |= _clean_attributes(element)
        if (element.text or "").strip():
            element.text, lost = None, True
        for inner in list(element):
            if (inner.tail or "").strip():
                inner.tail, lost = None, True
            if _name(inner) not in _ELEMENTS:
                element.remove(inner)
                lost = True
            else:
                waiting.append((inner, depth + 1))
    return lost


def _clean_attributes(element: Any) -> bool:
    wrong = [name for name, value in element.attrib.items() if not _is_fine(name, value)]
    for name in wrong:
        del element.attrib[name]
    return bool(wrong)


def _is_fine(name: str, value: str) -> bool:
    if name == f"{{{_XML}}}space":
        return True
    if _DATA.fullmatch(name):
        return True
    return name in _ATTRIBUTES and not _LOADS.search(value)


def _name(element: Any) -> str:
    """The name of an element of SVG; empty for anything else (entities, elements of other vocabularies)."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if name.namespace in (_SVG, None) else ""
