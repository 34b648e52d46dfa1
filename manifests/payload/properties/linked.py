"""Things on the web that belong to a resource (Presentation 3.0 §3.3): homepage, seeAlso, rendering, partOf."""

from manifests.payload.properties.services import services
from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.texts import label, pairs, rich
from manifests.payload.properties.values import any_name, dimension, duration, format_, language_list, line, tree, uri
from manifests.payload.properties.way import Reader, listed

MOST_LINKS = 200

_LINK: dict[str, Reader] = {
    "id": uri,
    "type": typed(),
    "label": label,
    "format": format_,
    "profile": line,
    "language": language_list,
    "summary": rich,
    "metadata": pairs,
    "width": dimension,
    "height": dimension,
    "duration": duration,
    "service": services,
}
_PART_OF: dict[str, Reader] = {
    "id": any_name,
    "type": typed(),
    "label": label,
    "summary": rich,
    "first": tree,
    "last": tree,
    "total": dimension,
    "partOf": tree,
    "thumbnail": tree,
}

#: §3.3.1 homepage: id, type and label MUST.
homepage = listed(Shape(_LINK, must=("id", "type", "label")), MOST_LINKS, "pages")
#: §3.3.1 rendering: id, type and label MUST.
rendering = listed(Shape(_LINK, must=("id", "type", "label")), MOST_LINKS, "renderings")
#: §3.3.1 seeAlso: id and type MUST.
see_also = listed(Shape(_LINK, must=("id", "type")), MOST_LINKS, "resources")
#: §3.3.2 partOf: id and type MUST.
part_of = listed(Shape(_PART_OF, must=("id", "type")), MOST_LINKS, "resources")
