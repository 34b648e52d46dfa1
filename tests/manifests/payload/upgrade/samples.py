"""Whole 2.1 documents of our own writing, with everything that 2.1 can say."""

from tests.manifests.payload.upgrade.documents import (
    BOOK,
    CONTEXT_2,
    HOME,
    LEVEL_2,
    Json,
    annotations,
    canvas,
    manifest,
    page,
    painting,
    picture,
    sequence,
    service,
)

TEXTS = [{"@value": "Book", "@language": "en"}, {"@value": "Libro", "@language": "es-419"}]
SEARCH = {
    "@context": "http://iiif.io/api/search/1/context.json",
    "@id": f"{HOME}/search",
    "profile": "http://iiif.io/api/search/1/search",
    "service": {"@id": f"{HOME}/complete", "profile": "http://iiif.io/api/search/1/autocomplete"},
}
SIZE = {
    "@context": "http://iiif.io/api/annex/services/physdim/1/context.json",
    "profile": "http://iiif.io/api/annex/services/physdim",
    "physicalScale": 0.1,
    "physicalUnits": "in",
}
OURS: dict[str, Json] = {
    "described": manifest(
        **{
            "@context": [CONTEXT_2, "http://example.org/context.json"],
            "ex:shelf": {"row": 1},
            "label": TEXTS,
            "metadata": [{"label": TEXTS, "value": ["Anna", "Otto"]}],
            "description": {"@value": "<p>Some <b>text</b></p>", "@language": "en"},
            "attribution": ["Museum A", "Museum B"],
            "license": ["http://creativecommons.org/licenses/by/4.0/", "http://example.org/terms"],
            "logo": {"@id": f"{HOME}/logo.png", "service": service("logo")},
            "related": [{"@id": f"{HOME}/a.html", "label": "Page", "format": "text/html"}, f"{HOME}/b"],
            "seeAlso": {"@id": f"{HOME}/a.xml", "format": "text/xml", "profile": "http://example.org/mods"},
            "rendering": {"@id": f"{HOME}/a.pdf", "label": "PDF", "format": "application/pdf"},
            "thumbnail": f"{HOME}/t.jpg",
            "navDate": "1850-01-01T00:00:00Z",
            "within": [f"{HOME}/top", "urn:isbn:1"],
            "viewingHint": ["paged", "http://example.org/hint"],
            "viewingDirection": "right-to-left",
            "service": [SEARCH, SIZE],
        }
    ),
    "logo alone": manifest(logo=f"{HOME}/logo.png"),
    "order": manifest(
        viewingHint="paged",
        viewingDirection="left-to-right",
        sequences=[
            sequence(
                canvas(viewingHint="non-paged"),
                canvas(2),
                **{"@id": f"{BOOK}/normal", "label": "Normal", "viewingHint": "individuals", "startCanvas": page(2)},
                viewingDirection="right-to-left",
            ),
            {"@id": f"{BOOK}/older", "@type": "sc:Sequence", "label": "Older"},
        ],
    ),
    "contents": manifest(
        canvas(),
        canvas(2),
        structures=[
            {
                "@id": f"{BOOK}/r/0",
                "@type": "sc:Range",
                "label": "All",
                "viewingHint": "top",
                "ranges": [f"{BOOK}/r/1"],
            },
            {
                "@id": f"{BOOK}/r/1",
                "@type": "sc:Range",
                "label": "One",
                "contentLayer": f"{BOOK}/layer",
                "canvases": [page(), f"{page(2)}#xywh=0,0,5,5"],
                "ranges": [f"{BOOK}/r/2"],
            },
            {"@id": f"{BOOK}/r/2", "@type": "sc:Range", "label": "Two", "canvases": [page(2)], "startCanvas": page(2)},
        ],
    ),
    "side by side": manifest(
        canvas(),
        structures=[
            {"@id": f"{BOOK}/r/{number}", "@type": "sc:Range", "label": str(number), "canvases": [page()]}
            for number in (1, 2)
        ],
    ),
    "painted": manifest(
        canvas(
            images=[
                painting(**{"@id": f"{BOOK}/a/1"}, resource=picture(service=service(), label="Recto")),
                painting(on=f"{page()}#xywh=1,2,3,4", resource=picture(**{"@id": f"{HOME}/1.jpg#xywh=0,0,3,4"})),
                painting(**{"@id": "urn:uuid:1"}, resource=picture(service={"@id": f"{HOME}/i", "profile": LEVEL_2})),
            ],
            otherContent=[f"{BOOK}/list/1", {"@id": f"{BOOK}/list/2", "@type": "sc:AnnotationList", "label": "Two"}],
        )
    ),
    "choices": manifest(
        canvas(
            images=[
                painting(
                    resource={"@type": "oa:Choice", "default": picture(label="A"), "item": [picture("x"), "rdf:nil"]}
                ),
                painting(resource={"@type": "oa:Choice", "default": "rdf:nil", "item": picture("x")}),
                painting(
                    resource={
                        "@id": f"{HOME}/iiif/1/1,2,3,4/full/0/default.jpg",
                        "@type": "oa:SpecificResource",
                        "full": {**picture(service=service()), "@id": f"{HOME}/iiif/1/full/full/0/default.jpg"},
                        "selector": {"@type": "iiif:ImageApiSelector", "region": "1,2,3,4"},
                    }
                ),
                painting(
                    stylesheet={
                        "@type": ["oa:CssStyle", "cnt:ContentAsText"],
                        "chars": ".red {}",
                        "format": "text/css",
                    },
                    resource={"@type": "oa:SpecificResource", "style": "red", "full": picture()},
                ),
                painting(
                    resource={
                        "@type": "oa:SpecificResource",
                        "full": picture(),
                        "selector": {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": "<svg/>"},
                    }
                ),
            ]
        )
    ),
    "scroll": manifest(viewingHint="continuous", service={"@id": f"{HOME}/service", "format": "text/html"}),
    "links that say more": manifest(
        within={"@id": f"{HOME}/top", "@type": "sc:Collection", "label": "Top"},
        related={"@id": f"{HOME}/a.html", "@type": "foaf:Document", "label": "Page", "format": "text/html"},
        seeAlso=[f"{HOME}/a.xml", {"@id": f"{HOME}/b.xml", "dcterms:format": "text/xml"}],
        rendering={"@id": f"{HOME}/a.pdf", "label": "PDF", "format": "application/pdf", "ex:size": 1},
        license=[{"@id": "http://example.org/terms", "label": "Terms"}, "http://rightsstatements.org/vocab/InC/1.0/"],
        service={
            "@context": "http://iiif.io/api/auth/1/context.json",
            "@id": f"{HOME}/login",
            "profile": "http://iiif.io/api/auth/1/login",
            "label": "Log in",
            "service": [{"@id": f"{HOME}/token", "profile": "http://iiif.io/api/auth/1/token"}],
        },
    ),
    "mixed collection": {
        "@context": CONTEXT_2,
        "@id": f"{HOME}/top",
        "@type": "sc:Collection",
        "label": "Top",
        "total": 3,
        "members": [
            {"@id": f"{HOME}/c", "@type": "sc:Collection", "label": "c", "viewingHint": "top"},
            {"@id": f"{HOME}/m", "@type": "sc:Manifest", "label": "m", "thumbnail": f"{HOME}/m.jpg"},
            {
                "@id": f"{HOME}/d",
                "@type": "sc:Collection",
                "label": "d",
                "viewingHint": "multi-part",
                "manifests": [{"@id": f"{HOME}/n", "@type": "sc:Manifest", "label": "n"}],
            },
        ],
    },
    "collection": {
        "@context": CONTEXT_2,
        "@id": f"{HOME}/top",
        "@type": "sc:Collection",
        "label": "Top",
        "viewingHint": "multi-part",
        "manifests": [{"@id": f"{HOME}/{name}", "@type": "sc:Manifest", "label": name} for name in "ba"],
    },
    "list": annotations(
        {
            "@id": f"{BOOK}/a/2",
            "@type": "oa:Annotation",
            "motivation": ["oa:commenting", "oa:tagging"],
            "resource": [
                {"@type": "oa:Tag", "chars": "red", "format": "text/plain"},
                {"@type": "dctypes:Text", "chars": "<p>Fine</p>", "format": "text/html", "language": "en"},
            ],
            "on": f"{page()}#xywh=1,2,3,4",
        },
        {
            "@id": f"{BOOK}/a/3",
            "@type": "oa:Annotation",
            "motivation": "sc:painting",
            "resource": {"@id": f"{HOME}/a.txt", "@type": "dctypes:Text", "format": "text/plain"},
            "on": page(),
        },
        {
            "@id": "urn:uuid:4",
            "@type": "oa:Annotation",
            "motivation": "oa:commenting",
            "annotatedAt": "2015-01-01T00:00:00Z",
            "annotatedBy": {"@type": "foaf:Person", "name": "Anna"},
            "resource": {"@type": "cnt:ContentAsText", "chars": "Fine", "format": "text/plain"},
            "on": {
                "@type": "oa:SpecificResource",
                "full": page(),
                "selector": {
                    "@type": "oa:Choice",
                    "default": {"@type": "oa:FragmentSelector", "value": "xywh=1,2,3,4"},
                    "item": {"@type": "oa:SvgSelector", "value": "<svg/>"},
                },
                "within": {"@id": f"{BOOK}/manifest", "@type": "sc:Manifest"},
            },
        },
        {
            "@type": "oa:Annotation",
            "motivation": "sc:painting",
            "resource": {"@type": "cnt:ContentAsText", "chars": "Line"},
            "on": {
                "@type": "oa:SpecificResource",
                "full": {"@id": page(), "@type": "sc:Canvas", "label": "p. 1"},
                "selector": {"@type": "oa:FragmentSelector", "value": "xywh=1,2,3,4"},
            },
        },
        {
            "@type": "oa:Annotation",
            "motivation": "oa:linking",
            "resource": {"@id": page(2), "@type": "sc:Canvas"},
            "on": {"@id": f"{BOOK}/r/1", "@type": "sc:Range"},
        },
        {
            "@type": "oa:Annotation",
            "motivation": ["oa:describing"],
            "on": [page(), page(2)],
            "resource": {"@id": f"{HOME}/a.mp3", "@type": "dctypes:Sound", "format": "audio/mpeg", "label": "Song"},
        },
        within=f"{BOOK}/layer",
        next=f"{BOOK}/list/2",
        startIndex=0,
        description="All remarks",
    ),
}
