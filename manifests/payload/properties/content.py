"""Content resources in descriptions (Presentation 3.0 §3.1, §5.7): thumbnails, logos, and the agents that have them."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.properties.linked import homepage, rendering, see_also
from manifests.payload.properties.selectors import specific
from manifests.payload.properties.services import services
from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.texts import label, pair, pairs, rich
from manifests.payload.properties.values import dimension, duration, format_, language, line, rights, tree, uri
from manifests.payload.properties.way import Json, Reader, Way, listed

MOST_PICTURES = 100
MOST_AGENTS = 50

CONTENT: dict[str, Reader] = {
    "id": uri,
    "type": typed(),
    "label": label,
    "format": format_,
    "width": dimension,
    "height": dimension,
    "duration": duration,
    "language": language,
    "profile": line,
    "service": services,
    "summary": rich,
    "metadata": pairs,
    "requiredStatement": pair,
    "rights": rights,
    "homepage": homepage,
    "rendering": rendering,
    "seeAlso": see_also,
    "thumbnail": tree,
    "annotations": tree,
}
_content = Shape(CONTENT, must=("id", "type"))
_logo = Shape({**CONTENT, "type": typed("Image")}, must=("id", "type"))


def content(value: Any, way: Way) -> Json:
    """§3.1 thumbnail: an Image as a rule; anything that is seen or heard, or a part of it, may be one."""
    if isinstance(value, Mapping) and value.get("type") == "SpecificResource":
        return specific(value, way)
    return _content(value, way)


thumbnail = listed(content, MOST_PICTURES, "pictures")
logo = listed(_logo, MOST_PICTURES, "pictures")

#: §3.1 provider: id, type and label MUST; homepage and logo SHOULD, seeAlso MAY.
agent = Shape(
    {
        "id": uri,
        "type": typed("Agent"),
        "label": label,
        "summary": rich,
        "homepage": homepage,
        "logo": logo,
        "seeAlso": see_also,
    },
    must=("id", "type", "label"),
)
provider = listed(agent, MOST_AGENTS, "organisations")
