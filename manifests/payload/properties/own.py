"""Properties that are in no 3.0 document as such: other licences, tags, contexts of extensions, what only 2.1 says."""

from collections.abc import Mapping
from typing import Any

from manifests.build.form import CONTEXT
from manifests.build.rights import rights_uri
from manifests.payload.properties.values import anything, is_uri, line, uri
from manifests.payload.properties.way import Json, Way, listed

MOST_LICENCES = 20
MOST_TAGS = 200
LONGEST_TAG = 200
MOST_CONTEXTS = 20
_PRESENTATION = "http://iiif.io/api/presentation/"


def licence(value: Any, way: Way) -> list[str]:
    """Addresses of terms of use; 2.1 has them as `license`, 3.0 as links in the required statement."""
    return list(dict.fromkeys(_licences([value] if isinstance(value, str) else value, way)))


def apart(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was sent, with `rights` that 3.0 does not allow (§3.1) as a licence; then it has no rights."""
    rights = sent.get("rights")
    if not isinstance(rights, str) or rights_uri(rights) or not is_uri(rights.strip()):
        return sent
    before = sent.get("license") or []
    listed_before = before if isinstance(before, list) else [before]
    if len(listed_before) > MOST_LICENCES:
        return sent
    different = [each for place, each in enumerate(listed_before) if each not in listed_before[:place]]
    return {**sent, "rights": None, "license": [*different, rights]}


def tags(value: Any, way: Way) -> list[str]:
    """Short texts to find it by."""
    return list(dict.fromkeys(_tags(value, way)))


def _tag(value: Any, way: Way) -> str:
    if isinstance(value, str) and len(value) > LONGEST_TAG:
        raise way.fault("too_long", f"A tag has at most {LONGEST_TAG} characters.")
    return line(value, way)


def contexts(value: Any, way: Way) -> list[str]:
    """§4.6: those of extensions. Which Presentation API it is, is ours to say."""
    named = _contexts([value] if isinstance(value, str) else value, way)
    return [each for each in dict.fromkeys(named) if each != CONTEXT and not each.startswith(_PRESENTATION)]


def presentation2(value: Any, way: Way) -> Json:
    """What stands in 2.1 documents only, as it is."""
    if not isinstance(value, Mapping):
        raise way.fault("object", "It must be an object.")
    found: Json = anything(value, way)
    return found


_licences = listed(uri, MOST_LICENCES, "addresses")
_tags = listed(_tag, MOST_TAGS, "tags")
_contexts = listed(uri, MOST_CONTEXTS, "addresses")
