"""How events of tokens read."""

from collections.abc import Mapping
from typing import Any

from gcis.events.timeline import describe


def _issued(data: Mapping[str, Any]) -> str:
    return f"Issued to {data['name']}, for {', '.join(data['scopes'])}"


describe("token.issued", _issued)
describe("token.revoked", "Revoked")
