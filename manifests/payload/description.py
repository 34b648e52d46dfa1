"""What people and machines say about a thing, checked and brought into Presentation 3.0 shape. Pure.

Texts may be sent as a string, as {language: text} or as {language: [text, …]}; they are kept as the last. Links to
what is ours are internal references (`build.references`). Readers of each property are in `payload.properties`.
"""

from collections.abc import Mapping
from typing import Any

from gcis.core.errors import FieldFault, SourceFault
from manifests.build.rules.behaviors import BEHAVIORS
from manifests.build.text import LanguageMap
from manifests.payload.properties import canvases, content, linked, own, places, ranges, services, texts, values
from manifests.payload.properties.behaviors import behavior
from manifests.payload.properties.publishing import findings, sentence
from manifests.payload.properties.texts import LONGEST_TEXT, MOST_PAIRS
from manifests.payload.properties.values import DIRECTIONS
from manifests.payload.properties.way import MISSING, Faulty, Reader, Spoilt, Way

__all__ = ["BEHAVIORS", "DIRECTIONS", "KINDS", "LONGEST_TEXT", "MOST_PAIRS", "PROPERTIES", "Faulty"]
__all__ += ["belongs", "description", "label", "pair", "pairs", "read", "read_leniently", "rich"]

#: Every property of a description, in the order of Presentation 3.0 §3, and its reader; the last four are our own.
PROPERTIES: dict[str, Reader] = {
    "label": texts.label,
    "summary": texts.rich,
    "metadata": texts.pairs,
    "requiredStatement": texts.pair,
    "rights": values.rights,
    "navDate": values.nav_date,
    "viewingDirection": values.viewing_direction,
    "behavior": behavior,
    "provider": content.provider,
    "homepage": linked.homepage,
    "seeAlso": linked.see_also,
    "rendering": linked.rendering,
    "thumbnail": content.thumbnail,
    "navPlace": places.nav_place,
    "start": canvases.start,
    "service": services.services,
    "services": services.services,
    "partOf": linked.part_of,
    "placeholderCanvas": canvases.lone_canvas,
    "accompanyingCanvas": canvases.lone_canvas,
    "structures": ranges.structures,
    "supplementary": ranges.supplementary,
    "license": own.licence,
    "tags": own.tags,
    "contexts": own.contexts,
    "presentation2": own.presentation2,
}

#: The properties that are not for every class, and for which (Presentation 3.0, appendix A).
_ONLY_ON = {
    **dict.fromkeys(("navDate", "navPlace"), ("Collection", "Manifest", "Canvas", "Range")),
    **dict.fromkeys(("placeholderCanvas", "accompanyingCanvas"), ("Collection", "Manifest", "Canvas", "Range")),
    **dict.fromkeys(("services", "contexts"), ("Collection", "Manifest")),
    "viewingDirection": ("Collection", "Manifest", "Range"),
    "start": ("Manifest", "Range"),
    "structures": ("Manifest",),
    "supplementary": ("Range",),
}
KINDS = ("Collection", "Manifest", "Canvas", "Range", "AnnotationCollection", "AnnotationPage", "Annotation")
#: What is in a resource beside its description, and read by others.
_STRUCTURE = {"@context", "id", "type", "items", "annotations", "width", "height", "duration"}


def belongs(name: str, kind: str) -> bool:
    """Whether a resource of that class may have the property."""
    return name in PROPERTIES and kind in _ONLY_ON.get(name, (kind,))


def description(sent: Mapping[str, Any], *, kind: str = "", language: str = "none") -> dict[str, Any]:
    """The IIIF properties among what was sent; None stays None (take it away). SourceFault names all that is wrong.

    `kind` and `language` as in `read`.
    """
    if not isinstance(sent, Mapping):
        raise SourceFault("description", "It must be an object with IIIF properties.")
    found, faults = read(sent, kind=kind, language=language)
    if faults:
        raise SourceFault("description", "Some of what was sent cannot be used.", tuple(faults))
    return found


def read(
    sent: Mapping[str, Any], under: str = "", *, kind: str = "", language: str = "none", lenient: bool = False
) -> tuple[dict[str, Any], list[FieldFault]]:
    """The properties that could be read, and what is wrong with the others; `under` begins their places.

    `kind` is the class of the resource, one of KINDS, to which properties and behaviors must belong; "" is any.
    Texts without a language are in `language`. Rights of others than Creative Commons and RightsStatements.org become
    the `license`, and `rights` is None: there are none of the kind that Presentation 3.0 §3.1 allows.
    `lenient` keeps what can be kept of a property, and names what is lost.
    """
    found: dict[str, Any] = {}
    faults: list[FieldFault] = []
    told = own.apart(sent)
    for name, reader in PROPERTIES.items():
        if name not in told:
            continue
        way = Way(language, lenient, kind)
        value = _publishable(name, _property(name, reader, told[name], way), way)
        if value is not MISSING and (lenient or not way.noted):
            found[name] = value
        faults += [FieldFault(f"{under}{name}{fault.place}", fault.code, _sentence(fault, way)) for fault in way.noted]
    return found, faults


def read_leniently(sent: Mapping[str, Any], kind: str, *, language: str = "none") -> tuple[dict[str, Any], list[str]]:
    """What of a resource's description can be kept, and a sentence for each thing that cannot.

    `sent` is a whole resource in 3.0 shape, as an import has it; the contexts of extensions are taken from `@context`.
    """
    named = sent.get("@context")
    told = {**sent, "contexts": named} if isinstance(named, list) and "contexts" not in sent else sent
    found, faults = read(told, kind=kind, language=language, lenient=True)
    losses = [f"{fault.field}: {fault.sentence}" for fault in faults]
    known = _STRUCTURE | PROPERTIES.keys()
    losses += [
        f"{str(name)[:200]}: A {kind} has no such property, and it is left out." for name in sent if name not in known
    ]
    return {name: value for name, value in found.items() if value is not None and value != []}, losses


def _property(name: str, reader: Reader, value: Any, way: Way) -> Any:
    if value is None:
        return None
    try:
        if way.kind and not belongs(name, way.kind):
            raise way.fault("misplaced", f"A {way.kind} has no {name}.")
        return reader(value, way)
    except Faulty as fault:
        way.add(fault)
    except Spoilt:
        pass  # all that is wrong with it is noted
    return MISSING


def _publishable(name: str, value: Any, way: Way) -> Any:
    """What was read, if the rules of publishing have nothing against it; of lists, the members that may stand."""
    if value is MISSING or value is None or (way.noted and not way.lenient):
        return value
    found = findings(name, value)
    for each in found:
        way.add(Faulty(each.rule, sentence(each), each.path.replace("/", ".")))
    if not found:
        return value
    wrong = {each.path.split("/")[1] for each in found if each.path}
    return (
        [each for number, each in enumerate(value) if str(number) not in wrong] if isinstance(value, list) else MISSING
    )


def _sentence(fault: Faulty, way: Way) -> str:
    return f"It is left out. {fault.sentence}" if way.lenient and not fault.remark else fault.sentence


def label(value: Any) -> LanguageMap:
    """A name: text only, never HTML. Raises Faulty."""
    return texts.label(value, Way())


def rich(value: Any) -> LanguageMap:
    """A text that may be HTML: when it starts with < and ends with >, without a space behind it. Raises Faulty."""
    return texts.rich(value, Way())


def pair(value: Any) -> dict[str, LanguageMap]:
    """A label and a value. Raises Faulty."""
    found: dict[str, LanguageMap] = _whole(texts.pair, value)
    return found


def pairs(value: Any) -> list[dict[str, LanguageMap]]:
    """Pairs of label and value. Raises Faulty."""
    found: list[dict[str, LanguageMap]] = _whole(texts.pairs, value)
    return found


def _whole(reader: Reader, value: Any) -> Any:
    way = Way()
    found = _property("metadata", reader, value, way)
    if way.noted:
        raise way.noted[0]
    return found
