"""What an annotation says: `resource` (P2 §5.4, §6) as the body of a Web Annotation (P3 §5.6, §5.7)."""

from typing import Any

from manifests.payload.upgrade.descriptive import descriptive
from manifests.payload.upgrade.links import guessed, kind, media_type, size
from manifests.payload.upgrade.reading import Json, Place, Resource, is_http, local
from manifests.payload.upgrade.selectors import fragment_selector, selector

NOTHING = "rdf:nil"

#: Types of content in 2.1 → in 3.0.
_TYPES = {
    "Image": "Image",
    "StillImage": "Image",
    "MovingImage": "Video",
    "Sound": "Sound",
    "Text": "Text",
    "Dataset": "Dataset",
}
#: Types with a meaning of their own in 3.0; content resources of others do not have them.
_RESERVED = ("TextualBody", "SpecificResource", "Choice", "Feature", "ContentAsText", "")
_TAGS = ("oa:Tag", "oa:SemanticTag")


def body(value: Any, place: Place) -> Json | None:
    """The body; None for what 3.0 has no body for (a thing without an http address)."""
    if isinstance(value, str):
        return _content(Resource({"@id": value}, place))
    if not isinstance(value, dict):
        place.fault("resource", "It must be an object with @id and @type.")
        return None
    resource = Resource(value, place)
    names = {local(each) for each in resource.types}
    if "Choice" in names:
        return _choice(resource)
    if "SpecificResource" in names or isinstance(resource.peek("full"), dict | str):
        return _specific(resource)
    if "ContentAsText" in names or resource.peek("chars") is not None:
        return _text(resource)
    return _content(resource)


def image_body(value: Any, place: Place) -> Json | None:
    """The body of what is painted by `images`: images and nothing else (P2 §5.3)."""
    before = len(place.notes.faults)
    _need_images(value, place)
    return body(value, place) if len(place.notes.faults) == before else None


def _need_images(value: Any, place: Place) -> None:
    if not isinstance(value, dict):
        if value is None:
            place.fault("resource", "It is missing.")
        elif not is_http(value):
            place.fault("resource", "It must be an object with the @id and the @type of an image.")
        return
    names = {local(each) for each in Resource(value, place).types}
    if "Choice" in names:
        _need_images_to_choose(value, place)
    elif "SpecificResource" in names:
        _need_images(value.get("full"), place / "full")
    elif not names:
        (place / "@type").fault("type", "It is missing.")
    elif not {name.lower() for name in names} & {"image", "stillimage"}:
        (place / "@type").fault("type", "Only images may be painted by images.")
    else:
        Resource(value, place).need_uri()
        for name in ("height", "width"):
            if value.get(name) is not None and size(Resource(value, place), name) is None:
                (place / name).fault("size", "It must be a whole number above zero.")


def _need_images_to_choose(value: Json, place: Place) -> None:
    items = value.get("item")
    default = value.get("default")
    if default is None and not items:
        (place / "default").fault("choice", "There is nothing to choose from.")
    if default is not None and default != NOTHING:
        _need_images(default, place / "default")
    for number, each in enumerate(items if isinstance(items, list) else [] if items is None else [items]):
        if each != NOTHING:
            _need_images(each, place / "item" / number)


def _choice(resource: Resource) -> Json | None:
    """P2 §6.3: the default first. That nothing may be shown is kept for 2.1 only."""
    items = []
    for name in ("default", "item"):
        for number, each in enumerate(resource.take_list(name)):
            item = body(each, resource.place / name / number) if each != NOTHING else None
            if item:
                items.append(item)
            else:
                resource.keep(name, each if name == "default" else [each])
    # A Choice with an id is two things at once by the official schema, so the id stays behind.
    return resource.done({"type": "Choice", **descriptive(resource), "items": items}) if items else None


def _specific(resource: Resource) -> Json | None:
    """P2 §6.1, §6.5: a part or a style of the whole resource in `full`."""
    whole = resource.peek("full")
    source = body(whole, resource.place / "full") if whole is not None else None
    if source is None:
        return None
    resource.take("full")
    chosen = selector(resource.peek("selector"))
    if chosen:
        resource.take("selector")
    return resource.done(
        {
            "id": resource.take_uri(),
            "type": "SpecificResource",
            **descriptive(resource),
            "source": source,
            "selector": chosen,
            "styleClass": resource.take_if("style", str),
        }
    )


def _text(resource: Resource) -> Json | None:
    """P2 §6.2: embedded text."""
    value = resource.take("chars")
    if not isinstance(value, str):
        (resource.place / "chars").fault("text", "It must be a text.")
        return None
    tag = bool(set(_TAGS) & set(resource.types))
    if resource.said_type not in ("cnt:ContentAsText", ["cnt:ContentAsText"]):
        resource.keep("@type", resource.said_type)
    return resource.done(
        {
            "id": resource.take_uri(),
            "type": "TextualBody",
            "value": value,
            "format": media_type(resource),
            "language": resource.take_if("language", str),
            "purpose": "tagging" if tag else None,
            **descriptive(resource),
        }
    )


def _content(resource: Resource) -> Json | None:
    """P2 §5.4: something with an address of its own."""
    if not (uri := resource.take_uri()):
        return None
    address, _, fragment = uri.partition("#")
    media = media_type(resource)
    type_ = _type(resource, media or guessed(uri))
    part = type_ == "Image" and fragment.startswith("xywh=")
    lengths = {name: size(resource, name) for name in ("height", "width")}
    found = {
        "id": address if part else uri,
        "type": type_,
        **descriptive(resource),
        "format": media,
        **({} if part else lengths),
        "language": resource.take_if("language", str),
    }
    if not part:
        return resource.done(found)
    for name, length in lengths.items():
        if length:
            resource.keep(name, length)  # in 2.1 the size of the part, which as that of the whole would be wrong
    return {"type": "SpecificResource", "source": resource.done(found), "selector": fragment_selector(fragment)}


def _type(resource: Resource, media: str) -> str:
    """The 3.0 type; one that does not lead back to the same in 2.1 is kept beside it."""
    for each in resource.types:
        name = _TYPES.get(local(each))
        if name and each in (f"dctypes:{name}", "dctypes:MovingImage"):
            if resource.said_type not in (each, [each]):
                resource.keep("@type", resource.said_type)
            return name
    resource.keep("@type", resource.said_type)
    names = [local(each) for each in resource.types]
    known = next((_TYPES[name] for name in names if name in _TYPES), None)
    other = next((name for name in names if name not in _RESERVED), None)
    return known or other or kind(media, "Dataset")
