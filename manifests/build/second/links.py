"""Properties that link to other resources (2.1 §3.4; 3.0 §3.3)."""

import mimetypes
from collections.abc import Iterator
from typing import Any

from manifests.build.second.form import TYPES, Json, SecondForm, identity, objects, one_or_many, present
from manifests.build.second.private import merged
from manifests.build.second.text import name

#: Python's own table, so that documents do not depend on what is installed.
_FORMATS = mimetypes.MimeTypes()
_FORMATS_BY_TYPE = {"Text": "text/html", "Image": "image/jpeg", "Sound": "audio/mpeg", "Video": "video/mp4"}


def related(value: Any, form: SecondForm) -> Any:
    """2.1 §3.4 related, from homepage: pages for people, with label and format."""
    return one_or_many(_link(uri, each, "label", "format") for uri, each in _linked(value))


def see_also(value: Any, form: SecondForm) -> Any:
    """2.1 §3.4 seeAlso: descriptions for machines, with profile and format."""
    return one_or_many(_link(uri, each, "label", "format", "profile") for uri, each in _linked(value))


def _link(uri: str, resource: Json, *names: str) -> str | Json:
    """§4.1: an object, or the URI alone where nothing else is said."""
    said: Json = {"@id": uri}
    for key in names:
        if found := name(resource.get(key)) if key == "label" else resource.get(key):
            said[key] = found
    said = merged(said, resource)
    return said if len(said) > 1 else uri


def rendering(value: Any, form: SecondForm) -> Any:
    """2.1 §3.4 rendering: downloads. Label and format MUST be there, so the file name stands in for them."""
    return one_or_many(_rendering(uri, each) for uri, each in _linked(value))


def _rendering(uri: str, resource: Json) -> Json:
    label = name(resource.get("label")) or uri.rsplit("/", 1)[-1] or uri
    said = {"@id": uri, "label": label, "format": resource.get("format") or _format(uri, resource)}
    return merged(said, resource)


def _linked(value: Any) -> Iterator[tuple[str, Json]]:
    """The resources of a property, each with its URI."""
    return ((uri, each) for each in objects(value) if (uri := identity(each)))


def _format(uri: str, resource: Json) -> str:
    """What the address or the type of a resource suggests."""
    guessed = _FORMATS.guess_type(uri.partition("?")[0])[0]
    return guessed or _FORMATS_BY_TYPE.get(resource.get("type", ""), "application/octet-stream")


def within(value: Any, form: SecondForm) -> Any:
    """2.1 §3.4 within, from partOf: what it is in, as the URI, or with the label where there is one (§5.7)."""
    return one_or_many(_container(form.address(uri), each, form) for uri, each in _linked(value))


def _container(uri: str, resource: Json, form: SecondForm) -> str | Json:
    said: Json = {"@id": uri, "@type": TYPES.get(resource.get("type", ""), "sc:Collection")}
    if label := name(resource.get("label")):
        said["label"] = label
    if outer := within(resource.get("partOf"), form):
        said["within"] = outer
    said = merged(said, resource)
    return said if len(said) > 2 else uri


def other_content(value: Any, form: SecondForm) -> list[Json] | None:
    """2.1 §5.3, §5.5, §6.7 otherContent, from annotations: lists by reference only, never embedded.

    As objects, not as plain strings, which the official reader refuses.
    """
    return [
        merged(
            present(
                {
                    "@id": form.address(uri),
                    "@type": "sc:AnnotationList",
                    "label": name(each.get("label")),
                    "within": within(each.get("partOf"), form),
                }
            ),
            each,
        )
        for uri, each in _linked(value)
    ] or None
