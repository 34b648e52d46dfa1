"""`service` (P2 §3.4, annex "Linking to External Services") as arrays of services (P3 §3.3.1)."""

import re
from typing import Any

from manifests.payload.upgrade.reading import PRIVATE, Json, Resource, as_list, is_http

#: What the profile or the context of a service says about its type (P3 §3.3.1).
_TYPES = (
    (re.compile(r"iiif\.io/api/image/3/"), "ImageService3"),
    (re.compile(r"iiif\.io/api/image/2[./]"), "ImageService2"),
    (re.compile(r"iiif\.io/api/image/1[./]|library\.stanford\.edu/iiif/image-api/"), "ImageService1"),
    (re.compile(r"iiif\.io/api/search/[01]/autocomplete"), "AutoCompleteService1"),
    (re.compile(r"iiif\.io/api/search/[01]/search"), "SearchService1"),
    (re.compile(r"iiif\.io/api/auth/[01]/token"), "AuthTokenService1"),
    (re.compile(r"iiif\.io/api/auth/[01]/logout"), "AuthLogoutService1"),
    (re.compile(r"iiif\.io/api/auth/[01]/"), "AuthCookieService1"),
    (re.compile(r"iiif\.io/api/search/[01]/"), "SearchService1"),
)
#: Contexts that the type says all about.
_UNDERSTOOD = {
    "ImageService2": "http://iiif.io/api/image/2/context.json",
    "ImageService1": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
    **dict.fromkeys(("SearchService1", "AutoCompleteService1"), "http://iiif.io/api/search/1/context.json"),
    **dict.fromkeys(
        ("AuthCookieService1", "AuthTokenService1", "AuthLogoutService1"), "http://iiif.io/api/auth/1/context.json"
    ),
}


def services(resource: Resource) -> list[Json] | None:
    """The services of a resource; those without an address, which 3.0 does not take, are kept for 2.1 only."""
    found = []
    for each in resource.take_list("service"):
        if service := _service(each):
            found.append(service)
        else:
            resource.keep("service", [each])
    return found or None


def _service(value: Any) -> Json | None:
    if is_http(value):
        return {"@id": value, "@type": "Service"}
    if not isinstance(value, dict):
        return None
    if is_http(value.get("id")) and isinstance(value.get("type"), str) and "@id" not in value:
        return _of_today(value)
    return _older(value) if is_http(value.get("@id")) else None


def _of_today(value: Json) -> Json | None:
    """A service of the present kind (ImageService3) in an old manifest; as the schema wants it, or not at all."""
    if not isinstance(value.get("profile", ""), str) or "service" in value or "label" in value:
        return None
    context = value.get("@context")
    plain = {name: each for name, each in value.items() if name != "@context"}
    return {**plain, PRIVATE: {"@context": context}} if context else plain


def _older(value: Json) -> Json:
    """A service with @id and @type; everything else it says about itself stays as it is."""
    profiles = as_list(value.get("profile"))
    profile = next((each for each in profiles if isinstance(each, str)), None)
    context = value.get("@context")
    type_ = _type(value, profile, context)
    found: Json = {"@id": value["@id"], "@type": type_, "profile": profile}
    private: Json = {}
    if "@type" in value and value["@type"] != type_:
        private["@type"] = value["@type"]
    if rest := [each for each in profiles if each is not profile]:
        private["profile"] = rest  # P2 allows objects with formats, qualities and the like beside the level
    if context is not None and context != _UNDERSTOOD.get(type_):
        # §3.3.1: no @context inside; yet what a service that we do not know means is said by nothing else.
        (found if type_ == "Service" else private)["@context"] = context
    for name, each in value.items():
        if name == "service":
            inner = [(_service(one), one) for one in as_list(each)]
            found["service"] = [kept for kept, _ in inner if kept] or None
            private["service"] = [one for kept, one in inner if not kept] or None
        elif name not in ("@id", "@type", "@context", "profile"):
            # P2 §4.5: without a context or a known type nothing says what it means.
            unexplained = type_ == "Service" and not context
            (private if unexplained or name in ("id", "type") else found)[name] = each
    private = {name: each for name, each in private.items() if each is not None}
    found = {name: each for name, each in found.items() if each is not None}
    return {**found, PRIVATE: private} if private else found


def _type(value: Json, profile: str | None, context: Any) -> str:
    for said in (profile, context):
        for pattern, name in _TYPES:
            if isinstance(said, str) and pattern.search(said):
                return name
    given = value.get("@type")
    return given if isinstance(given, str) and given else "Service"
