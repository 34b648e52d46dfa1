"""Content resources: what annotations paint or say (2.1 §5.4, §6.1 to §6.6; 3.0 §5.7)."""

from typing import Any

from manifests.build.second.descriptive import described
from manifests.build.second.form import TYPES, Json, SecondForm, identity, listed, objects, one_or_many
from manifests.build.second.fragments import rectangle, resolved, selected, shape, svg_selector
from manifests.build.second.images import image, is_image, size
from manifests.build.second.private import merged, only_second
from manifests.build.second.services import IMAGE_3

SELECTOR_CONTEXT = "http://iiif.io/api/annex/openannotation/context.json"
#: 2.1 §5.5: the types of Open Annotation for those of 3.0 §5.7; anything else is data.
_TYPES = {"Text": "dctypes:Text", "Sound": "dctypes:Sound", "Audio": "dctypes:Sound", "Video": "dctypes:MovingImage"}
#: Web Annotation: several bodies in one.
_SETS = ("List", "Composite", "Independents")
_REQUEST = {"region": "full", "size": "full", "rotation": "0", "quality": "default", "format": "jpg"}


def content(body: Any, form: SecondForm) -> Any:
    """Any body of an annotation; None for what has neither an address nor text."""
    if not isinstance(body, dict):
        return resolved(body, form) if isinstance(body, str) and body else None
    kind = body.get("type")
    if kind == "Choice":
        return choice([content(each, form) for each in _choices(body)], body, form)
    if kind in _SETS:
        return one_or_many(content(each, form) for each in listed(body.get("items")))
    if "source" in body:
        return specific(body, form)
    if is_image(body):
        return picture(body, form)
    if isinstance(body.get("value"), str):
        return embedded_text(body, form)
    return _linked(body, form)


def painted(body: Any, form: SecondForm) -> list[Json]:
    """2.1 §5.3 images: what of a painting is a picture, each body by itself; nothing of sound, film and text."""
    said = []
    for each in objects(body):
        if is_image(each):
            said.append(picture(each, form))
        elif "source" in each and (source := _image_source(each)):
            said.append(specific({**each, "source": source}, form))
        elif each.get("type") == "Choice":
            options = [option for inner in _choices(each) for option in painted(inner, form)]
            said.append(choice(options, each, form))
        elif each.get("type") in _SETS:
            said += painted(each.get("items"), form)
    return [each for each in said if each]


def picture(body: Json, form: SecondForm) -> Json:
    """2.1 §5.4: an image with its service and what describes it."""
    return merged({**image(body, form), **described(body, form)}, body)


def _choices(body: Json) -> list[Any]:
    """The options of a choice; those of a choice in a choice are options too."""
    return [
        option
        for each in listed(body.get("items"))
        for option in (_choices(each) if isinstance(each, dict) and each.get("type") == "Choice" else [each])
    ]


def _image_source(body: Json) -> Json | None:
    """The source, if it is a picture. What is painted and given by its URI alone is taken for one."""
    source = next(iter(listed(body["source"])), None)
    if isinstance(source, str) and source:
        return {"id": source, "type": "Image"}
    return source if isinstance(source, dict) and is_image(source) else None


def choice(options: list[Any], body: Json, form: SecondForm) -> Any:
    """2.1 §6.3 oa:Choice: the first is the default (3.0 §5.7 Choice), the others are items; one alone is no choice.

    Nothing (rdf:nil) can be an option in 2.1 only, also the default one.
    """
    options = [option for option in options if option]
    only = only_second(body)
    if not options or (len(options) < 2 and not only.keys() & {"default", "item"}):
        return options[0] if options else None
    said = {"@type": "oa:Choice", **described(body, form)}
    said |= {"item": options} if "default" in only else {"default": options[0], "item": options[1:]}
    return merged(said, body)


def embedded_text(body: Json, form: SecondForm) -> Json:
    """2.1 §6.2 cnt:ContentAsText, from TextualBody (3.0 §5.7)."""
    said: Json = {"@type": "cnt:ContentAsText", "chars": body["value"]}
    for key in ("format", "language"):
        if value := one_or_many(listed(body.get(key))):
            said[key] = value
    return merged(said | described(body, form), body)


def _linked(body: Json, form: SecondForm) -> Json | None:
    """2.1 §5.5: content that is fetched from its own address."""
    uri, kind = identity(body), body.get("type", "")
    if not uri:
        return None
    kind = kind if isinstance(kind, str) else ""
    said: Json = {"@id": resolved(uri, form), "@type": TYPES.get(kind) or _TYPES.get(kind, "dctypes:Dataset")}
    for key in ("format", "language"):
        if value := one_or_many(listed(body.get(key))):
            said[key] = value
    return merged(said | described(body, form), body)


def specific(body: Json, form: SecondForm) -> Any:
    """2.1 §6.1, §6.4 to §6.6: a part of a resource, or a resource with a style. Without either: the resource."""
    source = next(iter(listed(body["source"])), None)
    whole = content({"id": source, "type": "Image"} if _is_request(source, body) else source, form)
    full = {"@id": whole} if isinstance(whole, str) else whole
    if not isinstance(full, dict):
        return full
    fragment, style, selector = selected(body), body.get("styleClass"), _selector(body, full, form)
    if not selector and not style and "selector" not in only_second(body):
        if fragment and "@id" in full:
            return merged({**full, "@id": f"{full['@id'].partition('#')[0]}#{fragment}"}, body)
        return whole
    said: Json = {"@type": "oa:SpecificResource"}
    if address := _address(full, selector, body):
        said = {"@id": address, **said}
    if style:
        said["style"] = style
    said |= described(body, form) | {"full": full}
    if selector:
        said["selector"] = selector
    return merged(said, body)


def _is_request(source: Any, body: Json) -> bool:
    """Whether a source that is given by its URI is a picture: the selector is one for pictures, or it is of ours."""
    kinds = [selector.get("type") for selector in objects(body.get("selector"))]
    return isinstance(source, str) and "ImageApiSelector" in kinds


def _selector(body: Json, full: Json, form: SecondForm) -> Json | None:
    """What of the image is meant; None where a fragment says it.

    §6.1: a rectangle is better asked of the image's service. Whether that of others can, we do not know.
    """
    for given in objects(body.get("selector")):
        if given.get("type") == "ImageApiSelector":
            asked = {key: given[key] for key in _REQUEST if isinstance(given.get(key), str)}
            return {"@context": SELECTOR_CONTEXT, "@type": "iiif:ImageApiSelector", **_in_version(asked, full)}
    if svg := shape(body):
        return svg_selector(svg)
    fragment = selected(body)
    if not fragment:
        return None
    service = _image_service(full)
    if (box := rectangle(fragment)) and service and service["@id"].startswith(form.own_images_2):
        region = {"region": box.removeprefix("xywh=")}
        return {"@context": SELECTOR_CONTEXT, "@type": "iiif:ImageApiSelector", **region}
    return {"@type": "oa:FragmentSelector", "value": fragment} if body.get("styleClass") else None


def _in_version(asked: Json, full: Json) -> Json:
    """An image request as the image's service understands it: 2.1 has no `max` and no `^`."""
    service = _image_service(full)
    if "size" not in asked or (service and service.get("@context") == IMAGE_3):
        return asked
    return asked | {"size": size(asked["size"])}


def _address(full: Json, selector: Json | None, body: Json) -> str | None:
    """§6.1: the part as a picture of its own, for clients that do not speak the Image API."""
    service = _image_service(full)
    if not selector or not service or selector["@type"] != "iiif:ImageApiSelector":
        return None
    whole = "max" if service["@context"] == IMAGE_3 else "full"
    asked = _REQUEST | {"size": whole} | {key: selector[key] for key in _REQUEST if key in selector}
    return "{}/{region}/{size}/{rotation}/{quality}.{format}".format(service["@id"].rstrip("/"), **asked)


def _image_service(full: Json) -> Json | None:
    """The first image service of a projected resource."""
    contexts = ("http://iiif.io/api/image/", "http://library.stanford.edu/iiif/image-api/")
    found = (each for each in objects(full.get("service")) if str(each.get("@context", "")).startswith(contexts))
    return next(found, None)
