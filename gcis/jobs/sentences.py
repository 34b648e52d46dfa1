"""How events of jobs and batches read."""

from collections.abc import Mapping
from typing import Any

from gcis.events.timeline import describe


def word(kind: str) -> str:
    """The name of a kind of work for people: `convert` for `images.convert`."""
    return kind.rpartition(".")[2].replace("_", " ")


def _retried(data: Mapping[str, Any]) -> str:
    return f"Work that had ended was asked for again: {word(data['work'])}"


def _cancelled(data: Mapping[str, Any]) -> str:
    return f"Work was cancelled: {word(data['work'])}"


describe("job.retried", _retried)
describe("job.cancelled", _cancelled)
describe("batch.cancelled", "The batch was cancelled")
