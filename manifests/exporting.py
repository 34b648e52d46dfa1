"""The document of a manifest or collection as a file: what is published, or what would be published now."""

import re
from typing import Any

import orjson

from gcis.core.errors import SourceFault
from manifests import preview, publications
from manifests.models import Manifest, Resource
from redirects import services as names

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def document(record: Resource, version: int, *, draft: bool = False) -> Any:
    """The document in that version of the Presentation API, under its versioned id.

    `draft`: as it is now, with all that the public may not see. SourceFault where there is no such document.
    """
    form = str(version)
    if draft:
        data = preview.document(record, form)
        if data is None:
            raise _no_form(record, version)
        return orjson.loads(data)
    if record.publication is None:
        raise SourceFault("not_published", f"{_called(record)} is not published yet; its draft can be had.")
    if record.withdrawn:
        raise SourceFault("withdrawn", f"{_called(record)} is withdrawn.")
    if form not in record.publication.documents:
        raise _no_form(record, version)
    return orjson.loads(publications.read(record.publication, form))


def as_text(tree: Any) -> bytes:
    """JSON that people can read, in UTF-8."""
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def file_name(record: Resource, version: int) -> str:
    """A name that every file system takes; made of the identifier."""
    name = _UNSAFE.sub("-", names.current([record.pk])[record.pk]).strip("-.") or str(record.pk)
    kind = "manifest" if isinstance(record, Manifest) else "collection"
    return f"{name}.{kind}.{version}.json"


def _called(record: Resource) -> str:
    return names.current([record.pk])[record.pk]


def _no_form(record: Resource, version: int) -> SourceFault:
    return SourceFault("no_form", f"{_called(record)} cannot be said in Presentation {version}.")
