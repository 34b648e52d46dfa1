"""Names of things: minted ids, the encoding of identifiers in URLs, and which identifiers are refused."""

import unicodedata
import uuid
from urllib.parse import quote

from gcis.core.errors import SourceFault

#: Segments that mean something at the end of one of our URLs (DESIGN §5); an identifier may not contain them.
RESERVED_SEGMENTS = frozenset({"info.json", "manifest", "collection", "versions", "canvas", "range", "annotations"})
LONGEST_IDENTIFIER = 200


def mint() -> uuid.UUID:
    return uuid.uuid4()


def encode(identifier: str) -> str:
    """The identifier as one URL path segment (Image API 3.0 §9: everything outside the unreserved set is encoded)."""
    return quote(identifier, safe=":~")


def check_identifier(identifier: str) -> str:
    """Return the identifier, or raise SourceFault with the reason why it can never be an address (DESIGN §5)."""
    segments = identifier.split("/")
    if unicodedata.normalize("NFC", identifier) != identifier:
        reason = "is not written in composed Unicode (NFC)"
    elif any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") for character in identifier):
        reason = "contains control characters"
    elif len(encode(identifier)) > LONGEST_IDENTIFIER:
        reason = f"is longer than {LONGEST_IDENTIFIER} bytes"
    elif any(segment in ("", ".", "..") for segment in segments):
        reason = "has an empty part or a part made of dots"
    elif segments[0] in ("2", "3") or RESERVED_SEGMENTS.intersection(segments):
        reason = "contains a word that our addresses use themselves"
    else:
        return identifier
    raise SourceFault("identifier", f"The identifier {identifier!r} cannot be used: it {reason}.")
