"""The rows of the annotations in a page: what was sent beside what is there, in as few statements as it takes.

What says the same keeps its permanent name, wherever it stands now.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from gcis.core.errors import FieldFault, SourceFault
from gcis.core.ids import mint
from manifests.models import Annotation, AnnotationPage
from manifests.payload.annotations.reading import AnnotationSent

BATCH = 1000
_COLUMNS = ("motivation", "body", "target", "extra")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many came, changed (or moved), and went. False where nothing did."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def as_json(self) -> dict[str, int]:
        return {name: count for name in ("added", "changed", "removed") if (count := getattr(self, name))}


def insert(page: AnnotationPage, sent: Sequence[AnnotationSent], first: int = 0) -> Counts:
    """New rows, from this position on."""
    rows = [
        Annotation(pk=mint(), page=page, position=position, uri=each.uri, **each.as_columns())
        for position, each in enumerate(sent, start=first)
    ]
    Annotation.objects.bulk_create(rows, batch_size=BATCH)
    return Counts(added=len(rows))


def bring(page: AnnotationPage, sent: Sequence[AnnotationSent]) -> Counts:
    """These are the annotations of the page, in this order; what is not named any more goes."""
    there = _There(page.annotations.order_by("position", "created"))
    new, changed = [], []
    taken = [there.named(each, number) for number, each in enumerate(sent)]
    for position, (each, row) in enumerate(zip(sent, taken, strict=True)):
        found = row or there.same(each)
        if found is None:
            new.append(Annotation(pk=mint(), page=page, position=position, uri=each.uri, **each.as_columns()))
        elif found.position != position or _content(found) != _content(each):
            found.position = position
            for name, value in each.as_columns().items():
                setattr(found, name, value)
            changed.append(found)
    gone = there.left()
    delete_rows(gone)
    Annotation.objects.bulk_update(changed, ["position", *_COLUMNS], batch_size=BATCH // 4)
    Annotation.objects.bulk_create(new, batch_size=BATCH)
    return Counts(len(new), len(changed), len(gone))


def delete_rows(keys: Iterable[UUID]) -> None:
    wanted = list(keys)
    for start in range(0, len(wanted), BATCH // 2):
        Annotation.objects.filter(pk__in=wanted[start : start + BATCH // 2]).delete()


class _There:
    """What is in the page; each is taken once."""

    def __init__(self, rows: Iterable[Annotation]) -> None:
        self.by_key = {row.pk: row for row in rows}
        self.by_uri = {row.uri: row for row in self.by_key.values() if row.uri}
        self.taken: set[UUID] = set()
        self.by_content: dict[bytes, list[Annotation]] = defaultdict(list)
        for row in reversed(self.by_key.values()):
            self.by_content[_content(row)].append(row)

    def named(self, sent: AnnotationSent, number: int) -> Annotation | None:
        """The one that is meant by its name."""
        row = self.by_key.get(sent.key) if sent.key else self.by_uri.get(sent.uri) if sent.uri else None
        if (sent.key and row is None) or (row and row.pk in self.taken):
            sentence = "This annotation was named before." if row else "There is no such annotation in this page."
            raise SourceFault("invalid", sentence, (FieldFault(f"items.{number}.id", "unknown", sentence),))
        if row:
            self.taken.add(row.pk)
        return row

    def same(self, sent: AnnotationSent) -> Annotation | None:
        """One that has no name elsewhere and says the same."""
        rows = [] if sent.uri else self.by_content.get(_content(sent), [])
        while rows:
            row = rows.pop()
            if row.pk not in self.taken and not row.uri:
                self.taken.add(row.pk)
                return row
        return None

    def left(self) -> list[UUID]:
        return [key for key in self.by_key if key not in self.taken]


def _content(each: Any) -> bytes:
    return orjson.dumps([getattr(each, name) for name in _COLUMNS], option=orjson.OPT_SORT_KEYS)
