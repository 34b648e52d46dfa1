"""What the tests of publishing share."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def at_once(settings: Settings) -> None:
    """No pause between publications; one base for every id."""
    settings.GCIS_PUBLISH_PAUSE = 0
    settings.GCIS_PUBLIC_URL = "https://images.example.org"
