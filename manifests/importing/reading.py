"""Documents that are to be imported, from files and from the web."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcis.core.errors import SourceFault
from gcis.core.fetch import fetch
from gcis.core.fetch_rules import rules_from_settings
from manifests.payload.iiif.document import parsed

#: Bytes of a document: a manifest of 10,000 canvases has about 15 million.
LARGEST = 256 << 20
#: Seconds that a server may take.
PATIENCE = 120.0


def from_bytes(data: bytes) -> Any:
    """The JSON in it. SourceFault where there is none."""
    if len(data) > LARGEST:
        raise SourceFault("too_large", f"A document may have {LARGEST:,} bytes, and this one has {len(data):,}.")
    return parsed(data)


def from_file(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise SourceFault("too_large", f"A document may have {LARGEST:,} bytes, and {path.name} has more.")
        return from_bytes(path.read_bytes())
    except OSError as error:
        raise SourceFault("file_unreadable", f"{path} cannot be read: {error.strerror}.") from None


def from_url(url: str) -> Any:
    """What is published there; read as guarded as pictures are (`gcis.core.fetch`)."""
    rules = rules_from_settings()
    narrowed = replace(rules, max_bytes=min(rules.max_bytes, LARGEST), seconds=min(rules.seconds, PATIENCE))
    with tempfile.TemporaryDirectory(prefix="gcis-import-") as folder:
        target = Path(folder) / "document.json"
        fetch(url, target, rules=narrowed, tell=lambda *_: None)
        return from_bytes(target.read_bytes())
