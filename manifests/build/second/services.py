"""Services: objects with a context of their own (2.1 §3.4 service, §4.5; 3.0 §3.3.1 service)."""

import re
from typing import Any

from manifests.build.second.form import Json, SecondForm, identity, objects, one_or_many
from manifests.build.second.private import merged
from manifests.build.second.text import name, text

IMAGE_2 = "http://iiif.io/api/image/2/context.json"
IMAGE_3 = "http://iiif.io/api/image/3/context.json"
_SEARCH = "http://iiif.io/api/search/1/"
_AUTH = "http://iiif.io/api/auth/1/"
_CONTEXTS = {
    "ImageService1": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
    "ImageService2": IMAGE_2,
    "ImageService3": IMAGE_3,
    "SearchService1": f"{_SEARCH}context.json",
    "AutoCompleteService1": f"{_SEARCH}context.json",
    **dict.fromkeys(("AuthCookieService1", "AuthTokenService1", "AuthLogoutService1"), f"{_AUTH}context.json"),
}
#: Profiles that 3.0 may leave out, because there the type says it.
_PROFILES = {
    "SearchService1": f"{_SEARCH}search",
    "AutoCompleteService1": f"{_SEARCH}autocomplete",
    "AuthTokenService1": f"{_AUTH}token",
    "AuthLogoutService1": f"{_AUTH}logout",
}
_LEVELS = {
    "ImageService1": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#{}",
    "ImageService2": "http://iiif.io/api/image/2/{}.json",
    "ImageService3": "http://iiif.io/api/image/3/{}.json",
}
#: Protocols that came after 2.1 and that no client looks for in it. Images say in their info.json how to get in.
NEWER = re.compile(r"(Search|AutoComplete|Auth\w*)Service2")
_SIZES = ("width", "height", "sizes", "tiles")
_IDENTITY = ("id", "@id", "type", "@type", "@context", "profile", "service", "label", "description", "_presentation2")


def services(value: Any, form: SecondForm) -> Json | list[Json] | None:
    """2.1 §3.4: each service once, also where our image came with its services of both versions."""
    found: dict[str, Json] = {}
    for each in objects(value):
        projected = service(each, form)
        if projected is not None:
            found.setdefault(projected["@id"], projected)
    return one_or_many(each if len(each) > 1 else each["@id"] for each in found.values())


def service(given: Json, form: SecondForm) -> Json | None:
    """One service, or None if 2.1 has no place for it.

    Our own images are served in both versions of the Image API. A service of others is what it is: one of version 3
    is not relabelled, but says so by its context, type and full profile, and viewers read its info.json anyway.
    """
    uri, kind = identity(given), given.get("type", given.get("@type"))
    kind = kind if isinstance(kind, str) else ""
    if not uri or NEWER.fullmatch(kind):
        return None
    if kind == "ImageService3" and uri.startswith(form.own_images):
        return _own_image_service(given, uri, form)
    context = given.get("@context", _CONTEXTS.get(kind))
    said: Json = {"@context": context} if context else {}
    said["@id"] = uri
    if context and (kind == "ImageService3" or kind not in (*_CONTEXTS, "Service", "")):
        said["@type"] = kind
    profile = _profile(given.get("profile", _PROFILES.get(kind)), kind)
    if profile:
        said["profile"] = profile
    # §4.5: what goes beyond a profile needs a context.
    return merged(said | _further(given, form) if context else said, given)


def _own_image_service(given: Json, uri: str, form: SecondForm) -> Json:
    """An image of ours in Image API 2.1 (§5), with the sizes that it comes in."""
    said = {
        "@context": IMAGE_2,
        "@id": form.own_images_2 + uri.removeprefix(form.own_images),
        "profile": _profile(given.get("profile", "level2"), "ImageService2"),
    }
    for key in _SIZES:
        if key in given:
            said[key] = given[key]
    if "service" in given and (inner := services(given["service"], form)):
        said["service"] = inner
    return merged(said, given)


def _profile(profile: Any, kind: str) -> Any:
    """2.1 knows profiles by their URI only; 3.0 shortens those of images to `level2`."""
    level = isinstance(profile, str) and profile.startswith("level") and _LEVELS.get(kind)
    return level.format(profile) if level else profile


def _further(given: Json, form: SecondForm) -> Json:
    """Everything else that a service says, its words as 2.1 writes them."""
    said = {key: value for key, value in given.items() if key not in _IDENTITY}
    for key, rule in (("label", name), ("description", text)):
        value = given.get(key)
        is_map = isinstance(value, dict) and "@value" not in value
        if words := rule(value) if is_map else value:
            said[key] = words
    if inner := services(given.get("service"), form):
        said["service"] = inner
    return said
