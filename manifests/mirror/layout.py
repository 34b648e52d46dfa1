"""Which file of a mirror holds which document. Pure; the configuration of nginx (`manifests.edge`) says the same.

A document lies at `<form>/<manifest|collection>/<last two characters>/<encoded identifier>.json`, compressed beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gcis.core.ids import encode
from manifests.negotiation import ENCODINGS
from manifests.versions import VERSIONS

KINDS = ("manifest", "collection")
FORMS = tuple(version.form(neutral=neutral) for version in VERSIONS for neutral in (False, True))
NEUTRAL = tuple(version.form(neutral=True) for version in VERSIONS)
#: Modification times that one publication takes up, each form and encoding of one address its own: nginx makes ETags
#: of time and length, and the lengths of two files may be equal. There is room for four versions.
SECONDS = 12


@dataclass(frozen=True, slots=True)
class File:
    """One file: its path within the mirror, and what is in it."""

    path: str
    form: str
    encoding: str

    def modified(self, slot: int) -> int:
        """Its time in seconds, when its publication is the one of that slot."""
        versions = [version.number for version in VERSIONS]
        place = versions.index(int(self.form[0])) * len(ENCODINGS) + list(ENCODINGS).index(self.encoding)
        return slot * SECONDS + place


def files(kind: str, name: str, forms: tuple[str, ...] = FORMS) -> Iterator[File]:
    """Those of what is called `name`, in these forms."""
    encoded = encode(name)
    if not is_mirrored(encoded):
        return
    for form in forms:
        for suffix in ENCODINGS:
            yield File(f"{form}/{kind}/{encoded[-2:]}/{encoded}.json{suffix}", form, suffix)


def is_mirrored(encoded: str) -> bool:
    """Its last two characters are the name of a folder: of one that has another meaning Django takes care."""
    return encoded[-2:] not in (".", "..")
