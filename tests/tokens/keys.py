"""Tokens for tests."""

from typing import Any

from gcis.tokens import services


def a_token(*scopes: str, **options: Any) -> services.Issued:
    return services.issue(options.pop("name", "emuseum"), scopes or ("read",), actor="admin jane", **options)


def bearing(*scopes: str, **options: Any) -> dict[str, str]:
    """The headers of a request with a new token."""
    return {"authorization": f"Bearer {a_token(*scopes, **options).secret}"}
