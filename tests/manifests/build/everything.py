"""Documents with every property that Presentation 3.0 has, valid by the official schema and by the specification."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from manifests.build.form import CONTEXT

Json = dict[str, Any]


def fresh(make: Callable[[], Json]) -> Callable[[], Json]:
    """What it makes shares no part with another, nor two of its parts with each other."""

    @wraps(make)
    def made() -> Json:
        document: Json = json.loads(json.dumps(make()))
        return document

    return made


BASE = "https://images.example.org"
BOOK = f"{BASE}/presentation/3/book/manifest"
NAV_PLACE = "http://iiif.io/api/extension/navplace/context.json"
LABEL = {"en": ["Example"], "none": ["x"]}
PAIR = {"label": {"en": ["Place"]}, "value": {"en": ["<b>Rome</b>"]}}


def services(number: int) -> list[Json]:
    """An image service with all that viewers read there, and a search service of the older kind."""
    uri = f"{BASE}/iiif/3/{number}"
    sizes = [{"width": 200, "height": 300}, {"width": 400, "height": 600}]
    image = {"id": uri, "type": "ImageService3", "profile": "level2", "width": 2000, "height": 3000, "sizes": sizes}
    access = {"@id": f"{BASE}/login", "@type": "AuthCookieService1", "profile": "http://iiif.io/api/auth/1/login"}
    older = {"@id": f"{BASE}/iiif/2/{number}", "@type": "ImageService2", "profile": "level2", "service": [access]}
    return [image, older]


def image(number: int, **more: Any) -> Json:
    uri = f"{BASE}/iiif/3/{number}/full/max/0/default.jpg"
    size = {"format": "image/jpeg", "width": 2000, "height": 3000}
    return {"id": uri, "type": "Image", **size, "service": services(number), **more}


def thumbnail(number: int) -> Json:
    uri = f"{BASE}/iiif/3/{number}/full/200,300/0/default.jpg"
    return {
        "id": uri,
        "type": "Image",
        "format": "image/jpeg",
        "width": 200,
        "height": 300,
        "service": services(number),
    }


def link(kind: str = "Text", **more: Any) -> Json:
    return {"id": f"{BASE}/{kind}", "type": kind, "label": LABEL, "format": "text/html", **more}


def place() -> Json:
    geometries = {"Point": [7.4, 46.9], "LineString": [[1, 2], [3, 4]], "Polygon": [[[1, 2], [3, 4], [5, 6], [1, 2]]]}
    features = [
        {"type": "Feature", "properties": {"label": LABEL}, "geometry": {"type": kind, "coordinates": at}}
        for kind, at in geometries.items()
    ]
    features[0]["id"] = f"{BASE}/feature"
    return {"id": f"{BASE}/features", "type": "FeatureCollection", "features": features}


def described(number: int) -> Json:
    """What every resource of ours may have."""
    agent = {"id": f"{BASE}/agent", "type": "Agent", "label": LABEL, "homepage": [link(language=["en", "de-CH"])]}
    logo = {"id": f"{BASE}/logo.png", "type": "Image", "format": "image/png", "width": 90, "height": 40}
    return {
        "label": LABEL,
        "summary": {"en": ["<p>Short.</p>"]},
        "metadata": [PAIR, PAIR],
        "requiredStatement": PAIR,
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "navDate": "1850-01-01T00:00:00Z",
        "navPlace": place(),
        "provider": [{**agent, "logo": [logo], "seeAlso": [link("Dataset", profile="http://www.loc.gov/mads/v2")]}],
        "thumbnail": [thumbnail(number)],
        "homepage": [link(language=["en"])],
        "seeAlso": [link("Dataset", profile="http://www.europeana.eu/schemas/edm/")],
        "rendering": [link(format="application/pdf")],
        "partOf": [{"id": f"{BASE}/whole", "type": "Collection", "label": LABEL}],
        "service": [{"id": f"{BASE}/search", "type": "SearchService2"}],
    }


def annotation(name: str, motivation: Any, body: Any, target: Any) -> Json:
    return {"id": f"{BASE}/{name}", "type": "Annotation", "motivation": motivation, "body": body, "target": target}


def page(name: str, *annotations: Json) -> Json:
    return {"id": f"{BASE}/{name}", "type": "AnnotationPage", "items": list(annotations)}


def canvas(name: str, number: int, **more: Any) -> Json:
    uri = f"{BASE}/presentation/canvas/{name}"
    painting = annotation(f"{name}/painting", "painting", image(number), uri)
    size = {"width": 2000, "height": 3000}
    return {"id": uri, "type": "Canvas", **size, "items": [page(f"{name}/page", painting)], **more}


def composition() -> Json:
    """A canvas with a choice, a part of a picture, text, and a film on rectangles of it."""
    uri = f"{BASE}/presentation/canvas/composed"
    part = {"type": "ImageApiSelector", "region": "0,0,10,10", "rotation": "90"}
    cut = {"id": f"{BASE}/cut", "type": "SpecificResource", "source": image(3), "selector": part}
    choice = {"type": "Choice", "items": [image(4, label=LABEL), image(5, label=LABEL)]}
    text = {"type": "TextualBody", "value": "words", "format": "text/plain", "language": "en"}
    video = {
        "id": f"{BASE}/film.mp4",
        "type": "Video",
        "format": "video/mp4",
        "duration": 2.5,
        "width": 10,
        "height": 9,
    }
    fragment = {"type": "FragmentSelector", "conformsTo": "http://www.w3.org/TR/media-frags/", "value": "xywh=1,1,9,9"}
    somewhere = {"type": "SpecificResource", "source": {"id": uri, "type": "Canvas"}, "selector": fragment}
    painted = page(
        "composed/page",
        annotation("composed/1", "painting", choice, uri),
        annotation("composed/2", ["painting"], cut, f"{uri}#xywh=0,0,100,100"),
        annotation("composed/3", "painting", text, somewhere),
        annotation("composed/4", "painting", video, {"id": uri, "type": "Canvas"}),
    )
    return {"id": uri, "type": "Canvas", "width": 200, "height": 300, "duration": 2.5, "items": [painted]}


def outside(uri: str) -> list[Json]:
    """Annotations of a canvas: with each kind of selector, and pages that are fetched."""
    selectors: list[Any] = [
        {"type": "PointSelector", "x": 5, "y": 7, "t": 1.5},
        {"type": "SvgSelector", "value": "<svg/>"},
        {"type": "XPathSelector", "value": "/p"},
        {"type": "CssSelector", "value": "p"},
        {"type": "TextQuoteSelector", "exact": "x", "prefix": "a", "suffix": "b"},
        {"type": "TextPositionSelector", "start": 0, "end": 2},
        {"type": "DataPositionSelector", "start": 0, "end": 2},
        f"{BASE}/selector",
    ]
    begin, end = ({"type": "XPathSelector", "value": f"/p[{number}]"} for number in (1, 2))
    selectors.append({"type": "RangeSelector", "startSelector": begin, "endSelector": end})
    texts = [{"type": "TextualBody", "value": "words", "purpose": "tagging"}, link("Text")]
    about = [
        annotation(f"about/{number}", "tagging", texts, {"type": "SpecificResource", "source": uri, "selector": each})
        for number, each in enumerate(selectors)
    ]
    about[0] |= {"creator": {"id": f"{BASE}/me", "type": "Person", "name": "Me"}, "created": "2020-01-01T00:00:00Z"}
    about[1] |= {"creator": ["https://example.org/me"], "stylesheet": {"type": "CssStylesheet", "value": "p{}"}}
    about[2] |= {"textGranularity": "line", "label": LABEL, "body": {**place()["features"][0]}}
    states: list[Json] = [
        {"type": "TimeState", "sourceDate": "2020"},
        {"type": "HttpRequestState", "value": "Accept: x"},
    ]
    about[3]["target"] = [uri, {"type": "SpecificResource", "source": uri, "state": states, "styleClass": "red"}]
    layer = {"id": f"{BASE}/layer", "type": "AnnotationCollection", "label": LABEL, "total": 9}
    embedded = {**page("about", *about), "label": LABEL, "partOf": [{**layer, "first": f"{BASE}/first"}]}
    return [embedded, {"id": f"{BASE}/fetched", "type": "AnnotationPage", "label": LABEL}]


def structures() -> list[Json]:
    first = {"id": f"{BASE}/presentation/canvas/1", "type": "Canvas"}
    part = {
        "type": "SpecificResource",
        "source": first,
        "selector": {"type": "FragmentSelector", "value": "xywh=1,1,2,2"},
    }
    text = {"id": f"{BASE}/texts", "type": "AnnotationCollection", "label": LABEL}
    inner = {**described(1), "id": f"{BASE}/range/2", "type": "Range", "items": [part], "supplementary": text}
    inner |= {"start": first, "viewingDirection": "left-to-right", "behavior": ["no-nav"]}
    outer = {"id": f"{BASE}/range/1", "type": "Range", "label": LABEL, "items": [inner, first]}
    again = {"id": f"{BASE}/range/2", "type": "Range"}
    order = {"id": f"{BASE}/range/3", "type": "Range", "behavior": ["sequence"], "items": [again, first]}
    return [outer, order]


@fresh
def manifest() -> Json:
    """Every property of a manifest, its canvases, ranges and annotations."""
    uri = f"{BASE}/presentation/canvas/1"
    lone = {"placeholderCanvas": canvas("placeholder", 7), "accompanyingCanvas": canvas("accompanying", 8)}
    first = canvas("1", 1, **described(1), behavior=["facing-pages"], annotations=outside(uri))
    return {
        "@context": [NAV_PLACE, CONTEXT],
        "id": BOOK,
        "type": "Manifest",
        **described(1),
        "services": services(9),
        "viewingDirection": "right-to-left",
        "behavior": ["paged", "no-auto-advance"],
        "start": {"id": uri, "type": "Canvas"},
        **lone,
        "items": [first, canvas("2", 2, label=LABEL), {**composition(), "label": LABEL}],
        "structures": structures(),
        "annotations": [{"id": f"{BASE}/of-the-book", "type": "AnnotationPage"}],
    }


@fresh
def collection() -> Json:
    """Members of every kind."""
    member = {
        "id": BOOK,
        "type": "Manifest",
        "label": LABEL,
        "thumbnail": [thumbnail(1)],
        "navDate": "1850-01-01T00:00:00Z",
    }
    named = {"id": f"{BASE}/prints", "type": "Collection", "label": LABEL, "thumbnail": [thumbnail(1)]}
    embedded = {**named, "id": f"{BASE}/maps", "items": [{**member, "id": f"{BOOK}-2"}]}
    return {
        "@context": CONTEXT,
        "id": f"{BASE}/library",
        "type": "Collection",
        **described(1),
        "services": services(9),
        "viewingDirection": "left-to-right",
        "behavior": ["multi-part"],
        "items": [member, named, embedded],
    }


@fresh
def annotation_page() -> Json:
    """As it is fetched: with its neighbours."""
    about = outside(f"{BASE}/presentation/canvas/1")[0]
    return {
        "@context": CONTEXT,
        **about,
        "next": {"id": f"{BASE}/next", "type": "AnnotationPage"},
        "prev": f"{BASE}/prev",
    }


@fresh
def layer() -> Json:
    ends = {"first": f"{BASE}/first", "last": {"id": f"{BASE}/last", "type": "AnnotationPage"}}
    return {
        "@context": CONTEXT,
        "id": f"{BASE}/layer",
        "type": "AnnotationCollection",
        "label": LABEL,
        "total": 3,
        **ends,
    }


EVERYTHING = {"manifest": manifest, "collection": collection, "page": annotation_page, "layer": layer}
