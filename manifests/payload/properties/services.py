"""Services (Presentation 3.0 §3.3.1 service, services): images, search, authorisation, and whatever a registry adds."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.texts import label
from manifests.payload.properties.values import anything, dimension, key, line, uri
from manifests.payload.properties.way import MISSING, Json, Reader, Spoilt, Way, listed, part

MOST_SERVICES = 100


def service(value: Any, way: Way) -> Json:
    """With id and type, or as older APIs have it, with @id and @type. What else is in it is the service's own."""
    if not isinstance(value, Mapping):
        raise way.fault("object", "It must be an object.")
    older = "id" not in value and "@id" in value
    names = ("@id", "@type") if older else ("id", "type")
    found: Json = {}
    for given, each in value.items():
        name = key(given, way)
        if each is None:
            continue
        if not older and name in ("@id", "@type"):
            way.at(name).note("twice", "A service has either id and type or @id and @type.")
            continue
        read = part(_reader(name, older), each, way, name)
        if read is not MISSING:
            found[name] = read
    _check(found, names, value, way)
    return found


def _reader(name: str, older: bool) -> Reader:
    if name in ("id", "@id"):
        return uri
    if name in ("type", "@type"):
        return typed()
    if name in ("width", "height"):
        return dimension
    if name == "sizes":
        return sizes
    if name == "profile":
        return profile
    if name == "service":
        return services
    return label if name == "label" and not older else anything


def _check(found: Json, names: tuple[str, str], sent: Mapping[Any, Any], way: Way) -> None:
    for name in names:
        if name not in found:
            if sent.get(name) is None:
                way.at(name).note("required", f"There is no {name}, and there must be one.")
            raise Spoilt
    if str(found[names[1]]).startswith("ImageService") and "profile" not in found:
        raise way.at("profile").fault("required", "An image service must have a profile, such as level2.")


def profile(value: Any, way: Way) -> str:
    """One address or word. Of the list that Image API 2 has in its info.json it is the first, the level."""
    if isinstance(value, list) and value:
        if len(value) > 1:
            way.note("profile", "Of a profile only the level is kept, the first in the list.")
        value = value[0]
    return line(value, way)


#: Image API §5.3 sizes: what viewers may ask for without asking the service first.
sizes = listed(Shape({"type": line, "width": dimension, "height": dimension}, must=("width", "height")), 100, "sizes")
services = listed(service, MOST_SERVICES, "services")
