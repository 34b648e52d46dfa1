"""The official reader of Presentation 2.1 (iiif-prezi), with the context that it brings and no network."""

import contextlib
import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import pytest

#: Why the reader cannot be asked here; "" where it can.
MISSING = "" if importlib.util.find_spec("iiif_prezi") else "iiif-prezi, the official 2.1 reader, is not installed"
needs_reader = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def complaints(document: dict[str, Any]) -> list[str]:
    """What the reader refuses; it stops at the first fault. Its warnings are no faults."""
    from iiif_prezi import loader
    from iiif_prezi.factory import PresentationError
    from pyld import jsonld

    jsonld.set_document_loader(_local)  # the package's own is for an older PyLD
    reader = loader.ManifestReader(json.dumps(document), version="2.1")
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            reader.read().toJSON()
    except (PresentationError, jsonld.JsonLdError, AttributeError, LookupError, TypeError, ValueError) as problem:
        return [f"{type(problem).__name__}: {problem}"]
    return []


def _local(url: str, options: Any = None) -> dict[str, Any]:
    """Presentation 2.1 itself; what services and extensions mean is not asked for."""
    from iiif_prezi import loader

    context: Any = {"@context": {}}
    if url == loader.ManifestReader.contexts["2.1"]:
        file = Path(loader.__file__).parent / "contexts" / "context_21.json"
        context = json.loads(file.read_text(encoding="utf-8"))
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}
