"""What happened to a record, in words. Each app says in its module `sentences` how its events read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gcis.events.models import Event

#: The sentence of a kind of event: with the names of its data in braces, or made of its data.
Template = str | Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One event for people: what happened, to what, by whom, when, and what of its data is worth a look."""

    what: str
    subject: UUID | None
    who: str
    when: datetime
    kind: str
    data: dict[str, Any]


class _Known(dict[str, Any]):
    """Events outlive the code that wrote them: what an old one does not say reads as a gap."""

    def __missing__(self, key: str) -> str:
        return "…"


_sentences: dict[str, Template] = {}
_shown: dict[str, tuple[str, ...]] = {}


def describe(kind: str, template: Template, *shown: str) -> None:
    """Say how events of that kind read, without a full stop, and which of their data are shown beside it."""
    _sentences[kind] = template
    _shown[kind] = shown


def and_why(template: str) -> Template:
    """The sentence, and the reason that was given, if one was."""

    def sentence_with_reason(data: Mapping[str, Any]) -> str:
        why = data.get("reason")
        return template.format_map(data) + (f": {why}" if why else "")

    return sentence_with_reason


def and_names(template: str) -> Template:
    """The sentence, and the names of what was changed, as they stand in the data's `fields`."""
    return lambda data: f"{template}: {', '.join(map(str, data['fields']))}" if "fields" in data else template


def kinds() -> list[str]:
    """Every kind that somebody has described."""
    return sorted(_sentences)


def sentence(event: Event) -> str:
    """What happened; of a kind that nobody has described its bare name."""
    template = _sentences.get(event.kind)
    data = _Known(event.data)
    if template is None:
        return event.kind.replace(".", " ").replace("_", " ").capitalize()
    return template.format_map(data) if isinstance(template, str) else template(data)


def timeline(subjects: Iterable[UUID], limit: int) -> list[Line]:
    """The newest events of these subjects, newest first, in one query."""
    events = Event.objects.filter(subject__in=list(subjects)).order_by("-id")[:limit]
    return [
        Line(sentence(event), event.subject, event.actor, event.at, event.kind, _worth_showing(event))
        for event in events
    ]


def _worth_showing(event: Event) -> dict[str, Any]:
    """What its description names; of a kind that nobody has described everything that is short."""
    if event.kind in _sentences:
        return {name: event.data[name] for name in _shown[event.kind] if event.data.get(name) not in (None, "")}
    return {name: value for name, value in event.data.items() if isinstance(value, str | int | float)}
