from collections.abc import Iterator

import pytest
from pytest_django import Settings

from images.conversion import pipeline


@pytest.fixture(autouse=True)
def no_pause(settings: Settings) -> None:
    """Between the two looks: nothing is under way in most of these tests."""
    settings.GCIS_RECONCILE_PAUSE = 0


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    """The tests share this thread's warm child; it ends with them."""
    yield
    if hasattr(pipeline._warm, "process"):
        pipeline._warm.process.close()
        del pipeline._warm.process
