"""What people and systems say about the order of things in a manifest: its ranges, and where to begin. Pure.

They name canvases by their address, or by the key that the source has for them: `{"canvas": "1r"}`; and ranges by keys
of their own. Until the canvases are known, a key stands as a reference made of it (`key_reference`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from manifests.build.references import SCHEME, mapped, parsed, reference

#: The fields that name canvases.
FIELDS = ("structures", "start")
#: Below it, keys have uuids of their own, which are nobody's.
_KEYS = UUID("5ee6c3a5-5d0f-4c58-9a55-5a3b8f0c2d11")
_DEEPEST = 40


def key_reference(key: str) -> str:
    """What stands for the canvas of that key, before it is known."""
    return reference("canvas", uuid5(_KEYS, key))


def written_out(sent: Any) -> Any:
    """What was sent, with Presentation 3.0's long forms in the place of the short ones; the reader sees to the rest."""
    if not isinstance(sent, Mapping):
        return sent
    return {name: _long(value) if name in FIELDS else value for name, value in sent.items()}


def _long(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [_long(each, depth + 1) for each in value]
    if not isinstance(value, Mapping):
        return value
    if isinstance(value.get("canvas"), str) and set(value) <= {"canvas", "region"}:
        return _canvas(value["canvas"], value.get("region"))
    if value.get("type", "Range") == "Range" and ("items" in value or "label" in value):
        return _range(value, depth)
    return value


def _canvas(key: str, region: Any) -> dict[str, Any]:
    """§5.4: a canvas, or a rectangle of one."""
    whole = {"id": key_reference(key), "type": "Canvas"}
    if region is None:
        return whole
    selector = {"type": "FragmentSelector", "value": f"xywh={region}"}
    return {"type": "SpecificResource", "source": whole, "selector": selector}


def _range(value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    found = {"type": "Range", **value}
    key = found.get("id")
    if isinstance(key, str) and not key.startswith((SCHEME, "http://", "https://")):
        found["id"] = reference("range", uuid5(_KEYS, f"range {key}"))
    for name in ("items", "start"):
        if name in found:
            found[name] = _long(found[name], depth + 1)
    return found


@dataclass(frozen=True, slots=True)
class Here:
    """What there is to refer to: the reference of each canvas by whatever may stand for it, and the ranges' keys.

    `internal` turns addresses of ours into references, and leaves other texts alone.
    """

    canvases: Mapping[str, str]
    ranges: frozenset[UUID]
    internal: Callable[[str], str]


def settled(described: Mapping[str, Any], manifest: UUID, here: Here) -> tuple[dict[str, Any], set[UUID], list[str]]:
    """The fields with references to what is in the manifest; with all its ranges, and the references to nothing."""

    def change(text: str) -> str:
        named = here.internal(text)
        return here.canvases.get(named, named)

    found: dict[str, Any] = mapped(dict(described), change)
    ranges: set[UUID] = set()
    if found.get("structures"):
        tops = enumerate(found["structures"])
        found["structures"] = [_named(each, manifest, str(number), here, ranges) for number, each in tops]
    return found, ranges, sorted(_canvases(found) - set(here.canvases.values()))


def _named(tree: dict[str, Any], manifest: UUID, path: str, here: Here, ranges: set[UUID]) -> dict[str, Any]:
    """A range by its own name: the one that it has, else one of the manifest's uuid and its key, or its place."""
    named = parsed(str(tree.get("id", "")))
    key = named[1] if named and named[0] == "range" else None
    own = key if key in here.ranges else uuid5(manifest, str(key or path))
    assert own
    ranges.add(own)
    items = [
        _named(item, manifest, f"{path}.{number}", here, ranges) if _is_range(item) else item
        for number, item in enumerate(tree.get("items", []))
    ]
    return {**tree, "id": reference("range", own), **({"items": items} if "items" in tree else {})}


def _is_range(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "Range" and "items" in item


def _canvases(tree: Any) -> set[str]:
    """The canvases that are referred to, without fragments."""
    found: set[str] = set()

    def note(text: str) -> str:
        named = parsed(text)
        if named and named[0] == "canvas":
            found.add(reference("canvas", named[1]))
        return text

    mapped(tree, note)
    return found
