"""Parts of resources: selectors of Open Annotation as those of the Web Annotation model (P2 §6.1, §6.4)."""

from typing import Any

from manifests.payload.upgrade.reading import Json, as_list, is_http, local

#: Web Annotation selectors and what the official schema demands of them beside the type.
_SELECTORS: dict[str, dict[str, type]] = {
    "FragmentSelector": {"value": str},
    "SvgSelector": {"value": str},
    "ImageApiSelector": {},
    "PointSelector": {},
    "XPathSelector": {"value": str},
    "CssSelector": {"value": str},
    "TextQuoteSelector": {"exact": str},
    "TextPositionSelector": {"start": int, "end": int},
    "DataPositionSelector": {"start": int, "end": int},
}
#: What else may stand in each, and as what.
_OPTIONAL: dict[str, dict[str, type]] = {
    "ImageApiSelector": dict.fromkeys(("region", "size", "rotation", "quality", "format"), str),
    "TextQuoteSelector": {"prefix": str, "suffix": str},
    "PointSelector": {"x": int, "y": int},
}


def fragment_selector(fragment: str) -> Json:
    """What stands behind the # of an address, such as xywh=0,0,10,10."""
    return {"type": "FragmentSelector", "value": fragment}


def selector(value: Any) -> Json | list[Json] | None:
    """One selector, or several for the same part; None if there is one among them that 3.0 does not have."""
    found = [_selector(each) for each in _alternatives(value)]
    kept = [each for each in found if each]
    if not kept or len(kept) < len(found):
        return None
    return kept if len(kept) > 1 else kept[0]


def _alternatives(value: Any) -> list[Any]:
    """oa:Choice is how 2.1 clients give a rectangle and an outline of the same part."""
    if isinstance(value, dict) and "oa:Choice" in as_list(value.get("@type")):
        return [*as_list(value.get("default")), *as_list(value.get("item"))]
    return as_list(value)


def _selector(value: Any) -> Json | None:
    if not isinstance(value, dict):
        return None
    names = [local(each) for each in as_list(value.get("@type")) if isinstance(each, str)]
    type_ = next((name for name in names if name in _SELECTORS), None)
    if type_ is None:
        return None
    given = {name: each for name, each in value.items() if name not in ("@type", "@context") and each is not None}
    if "chars" in given and "value" not in given:
        given["value"] = given.pop("chars")  # P2 §6.4: the outline is embedded like a text
    if type_ == "ImageApiSelector":
        given = {name: _plain(each) for name, each in given.items()}
    needed, optional = _SELECTORS[type_], _OPTIONAL.get(type_, {})
    conforms = given.pop("conformsTo", None) if type_ == "FragmentSelector" else None
    if not needed.keys() <= given.keys() or not given.keys() <= needed.keys() | optional.keys():
        return None
    if not all(_is(each, (needed | optional)[name]) for name, each in given.items()):
        return None
    if conforms is not None and not is_http(conforms):
        return None
    if type_ == "PointSelector" and not all(each > 0 for each in given.values()):
        return None
    return {"type": type_, **({"conformsTo": conforms} if conforms else {}), **given}


def _plain(value: Any) -> Any:
    """A rotation of 90 is "90" in both versions; some write the number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
