"""A collection (2.1 §5.8; 3.0 §5.1)."""

from manifests.build.second.descriptive import described
from manifests.build.second.form import Json, SecondForm, identity, objects
from manifests.build.second.private import named
from manifests.build.second.viewing import nav_date, viewing_hint

#: What a collection in `members` says (§5.8 MUST) where 3.0 says nothing: its manifests are objects by themselves.
_DEFAULT_HINT = "individuals"
_KINDS = {"Manifest": "sc:Manifest", "Collection": "sc:Collection"}


def collection(given: Json, uri: str, form: SecondForm, other: Json | None = None) -> Json:
    """§5.8: `members` in their order, and without order `collections` and `manifests` for clients of 2.0.

    2.1 §3.3: it has no viewingDirection. `other` is the same with other ids, whose members differ in nothing else.
    """
    said = _head(given, uri, form)
    items = [each for each in objects(given.get("items")) if each.get("type") in _KINDS and identity(each)]
    made = other["members"] if other else [None] * len(items)
    said["members"] = [_member(*each, form) for each in zip(items, made, strict=True)]
    for key, kind in (("collections", "sc:Collection"), ("manifests", "sc:Manifest")):
        if found := [_short(each) for each in said["members"] if each["@type"] == kind]:
            said[key] = found
    return said


def _member(given: Json, made: Json | None, form: SecondForm) -> Json:
    """§5.8: a reference with id, type and label (MUST); a collection that is embedded in 3.0 is embedded here too."""
    uri = form.address(identity(given))
    if made and "items" not in given:
        return {**made, "@id": uri}
    is_collection = given["type"] == "Collection"
    said = collection(given, uri, form) if is_collection and "items" in given else _head(given, uri, form)
    if is_collection:
        said.setdefault("viewingHint", _DEFAULT_HINT)
    return said


def _head(given: Json, uri: str, form: SecondForm) -> Json:
    """A manifest or collection without its members; the label MUST be there."""
    said: Json = {"@id": uri, "@type": _KINDS[given["type"]]} | described(given, form)
    if "behavior" in given and (hint := viewing_hint(given)):
        said["viewingHint"] = hint
    if "navDate" in given and (date := nav_date(given)):
        said["navDate"] = date
    return named(said, given, uri)


def _short(member: Json) -> Json:
    return {key: member[key] for key in ("@id", "@type", "label")}
