"""One annotation, and pages of them, as they are sent: every fault with its place, all of them at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gcis.core.errors import FieldFault, SourceFault
from manifests.build.references import SCHEME
from manifests.payload.annotations.around import Around
from manifests.payload.annotations.bodies import PLAIN, bodies
from manifests.payload.annotations.targets import references, target
from manifests.payload.properties.linked import homepage, part_of, rendering, see_also
from manifests.payload.properties.services import services
from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.texts import label, pair, pairs, rich
from manifests.payload.properties.values import is_uri, line, one_of, rights, tree, uri
from manifests.payload.properties.way import Faulty, Json, Reader, Spoilt, Way, one_or_many

MOST_ANNOTATIONS = 50_000
#: Web Annotation Vocabulary §2.3.2, Presentation 3.0 §5.6, and registered extensions of IIIF.
MOTIVATIONS = (
    *("assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying"),
    *("linking", "moderating", "questioning", "replying", "tagging"),
    *("supplementing", "transcribing", "translating", "georeferencing", "contextualizing", "contentState"),
)
#: Text Granularity extension.
GRANULARITIES = ("page", "block", "paragraph", "line", "word", "glyph")
_PREFIXED = re.compile(r"[a-z][a-z0-9-]{0,30}:[A-Za-z][A-Za-z0-9_-]{0,60}")


@dataclass(frozen=True, slots=True)
class AnnotationSent:
    """`key` is an annotation of ours that is meant, `uri` the address of another server that it keeps."""

    motivation: list[str]
    target: Any
    body: Any = None
    extra: Json = field(default_factory=dict)
    key: UUID | None = None
    uri: str = ""

    def as_columns(self) -> Json:
        return {"motivation": self.motivation, "body": self.body, "target": self.target, "extra": self.extra}


def annotation(value: Any, way: Way, around: Around) -> AnnotationSent:
    """Faulty or Spoilt if it cannot be used."""
    if not isinstance(value, Mapping):
        raise way.fault("object", "It must be an object.")
    given = {name: each for name, each in value.items() if name not in ("id", "@context")}
    if around.subject:
        given.setdefault("target", around.subject.reference)
    if "bodyValue" in given and "body" not in given:
        given["body"] = {"type": "TextualBody", "value": given.pop("bodyValue"), "format": PLAIN}
    key, kept = _name(value.get("id"), way, around)
    found = Shape(_parts(around), must=("motivation", "target"))(given, way)
    _check_about(found["target"], around, way)
    found.pop("type", None)
    return AnnotationSent(
        motivation=found.pop("motivation"),
        target=found.pop("target"),
        body=found.pop("body", None),
        extra=found,
        key=key,
        uri=kept,
    )


def annotation_sent(value: Any, around: Around, place: str = "") -> AnnotationSent:
    """SourceFault names everything that is wrong."""
    (found,) = annotations_sent([value], around, place, single=True)
    return found


def annotations_sent(value: Any, around: Around, place: str = "items", *, single: bool = False) -> list[AnnotationSent]:
    """Several of them. SourceFault names everything that is wrong, with its place in what was sent."""
    if not isinstance(value, list) or len(value) > MOST_ANNOTATIONS:
        raise _refused([FieldFault(place, "list", f"It must be a list of at most {MOST_ANNOTATIONS} annotations.")])
    found, faults = [], []
    for number, each in enumerate(value):
        way = Way(place="" if single else f".{number}")
        try:
            found.append(annotation(each, way, around))
        except Faulty as fault:
            way.noted.append(fault)
        except Spoilt:
            pass  # all that is wrong with it is noted
        faults += [FieldFault(f"{place}{fault.place}".lstrip("."), fault.code, fault.sentence) for fault in way.noted]
    if faults:
        raise _refused(faults)
    return found


def changes(value: Mapping[str, Any], around: Around) -> Json:
    """The properties that are named, as they are kept; None for what is taken away. SourceFault names all faults."""
    way, parts, found = Way(), _parts(around), {}
    for name, each in value.items():
        if name == "type":
            continue
        step = way.at(name)
        if each is None and name in ("motivation", "target"):
            step.note("required", f"There must be a {name}.")
        try:
            found[name] = None if each is None else _reader(parts, name)(each, step)
        except Faulty as fault:
            way.noted.append(fault)
        except Spoilt:
            pass  # all that is wrong with it is noted
    if not way.noted and "target" in found:
        try:
            _check_about(found["target"], around, way)
        except Faulty as fault:
            way.noted.append(fault)
    if way.noted:
        raise _refused([FieldFault(each.place.lstrip("."), each.code, each.sentence) for each in way.noted])
    return found


def _reader(parts: Mapping[str, Reader], name: str) -> Reader:
    def unknown(value: Any, way: Way) -> Any:
        raise way.fault("unknown", f"There is no such property here. There are {', '.join(parts)}.")

    return parts.get(name) or (tree if ":" in name and not name.startswith("@") else unknown)


def _parts(around: Around) -> dict[str, Reader]:
    return {"type": typed("Annotation"), "motivation": motivation, "body": bodies, "target": target(around), **_EXTRA}


def motivation(value: Any, way: Way) -> list[str]:
    """§5.6: why, as a list. What is painted is no annotation of this kind (§3.3 annotations)."""
    given = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(each, str) for each in given) or len(given) > 20:
        raise way.fault("motivation", f"It must be one of {', '.join(MOTIVATIONS)}, or a list of them.")
    if "painting" in given:
        raise way.fault("painting", "What is painted on a page is not among its annotations.")
    known = (each in MOTIVATIONS or is_uri(each) or _PREFIXED.fullmatch(each) for each in given)
    if not way.lenient and not all(known):
        raise way.fault("motivation", f"It must be one of {', '.join(MOTIVATIONS)}, or a term of an extension.")
    return [str(each) for each in dict.fromkeys(given)]


def _time_mode(value: Any, way: Way) -> Any:
    return one_of(("trim", "scale", "loop"))(value, way)


_EXTRA: dict[str, Reader] = {
    "label": label,
    "summary": rich,
    "metadata": pairs,
    "requiredStatement": pair,
    "rights": rights,
    "textGranularity": one_of(GRANULARITIES),
    "timeMode": _time_mode,
    "created": line,
    "modified": line,
    "generated": line,
    "creator": tree,
    "generator": tree,
    "audience": tree,
    "canonical": uri,
    "via": one_or_many(uri, 50),
    "stylesheet": tree,
    "homepage": homepage,
    "seeAlso": see_also,
    "rendering": rendering,
    "thumbnail": tree,
    "service": services,
    "partOf": part_of,
}


def _name(value: Any, way: Way, around: Around) -> tuple[UUID | None, str]:
    """Which annotation of ours is meant, or the address that it keeps."""
    if value is None:
        return None, ""
    if not isinstance(value, str):
        raise way.at("id").fault("address", "It must be an http or https address.")
    if key := around.annotation(value):
        return key, ""
    return None, uri(value, way.at("id"))


def _check_about(found: Any, around: Around, way: Way) -> None:
    """Presentation 3.0 §3.3 annotations: they are about what they hang on, or a part of it."""
    if around.subject is None or way.lenient:
        return
    named = list(references(found))
    whole = not around.subject.reference.startswith(f"{SCHEME}canvas/")
    if around.subject.reference not in named and not (whole and named):
        raise way.at("target").fault("elsewhere", "It must be about what its page hangs on, or a part of it.")


def _refused(faults: list[FieldFault]) -> SourceFault:
    return SourceFault("invalid", "Some of what was sent cannot be used.", tuple(faults))
