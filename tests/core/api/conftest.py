"""A client of the small API, and what it says when it fails."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.tokens.keys import bearing


@pytest.fixture
def anonymous(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "tests.core.api.kit"
    settings.GCIS_PUBLIC_URL = "https://images.example.org"
    return Client(raise_request_exception=False)


@pytest.fixture
def writer(anonymous: Client, db: None) -> Client:
    """May everything."""
    return Client(raise_request_exception=False, headers=bearing("write", name="dam"))


@pytest.fixture
def reader(anonymous: Client, db: None) -> Client:
    return Client(raise_request_exception=False, headers=bearing("read"))


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of an answer that must be this problem."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    body: dict[str, Any] = json.loads(response.content)
    assert body["type"] == f"/api/v1/problems/{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body
