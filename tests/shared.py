"""The folder of reference documents beside the project, for the tests that need more of them than the project has."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"
COOKBOOK = DATA / "cookbook"
SCHEMA = DATA / "schema" / "iiif_3_0.json"
#: Marks a test that cannot be done without it.
needed = pytest.mark.skipif(not DATA.is_dir(), reason="the shared folder with reference documents is not here")


def cookbook() -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents of the IIIF cookbook in Presentation 3.0, by file."""
    for path in sorted(COOKBOOK.glob("*.json")):
        document = json.loads(path.read_text())
        if "@id" not in document:
            yield path.name, document
