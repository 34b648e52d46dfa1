"""How a manifest or collection stands, in words: for lists, and for the head of its page. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Work:
    """What is under way for a record: whether its publishing is waiting or running, and how many pictures convert."""

    publishing: bool = False
    converting: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Badges as (word, colour of unfold's labels), and sentences. `live`: it may change by itself within seconds."""

    badges: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...] = ()
    live: bool = False


def standing(record: Any, work: Work) -> Standing:
    """`record` is a manifest or a collection."""
    if record.withdrawn:
        reason = record.withdrawn_reason or "No reason was given."
        return Standing((("withdrawn", "warning"),), (reason,))
    badges = [("published", "success")] if record.publication_id else [("draft", "")]
    waiting = record.dirty - record.published
    if record.publication_id and waiting > 0:
        badges.append((f"{waiting} change{'s' if waiting > 1 else ''} waiting", "info"))
    if record.publish_error and not work.publishing:
        badges.append(("cannot be published", "danger"))
    if record.publish_at:
        badges.append((f"due {_moment(record.publish_at)}", "info"))
    sentences = [record.publish_error] if record.publish_error and not work.publishing else []
    if work.converting:
        pictures = "1 picture is" if work.converting == 1 else f"{work.converting} pictures are"
        sentences.append(f"{pictures} being converted.")
    if work.publishing:
        sentences.append("Being published.")
    return Standing(tuple(badges), tuple(sentences), bool(work.publishing or work.converting))


def _moment(at: datetime) -> str:
    """In UTC, as everywhere in these pages: 3 Dec 2026, 10:00."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M}"
