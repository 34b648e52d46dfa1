"""The IIIF properties that may be sent, as JSON Schema; `manifests.payload` is what reads them."""

from typing import Any

from manifests.api.sent import Schema, Sent, line, nullable, obj
from manifests.payload import description
from manifests.payload.delivery import CANVAS_DESCRIPTIVE, COLLECTION_DESCRIPTIVE, MANIFEST_DESCRIPTIVE
from manifests.payload.properties import own

_WITH_TEXT = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000]*$"
_ADDRESS = r"^https?://[a-z0-9][a-z0-9.-]{0,60}(/[A-Za-z0-9._~/-]{0,200})?$"
_BOX = r"^[0-9]{1,9},[0-9]{1,9},[1-9][0-9]{0,8},[1-9][0-9]{0,8}$"
_TEXT: Schema = {"type": "string", "maxLength": description.LONGEST_TEXT, "pattern": _WITH_TEXT}
_TEXTS: Schema = {"type": "array", "minItems": 1, "items": _TEXT}
_PIXELS: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
_LANGUAGE: Schema = {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z]{1,8}){0,3}$"}
_FORMAT: Schema = {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"}
_TYPE: Schema = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]{0,40}$"}
#: Presentation 3.0 §3.2: what may be said of each.
_BEHAVIORS = ("auto-advance", "no-auto-advance", "repeat", "no-repeat")


def address(described: str) -> Schema:
    return {"type": "string", "pattern": _ADDRESS, "description": described, "examples": ["https://example.org/12"]}


def listed(items: Any, described: str, most: int = 50, least: int = 1) -> Schema:
    return {"type": "array", "minItems": least, "maxItems": most, "items": items, "description": described}


def _const(value: str) -> Schema:
    return {"type": "string", "const": value}


class LanguageMapSent(Sent):
    schema = {
        "description": 'A text, or texts by language such as `{"en": ["Book"]}`; else in the language of the source.',
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": "^[A-Za-z]+(-[A-Za-z]+)*$"},
                "additionalProperties": {"anyOf": [_TEXT, _TEXTS]},
            },
        ],
    }


class PairSent(Sent):
    schema = obj({"label": LanguageMapSent, "value": LanguageMapSent}, required=["label", "value"])


class ServiceSent(Sent):
    schema = obj(
        {"id": address("Where it is."), "type": _TYPE, "profile": line(1000, "Its level or kind.")},
        required=["id", "type", "profile"],
        description="A service, such as an image service. What else it has is taken as it is.",
    )


class ResourceSent(Sent):
    """Also a rendering, which must have a label."""

    schema = obj(
        {
            "id": address("Where it is."),
            "type": _TYPE,
            "label": LanguageMapSent,
            "format": _FORMAT,
            "language": {"type": "array", "items": _LANGUAGE, "minItems": 1, "maxItems": 20},
            "profile": line(1000, "What it follows."),
        },
        required=["id", "type", "label"],
    )


class WholeSent(Sent):
    """Presentation 3.0 §3.3.2 partOf."""

    schema = obj(
        {"id": address("Its address."), "type": _TYPE, "label": LanguageMapSent, "summary": LanguageMapSent},
        required=["id", "type"],
    )


class PictureSent(Sent):
    schema = obj(
        {
            "id": address("Where it is."),
            "type": _const("Image"),
            "format": _FORMAT,
            "width": _PIXELS,
            "height": _PIXELS,
            "service": listed(ServiceSent, "Its image services.", least=0),
        },
        required=["id", "type"],
    )


class AgentSent(Sent):
    schema = obj(
        {
            "id": address("What it is known by."),
            "type": _const("Agent"),
            "label": LanguageMapSent,
            "homepage": listed(ResourceSent, "Its pages on the web."),
            "logo": listed(PictureSent, "Its logos."),
            "seeAlso": listed(ResourceSent, "Data about it."),
        },
        required=["id", "type", "label"],
    )


class PlaceSent(Sent):
    """Extension navPlace 1.0."""

    schema = obj(
        {
            "type": _const("FeatureCollection"),
            "features": listed(
                obj(
                    {
                        "type": _const("Feature"),
                        "properties": obj({"label": LanguageMapSent}),
                        "geometry": obj(
                            {
                                "type": _const("Point"),
                                "coordinates": {
                                    "type": "array",
                                    "minItems": 2,
                                    "maxItems": 2,
                                    "items": {"type": "number", "minimum": -180, "maximum": 180},
                                },
                            },
                            required=["type", "coordinates"],
                        ),
                    },
                    required=["type", "geometry"],
                ),
                "Points, or any other GeoJSON geometry.",
            ),
        },
        required=["type", "features"],
    )


class CanvasNamed(Sent):
    """A page of the manifest, or a rectangle of it."""

    schema = obj(
        {
            "canvas": line(1000, "What the source calls the page, or its uuid."),
            "region": {"type": "string", "pattern": _BOX, "description": "x,y,width,height in pixels of the page."},
        },
        required=["canvas"],
    )


class RangeSent(Sent):
    """Filled below: it holds itself."""

    schema = {}


RangeSent.schema = obj(
    {
        "id": line(200, "What the source calls it: by it the range keeps its address."),
        "type": _const("Range"),
        "label": LanguageMapSent,
        "behavior": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {"type": "string", "enum": ["sequence", "thumbnail-nav", "no-nav"]},
        },
        "items": listed({"anyOf": [CanvasNamed, RangeSent]}, "Pages and ranges, in their order.", 1000),
    },
    required=["items"],
)


class ShownCanvasSent(Sent):
    """A canvas that stands for another, or beside it."""

    schema = obj(
        {
            "type": _const("Canvas"),
            "width": _PIXELS,
            "height": _PIXELS,
            "items": listed(
                obj(
                    {
                        "type": _const("AnnotationPage"),
                        "items": listed(
                            obj({"type": _const("Annotation"), "body": PictureSent}, required=["type", "body"]),
                            "What is painted on it.",
                        ),
                    },
                    required=["type", "items"],
                ),
                "One annotation page.",
                1,
            ),
        },
        required=["type", "width", "height", "items"],
    )


#: Every property by its name.
PROPERTIES: dict[str, Any] = {
    "label": LanguageMapSent,
    "summary": LanguageMapSent,
    "metadata": {"type": "array", "maxItems": description.MOST_PAIRS, "items": PairSent},
    "requiredStatement": PairSent,
    "rights": {
        "type": "string",
        "pattern": _ADDRESS,
        "description": "An address of Creative Commons or RightsStatements.org. Any other becomes `license`.",
        "examples": ["http://creativecommons.org/publicdomain/mark/1.0/"],
    },
    "license": listed(
        address("A licence."),
        "Licences that `rights` may not name; linked in the required statement.",
        own.MOST_LICENCES,
    ),
    "provider": listed(AgentSent, "Who provides it."),
    "homepage": listed(ResourceSent, "Pages about it."),
    "seeAlso": listed(ResourceSent, "Data about it, for machines."),
    "rendering": listed(ResourceSent, "The same in other forms, such as a PDF."),
    "thumbnail": listed(PictureSent, "In the place of the one that is made of its first picture."),
    "navDate": {"type": "string", "format": "date-time"},
    "navPlace": PlaceSent,
    "viewingDirection": {"type": "string", "enum": list(description.DIRECTIONS)},
    "service": listed(ServiceSent, "Its services."),
    "services": listed(ServiceSent, "Services that are used in several places."),
    "partOf": listed(WholeSent, "What else it is part of; collections here name themselves."),
    "placeholderCanvas": ShownCanvasSent,
    "accompanyingCanvas": ShownCanvasSent,
    "tags": listed(line(100, "A word to find it by; it is in no document."), "For searching and for saved queries."),
    "start": CanvasNamed,
    "structures": listed(RangeSent, "Chapters, articles, other orders: the ranges at the top.", 1000),
}
#: Presentation 3.0 §3.2: the words that mean something on each kind.
_CANVAS_BEHAVIORS = (*_BEHAVIORS[:2], "facing-pages", "non-paged")
_COLLECTION_BEHAVIORS = (*_BEHAVIORS, "unordered", "individuals", "continuous", "paged", "multi-part", "together")
_MANIFEST_BEHAVIORS = (*_BEHAVIORS, "unordered", "individuals", "continuous", "paged")


def _words(names: tuple[str, ...], behaviors: tuple[str, ...]) -> dict[str, Schema]:
    """These properties; null takes one away."""
    behavior = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(behaviors)}}
    return {name: nullable(behavior if name == "behavior" else PROPERTIES[name]) for name in names}


CANVAS = _words(CANVAS_DESCRIPTIVE, _CANVAS_BEHAVIORS)
COLLECTION = _words(COLLECTION_DESCRIPTIVE, _COLLECTION_BEHAVIORS)
MANIFEST = _words(MANIFEST_DESCRIPTIVE, _MANIFEST_BEHAVIORS)

_EXTERNAL_ID = line(1000, "What the source calls it.")
#: A picture of the source, by its own key.
PICTURE = {
    "external_id": _EXTERNAL_ID,
    "url": line(4000, "Where to fetch it: http or https."),
}


class PaintingSent(Sent):
    """One of the things that are painted on a page: a picture of the source, or content of others."""

    schema = {
        "anyOf": [
            _EXTERNAL_ID,
            obj(
                {
                    **PICTURE,
                    "target": {
                        "type": "string",
                        "pattern": _BOX,
                        "description": "Where: x,y,width,height of the page.",
                    },
                    "region": {"type": "string", "pattern": _BOX, "description": "Which part of the picture."},
                    "rotation": {"type": "integer", "minimum": 0, "maximum": 360},
                    "choice": line(60, "Neighbours with the same word here are shown one at a time (Choice)."),
                    "label": LanguageMapSent,
                },
                required=["external_id"],
            ),
            obj({"id": {"type": "string", "format": "uuid"}}, required=["id"], description="Any picture, by its id."),
            obj(
                {
                    "content": PictureSent,
                    "target": {"type": "string", "pattern": _BOX},
                    "choice": line(60, "As with pictures."),
                    "label": LanguageMapSent,
                },
                required=["content"],
            ),
        ]
    }
