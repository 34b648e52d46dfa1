"""Links to other documents: related, rendering, seeAlso, within, thumbnail, logo (P2 §3.1 to §3.4)."""

import mimetypes
import re
from collections.abc import Callable
from typing import Any

from manifests.build.text import LanguageMap
from manifests.payload.upgrade.reading import PRIVATE, Json, Place, Resource, is_http, local
from manifests.payload.upgrade.services import services
from manifests.payload.upgrade.texts import is_html, text

Reader = Callable[[Any, Place], Json | None]

_FORMAT = re.compile(r"[a-z]+/.*")
_BY_MEDIA = {"image": "Image", "audio": "Sound", "video": "Video", "text": "Text", "model": "Model"}
_DOCUMENTS = ("application/pdf", "application/epub+zip", "application/xhtml+xml")
_CONTAINERS = {"Collection": "Collection", "Manifest": "Manifest", "Layer": "AnnotationCollection", "Canvas": "Canvas"}


def linked(resource: Resource, name: str, reader: Reader) -> list[Json] | None:
    """The values of a linking property; those without an http address are kept for 2.1 only."""
    found = []
    for number, each in enumerate(resource.take_list(name)):
        if one := reader(each, resource.place / name / number):
            found.append(one)
        else:
            resource.keep(name, [each])
    return found or None


def homepage(value: Any, place: Place) -> Json | None:
    """P2 `related`: a page for people. 3.0 demands a label."""
    return _link(value, place, lambda media: kind(media, "Text"), label=True)


def rendering(value: Any, place: Place) -> Json | None:
    """P2 and P3 `rendering`: something to download. 3.0 demands a label."""
    return _link(value, place, lambda media: kind(media, "Dataset"), label=True)


def see_also(value: Any, place: Place) -> Json | None:
    """P2 and P3 `seeAlso`: data for machines."""
    return _link(value, place, lambda media: "Dataset")


def image(value: Any, place: Place) -> Json | None:
    """A thumbnail or a logo."""
    return _link(value, place, lambda media: "Image")


def container(default: str) -> Reader:
    """P2 `within`: what it is part of; `default` where only its address is said."""

    def read(value: Any, place: Place) -> Json | None:
        resource = Resource({"@id": value} if isinstance(value, str) else value, place) if _object(value) else None
        if resource is None or not (uri := resource.take_uri()):
            return None
        said = next((_CONTAINERS[local(each)] for each in resource.types if local(each) in _CONTAINERS), None)
        if resource.types and not said:
            resource.keep("@type", resource.said_type)
        inner = linked(resource, "within", container("Collection"))
        return resource.done({"id": uri, "type": said or default, "label": text(resource, "label"), "partOf": inner})

    return read


def provider(resource: Resource, attribution: LanguageMap | None) -> list[Json] | None:
    """P2 `logo`: the sign of an organisation that 3.0 wants named; the attribution is the best name there is."""
    logos = linked(resource, "logo", image) or []
    named = (
        attribution
        if attribution and not any(is_html(each) for said in attribution.values() for each in said)
        else None
    )
    label = named or {"en": ["Logo"]}
    return [
        {"id": logo["id"], "type": "Agent", "label": label, "logo": [logo], PRIVATE: {"bareLogo": True}}
        for logo in logos
    ] or None


def kind(media: str, otherwise: str) -> str:
    """The 3.0 type of a content resource of this media type."""
    if media in _DOCUMENTS:
        return "Text"
    return _BY_MEDIA.get(media.partition("/")[0], otherwise)


def media_type(resource: Resource) -> str | None:
    """`format`, where the official schema takes it."""
    said = resource.peek("format")
    return resource.take("format") if isinstance(said, str) and _FORMAT.fullmatch(said) else None


def guessed(uri: str) -> str:
    """The media type that the end of an address speaks of; nothing if it speaks of none."""
    return mimetypes.guess_type(uri.partition("#")[0].partition("?")[0])[0] or ""


def size(resource: Resource, name: str) -> int | None:
    """Height or width, where the official schema takes it: a whole number above zero."""
    said = resource.peek(name)
    if isinstance(said, bool) or not isinstance(said, int | float) or said < 1 or said != said // 1:
        return None
    return int(resource.take(name))


def _object(value: Any) -> bool:
    return isinstance(value, dict | str)


def _link(value: Any, place: Place, type_: Callable[[str], str], label: bool = False) -> Json | None:
    """{id, type, label, format, …}; None without an http address. `label`: one is made up if there is none."""
    resource = Resource({"@id": value} if isinstance(value, str) else value, place) if _object(value) else None
    if resource is None or not is_http(resource.peek("@id")):
        return None
    uri = resource.take("@id")
    media = media_type(resource)
    said = text(resource, "label")
    if label and not said:
        said = {"none": [uri]}
        resource.keep("label", None)
    found = {
        "id": uri,
        "type": type_(media or guessed(uri)),
        "label": said,
        "format": media,
        "profile": resource.take_if("profile", str),
        "height": size(resource, "height"),
        "width": size(resource, "width"),
        "service": services(resource),
    }
    if resource.types and local(resource.types[0]) != found["type"]:
        resource.keep("@type", resource.said_type)
    return resource.done(found)
