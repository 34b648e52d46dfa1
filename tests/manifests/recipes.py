"""Small IIIF documents of our own writing, one for each thing that the specification lets people say."""

from typing import Any

Json = dict[str, Any]

HERE = "https://library.example.org/iiif"
CONTEXT = "http://iiif.io/api/presentation/3/context.json"
NAV_PLACE = "http://iiif.io/api/extension/navplace/context.json"
GEOREF = "http://iiif.io/api/extension/georef/1/context.json"


def image(name: str, width: int = 800, height: int = 1000, **more: Any) -> Json:
    service = f"{HERE}/image/{name}"
    return {
        "id": f"{service}/full/max/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
        "service": [{"id": service, "type": "ImageService3", "profile": "level2"}],
        **more,
    }


def painted(canvas: str, number: int, body: Any, target: Any = None, **more: Any) -> Json:
    return {
        "id": f"{canvas}/painting/{number}",
        "type": "Annotation",
        "motivation": "painting",
        **more,
        "body": body,
        "target": target or canvas,
    }


def canvas(name: str, *paintings: Any, **more: Any) -> Json:
    """A canvas with these bodies; a tuple is a body and its target."""
    uri = f"{HERE}/canvas/{name}"
    pairs = [each if isinstance(each, tuple) else (each, None) for each in paintings or (image(name),)]
    items = [painted(uri, number, body, target) for number, (body, target) in enumerate(pairs)]
    sized = {} if "duration" in more and "width" not in more else {"width": 800, "height": 1000}
    return {
        "id": uri,
        "type": "Canvas",
        "label": {"none": [name]},
        **sized,
        **more,
        "items": [{"id": f"{uri}/page", "type": "AnnotationPage", "items": items}],
    }


def manifest(name: str, *canvases: Json, **more: Any) -> Json:
    return {
        "@context": CONTEXT,
        "id": f"{HERE}/{name}/manifest.json",
        "type": "Manifest",
        "label": {"en": [name]},
        **more,
        "items": list(canvases) or [canvas("1")],
    }


def uri(name: str, fragment: str = "") -> str:
    return f"{HERE}/canvas/{name}{fragment}"


def page(name: str, *annotations: Json, **more: Any) -> Json:
    return {"id": f"{HERE}/page/{name}", "type": "AnnotationPage", **more, "items": list(annotations)}


def note(name: str, target: Any, body: Any = None, **more: Any) -> Json:
    said = {"type": "TextualBody", "value": name, "language": "en", "format": "text/plain"} if body is None else body
    named = {"id": f"{HERE}/note/{name}", "type": "Annotation", "motivation": "commenting"}
    return {**named, **more, "body": said, "target": target}


def a_range(name: str, *items: Json, **more: Any) -> Json:
    return {"id": f"{HERE}/range/{name}", "type": "Range", "label": {"en": [name]}, **more, "items": list(items)}


def at(name: str, fragment: str = "") -> Json:
    return {"id": uri(name, fragment), "type": "Canvas"}


def part(name: str, selector: Any, **more: Any) -> Json:
    return {"type": "SpecificResource", **more, "source": {"id": uri(name), "type": "Canvas"}, "selector": selector}


def pair(label: str, *values: str) -> Json:
    return {"label": {"en": [label]}, "value": {"en": list(values)}}


def link(path: str, kind: str = "Text", **more: Any) -> Json:
    return {"id": f"https://example.org/{path}", "type": kind, "label": {"en": [path]}, "format": "text/html", **more}


POINT = {"type": "Point", "coordinates": [9.938, 51.533]}
FEATURE = {"id": f"{HERE}/feature/1", "type": "Feature", "properties": {"label": {"en": ["here"]}}, "geometry": POINT}
PLACES = {"id": f"{HERE}/places/1", "type": "FeatureCollection", "features": [FEATURE]}
WORDS = {
    "summary": {"en": ["<p>A <b>book</b> &amp; more.</p>"], "de": ["Ein Buch "]},
    "metadata": [
        pair("Author", "Anne", "Bea"),
        pair("Note", "<span>see <a href='https://example.org/'>here</a></span>"),
    ],
    "requiredStatement": pair("Attribution", "Library of Examples"),
    "rights": "http://creativecommons.org/licenses/by/4.0/",
    "navDate": "1856-01-01T00:00:00Z",
    "navPlace": PLACES,
    "provider": [
        {
            "id": "https://example.org/about",
            "type": "Agent",
            "label": {"en": ["Library"]},
            "homepage": [link("home", language=["en"])],
            "logo": [image("logo", 200, 100)],
            "seeAlso": [link("agent.json", "Dataset", format="application/json")],
        }
    ],
    "thumbnail": [image("thumb", 80, 100)],
    "homepage": [link("page", language=["de", "en"])],
    "seeAlso": [link("mets.xml", "Dataset", format="text/xml", profile="http://www.loc.gov/METS/")],
    "rendering": [link("book.pdf", format="application/pdf")],
    "service": [{"id": f"{HERE}/other", "type": "Other", "profile": "https://example.org/profile"}],
    "partOf": [{"id": f"{HERE}/all.json", "type": "Collection", "label": {"en": ["All"]}}],
}
SEARCH = {
    "@id": f"{HERE}/search",
    "@type": "SearchService1",
    "profile": "http://iiif.io/api/search/1/search",
    "service": [
        {
            "@id": f"{HERE}/complete",
            "@type": "AutoCompleteService1",
            "profile": "http://iiif.io/api/search/1/autocomplete",
        }
    ],
}
AUTH = {
    "id": f"{HERE}/probe/1",
    "type": "AuthProbeService2",
    "service": [
        {
            "id": f"{HERE}/login",
            "type": "AuthAccessService2",
            "profile": "active",
            "label": {"en": ["Log in"]},
            "service": [{"id": f"{HERE}/token", "type": "AuthAccessTokenService2"}],
        }
    ],
}
SMALL = {"id": f"{HERE}/still.jpg", "type": "Image", "format": "image/jpeg", "width": 80, "height": 100}


def still(name: str) -> Json:
    """A canvas in the place of, or beside, another."""
    return canvas(name, image(name, 640, 360), width=640, height=360)


VIDEO = {
    "id": f"{HERE}/film.mp4",
    "type": "Video",
    "format": "video/mp4",
    "width": 640,
    "height": 360,
    "duration": 59.5,
}
SOUND = {"id": f"{HERE}/song.mp3", "type": "Sound", "format": "audio/mp3", "duration": 10}
MOMENT = {"type": "PointSelector", "t": 12.5}
BOX = {"type": "FragmentSelector", "conformsTo": "http://www.w3.org/TR/media-frags/", "value": "xywh=10,10,50,50"}
SVG = {"type": "SvgSelector", "value": "<svg xmlns='http://www.w3.org/2000/svg'><path d='M1,1 L9,9 L1,9 z'/></svg>"}


MANIFESTS: dict[str, Json] = {
    "words everywhere": manifest(
        "words",
        canvas("1", **WORDS, behavior=["facing-pages"]),
        **WORDS,
        behavior=["paged", "no-auto-advance", "repeat"],
        viewingDirection="right-to-left",
        services=[SEARCH],
        structures=[
            a_range("all", at("1"), **WORDS, behavior=["sequence"], viewingDirection="top-to-bottom"),
        ],
        **{"@context": [NAV_PLACE, CONTEXT]},
    ),
    "canvas of another size": manifest("size", canvas("1", width=3204, height=4613)),
    "sound": manifest("sound", canvas("1", SOUND, duration=10)),
    "film that starts later": manifest(
        "film",
        canvas("1", VIDEO, duration=59.5, width=640, height=360),
        start={"id": f"{HERE}/start", **part("1", MOMENT)},
    ),
    "placeholder": manifest(
        "placeholder",
        canvas("1", VIDEO, duration=59.5, width=640, height=360, placeholderCanvas=still("1/placeholder")),
        placeholderCanvas=still("cover"),
        accompanyingCanvas=still("beside"),
    ),
    "two films after each other": manifest(
        "films",
        canvas("1", (VIDEO, uri("1", "#t=0,59.5")), (VIDEO, uri("1", "#t=59.5,119")), duration=119.0),
        structures=[a_range("both", a_range("one", at("1", "#t=0,59.5")), a_range("two", at("1", "#t=59.5,119")))],
    ),
    "bound volumes": manifest(
        "bound",
        *(canvas(str(number)) for number in range(1, 5)),
        structures=[
            a_range("contents", a_range("front", at("1"), at("2")), a_range("back", at("3"), at("4"))),
            a_range("other order", at("4"), at("2"), behavior=["sequence"]),
            a_range("reference", {"id": f"{HERE}/range/front", "type": "Range"}, at("4")),
        ],
        start=at("2"),
    ),
    "foldouts": manifest(
        "foldouts",
        canvas("1", behavior=["non-paged"]),
        canvas("2"),
        canvas("3", behavior=["facing-pages"]),
        behavior=["paged"],
    ),
    "composition": manifest("composition", canvas("1", image("a"), (image("b"), uri("1", "#xywh=400,100,200,300")))),
    "part of a picture": manifest(
        "part",
        canvas(
            "1",
            {
                "id": f"{HERE}/part/1",
                "type": "SpecificResource",
                "source": image("a"),
                "selector": {"type": "ImageApiSelector", "region": "10,10,400,300"},
            },
            (
                {
                    "type": "SpecificResource",
                    "source": image("b"),
                    "selector": {"type": "ImageApiSelector", "rotation": "90"},
                },
                part("1", BOX, id=f"{HERE}/place/1"),
            ),
            (image("c"), {"type": "SpecificResource", "source": uri("1"), "selector": SVG}),
        ),
    ),
    "choice": manifest(
        "choice",
        canvas(
            "1",
            {"type": "Choice", "items": [image("a", label={"en": ["natural"]}), image("b", label={"en": ["x-ray"]})]},
            {
                "id": f"{HERE}/choice/2",
                "type": "Choice",
                "label": {"en": ["details"]},
                "items": [
                    {
                        "type": "SpecificResource",
                        "source": image("c"),
                        "selector": {"type": "ImageApiSelector", "region": "square"},
                    },
                    image("d"),
                ],
            },
            {"type": "Choice", "items": [image("e")]},
        ),
    ),
    "several annotation pages": manifest(
        "pages",
        {
            **canvas("1"),
            "items": [
                {
                    "id": f"{uri('1')}/first",
                    "type": "AnnotationPage",
                    "label": {"en": ["recto"]},
                    "items": [painted(uri("1"), 0, image("a"), label={"en": ["the leaf"]})],
                },
                {
                    "id": f"{uri('1')}/second",
                    "type": "AnnotationPage",
                    "items": [
                        painted(uri("1"), 1, image("b"), uri("1", "#xywh=0,0,9,9")),
                        painted(uri("1"), 2, image("c"), uri("1", "#xywh=9,9,9,9")),
                    ],
                },
            ],
        },
    ),
    "text, sound and picture": manifest(
        "mixed",
        canvas(
            "1",
            (image("a"), uri("1", "#xywh=0,0,400,500")),
            (SOUND, uri("1", "#t=0,10")),
            (
                {"type": "TextualBody", "value": "<b>Words</b>", "format": "text/html", "language": "en"},
                uri("1", "#xywh=400,0,400,100&t=0,5"),
            ),
            duration=10.0,
            width=800,
            height=1000,
        ),
    ),
    "services with doors": manifest(
        "doors",
        canvas("1", image("a", service=[{**image("a")["service"][0], "service": [AUTH]}])),
        services=[AUTH],
        **{"@context": ["http://iiif.io/api/auth/2/context.json", CONTEXT]},
    ),
    "old picture service": manifest(
        "old service",
        canvas(
            "1",
            image(
                "a",
                service=[
                    {
                        "@id": f"{HERE}/image/a",
                        "@type": "ImageService2",
                        "profile": "http://iiif.io/api/image/2/level2.json",
                    }
                ],
            ),
        ),
    ),
    "annotations of all sorts": manifest(
        "annotations",
        {
            **canvas("1"),
            "annotations": [
                page(
                    "1",
                    note("whole", uri("1")),
                    note("box", uri("1", "#xywh=1,2,3,4"), motivation=["tagging", "commenting"]),
                    note("point", part("1", {"type": "PointSelector", "x": 5, "y": 6})),
                    note("shape", {"type": "SpecificResource", "source": uri("1"), "selector": SVG}),
                    note(
                        "link",
                        uri("1"),
                        {
                            "id": "https://example.org/term",
                            "type": "SpecificResource",
                            "source": "https://example.org/t",
                        },
                    ),
                    note("picture", uri("1"), [SMALL, {"type": "TextualBody", "value": "beside"}]),
                    note(
                        "languages",
                        uri("1"),
                        {
                            "type": "Choice",
                            "items": [{"type": "TextualBody", "value": v, "language": v} for v in ("de", "en")],
                        },
                    ),
                    note("stylish", uri("1"), stylesheet=f"{HERE}/style.css", created="2026-01-01T00:00:00Z"),
                    note(
                        "by somebody",
                        uri("1"),
                        creator={"id": "https://example.org/me", "type": "Person", "name": "Me"},
                    ),
                    note("map", uri("1", "#xywh=9,9,9,9"), FEATURE, motivation="tagging"),
                    note("two places", [uri("1", "#xywh=1,1,1,1"), uri("2", "#xywh=2,2,2,2")]),
                    note("the whole work", {"id": f"{HERE}/annotations/manifest.json", "type": "Manifest"}),
                    note("elsewhere", {"id": "https://other.example/canvas/1", "type": "Canvas"}, motivation="linking"),
                    note("without body", uri("1"), motivation="highlighting"),
                    label={"en": ["All sorts"]},
                ),
                {"id": f"{HERE}/elsewhere.json", "type": "AnnotationPage", "label": {"en": ["Elsewhere"]}},
            ],
        },
        {**canvas("2"), "annotations": [page("2", note("second", uri("2")), note("third", uri("1")))]},
        annotations=[page("manifest", note("on all", f"{HERE}/annotations/manifest.json"))],
        structures=[
            a_range(
                "chapter",
                at("1"),
                part("2", BOX),
                annotations=[page("range", note("on the chapter", f"{HERE}/range/chapter"))],
                supplementary={"id": f"{HERE}/text.json", "type": "AnnotationCollection", "label": {"en": ["Text"]}},
            )
        ],
    ),
    "collections of annotations": manifest(
        "layers",
        {
            **canvas("1"),
            "annotations": [
                page(
                    "a",
                    note("a", uri("1")),
                    partOf=[
                        {"id": f"{HERE}/layer/1", "type": "AnnotationCollection", "label": {"en": ["OCR"]}, "total": 2}
                    ],
                    next=f"{HERE}/page/b",
                ),
            ],
        },
        {
            **canvas("2"),
            "annotations": [
                page(
                    "b",
                    note("b", uri("2")),
                    partOf=[
                        {"id": f"{HERE}/layer/1", "type": "AnnotationCollection", "label": {"en": ["OCR"]}, "total": 2}
                    ],
                    prev=f"{HERE}/page/a",
                ),
                page("c", note("c", uri("2")), partOf=[{"id": f"{HERE}/layer/2", "type": "AnnotationCollection"}]),
                page(
                    "d",
                    note("d", uri("2")),
                    partOf=[{"id": f"{HERE}/layer/2", "type": "AnnotationCollection", "label": {"en": ["Other"]}}],
                ),
            ],
        },
    ),
    "captions": manifest(
        "captions",
        {
            **canvas("1", VIDEO, duration=59.5, width=640, height=360),
            "annotations": [
                page(
                    "captions",
                    note(
                        "captions",
                        uri("1"),
                        {
                            "type": "Choice",
                            "items": [
                                {
                                    "id": f"{HERE}/{language}.vtt",
                                    "type": "Text",
                                    "format": "text/vtt",
                                    "language": language,
                                    "label": {"en": [language]},
                                }
                                for language in ("it", "en")
                            ],
                        },
                        motivation="supplementing",
                    ),
                )
            ],
        },
    ),
    "old map": manifest(
        "map",
        {
            **canvas("1"),
            "annotations": [
                page(
                    "georeference",
                    note(
                        "georeference",
                        {
                            "type": "SpecificResource",
                            "source": {"id": uri("1"), "type": "Canvas", "height": 1000, "width": 800},
                            "selector": SVG,
                        },
                        {
                            "id": f"{HERE}/points",
                            "type": "FeatureCollection",
                            "transformation": {"type": "polynomial", "options": {"order": 1}},
                            "features": [
                                {"type": "Feature", "properties": {"resourceCoords": [6085, 634]}, "geometry": POINT}
                            ],
                        },
                        motivation="georeferencing",
                    ),
                )
            ],
        },
        **{"@context": [GEOREF, CONTEXT]},
    ),
    "missing page": manifest("missing", canvas("1"), {**canvas("2"), "items": []}),
    "ids with fragments": manifest(
        "fragments",
        canvas("1"),
        structures=[{**a_range("x", at("1")), "id": f"{HERE}/fragments/manifest.json#range-1"}],
    ),
    "languages": manifest(
        "languages", label={"en": ["One", "Two"], "de-CH": ["Eins"], "none": ["1"]}, summary={"fr": ["Été"]}
    ),
}


def reference(name: str, kind: str = "Manifest", **more: Any) -> Json:
    return {"id": f"{HERE}/{name}/manifest.json", "type": kind, "label": {"en": [name]}, **more}


def collection(name: str, *items: Json, **more: Any) -> Json:
    return {
        "@context": CONTEXT,
        "id": f"{HERE}/{name}/collection.json",
        "type": "Collection",
        "label": {"en": [name]},
        **more,
        "items": list(items),
    }


COLLECTIONS: dict[str, Json] = {
    "words everywhere": collection(
        "words",
        reference("a", **{name: WORDS[name] for name in ("thumbnail", "summary", "navDate")}),
        **WORDS,
        behavior=["unordered"],
        annotations=[page("collection", note("on it", f"{HERE}/words/collection.json"))],
        **{"@context": [NAV_PLACE, CONTEXT]},
    ),
    "volumes": collection("volumes", reference("1"), reference("2"), behavior=["multi-part"]),
    "nested": collection(
        "nested",
        {
            name: value
            for name, value in collection("inner", reference("1"), reference("2")).items()
            if name != "@context"
        },
        reference("other", "Collection"),
        reference("3"),
    ),
    "empty": collection("empty"),
}
