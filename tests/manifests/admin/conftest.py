"""Who is at the desk."""

import pytest
from django.test import Client

from tests.manifests.admin.desk import somebody


@pytest.fixture
def jane() -> Client:
    """A curator."""
    return somebody("curator")
