"""Files of a mirror that should not be in it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import unquote
from uuid import UUID

from manifests.mirror import services
from manifests.mirror.folder import MirrorFolder
from manifests.mirror.wanted import having, wanted

_PATH = re.compile(r"\w+/(?:manifest|collection)/[^/]{1,2}/(?P<name>[^/]+)\.json(?:\.br|\.gz)?")


def stray(mirror: MirrorFolder, paths: Sequence[str]) -> list[str]:
    """Those of these files that nobody wants, or that are not of the publication which is wanted."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        match = _PATH.fullmatch(path)
        by_name[unquote(match["name"]) if match else ""].append(path)
    owners = having([name for name in by_name if name])
    right = _right(set(owners.values()))
    return [path for path in paths if right.get(path, -1) != mirror.modified(path)]


def _right(resources: set[UUID]) -> dict[str, int]:
    """The files that are wanted of these resources, with their times."""
    there = [each for each in wanted(resources) if each.publication]
    slots = services.slots([each.publication for each in there if each.publication])
    return {
        file.path: file.modified(slots[each.publication.pk])
        for each in there
        if each.publication
        for file in each.there()
    }
