"""What only 2.1 can say of a resource, laid over what its projection says.

It stands in the tree as `_presentation2`: a list adds its values to those of the projection, null takes away what the
projection wrote, anything else replaces it. Types and motivations are always whole.
"""

from typing import Any

from manifests.build.second.form import Json, listed

#: What a document is and holds is not for a description to change, and these have a meaning of their own.
_NOT_LAID_OVER = frozenset(
    (
        *("canvases", "structures", "ranges", "members", "manifests", "collections", "images", "resources"),
        *("sequence", "sequences", "languages", "bareLogo"),
    )
)
_WHOLE = ("@type", "motivation")
_TEXTS = ("label", "description", "attribution", "metadata")


def only_second(resource: Json) -> Json:
    """Everything that only 2.1 says of it."""
    return resource.get("_presentation2") or {}


def merged(said: Json, resource: Json) -> Json:
    """The projection of a resource with what only 2.1 says laid over it."""
    only = resource.get("_presentation2")
    if not only:
        return said
    if languages := only.get("languages"):
        said = said | {key: _in_languages(said[key], languages) for key in _TEXTS if key in said}
    return laid_over(said, {key: value for key, value in only.items() if key not in _NOT_LAID_OVER})


def laid_over(said: Json, only: Json) -> Json:
    said = dict(said)
    for key, value in only.items():
        if value is None:
            said.pop(key, None)
        elif isinstance(value, list) and key not in _WHOLE:
            said[key] = listed(said.get(key)) + value
        else:
            said[key] = value
    return said


def named(said: Json, resource: Json, label: Any) -> Json:
    """`merged`, where 2.1 demands a label (§3.1): this one, if there is none."""
    said = merged(said, resource)
    return said if said.get("label") else said | {"label": label}


def _in_languages(texts: Any, languages: Json) -> Any:
    """Texts with the language tags that 2.1 had, where 3.0 has others for them ("es" for "es-419")."""
    if isinstance(texts, list):
        return [_in_languages(each, languages) for each in texts]
    if not isinstance(texts, dict):
        return texts
    tag = texts.get("@language")
    if tag is None:
        return {key: _in_languages(value, languages) for key, value in texts.items()}
    return {**texts, "@language": languages.get(tag, tag)}
