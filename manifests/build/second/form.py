"""What the projection is told about addresses, and how it says that there is nothing to project."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
Json = dict[str, Any]

#: Presentation 2.1 §4.5: first in the document and only there; services and selectors have contexts of their own.
CONTEXT = "http://iiif.io/api/presentation/2/context.json"


#: 2.1 §3.3 @type, for the types of 3.0 that the two have in common.
TYPES = {
    "Canvas": "sc:Canvas",
    "Manifest": "sc:Manifest",
    "Collection": "sc:Collection",
    "Range": "sc:Range",
    "AnnotationPage": "sc:AnnotationList",
    "AnnotationCollection": "sc:Layer",
    "Annotation": "oa:Annotation",
}


class NoSecondForm(Exception):
    """Presentation 2.1 cannot say this at all; the sentence says why. Answered as 406, or with the 3.0 document."""


@dataclass(frozen=True, slots=True)
class SecondForm:
    """How the addresses of a tree in 3.0 form are written in 2.1.

    `document_id` is the id of the document itself; of a canvas or range, that of the manifest it is in. `address`
    turns the address of one of our documents (manifests, collections, annotation pages and collections) into that
    of its 2.1 form; names (canvases, ranges, annotations) and what belongs to others it leaves alone. `own_images`
    and `own_images_2` are what the services of our images begin with in Image API 3 and 2, such as https://h/iiif/3/
    and https://h/iiif/2/.
    """

    document_id: str
    address: Callable[[str], str]
    own_images: str
    own_images_2: str


def document(said: Json) -> Json:
    """2.1 §4.5: the context comes first, and is the first where there are further ones."""
    further = [each for each in listed(said.get("@context")) if each != CONTEXT]
    rest = {key: value for key, value in said.items() if key != "@context"}
    return {"@context": [CONTEXT, *further] if further else CONTEXT, **rest}


def one_or_many(values: Iterable[T | None]) -> T | list[T] | None:
    """2.1 §4.2: a list only where there are several; None where there is nothing."""
    found = [value for value in values if value is not None]
    if len(found) > 1:
        return found
    return found[0] if found else None


def listed(value: Any) -> list[Any]:
    """A property of 3.0 that is a list (§4.3), also where somebody gave a single value."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Any) -> list[Json]:
    """The JSON objects of a property that is a list of them."""
    if not isinstance(value, list):
        return [value] if isinstance(value, dict) else []
    return [each for each in value if isinstance(each, dict)]


def present(tree: Json) -> Json:
    """The tree without properties that have nothing to say."""
    return {name: value for name, value in tree.items() if value is not None}


def identity(value: Any) -> str:
    """The URI of a resource that is given as a URI or as an object with one; "" where there is none."""
    if isinstance(value, dict):
        value = value.get("id") or value.get("@id")
    return value if isinstance(value, str) else ""
