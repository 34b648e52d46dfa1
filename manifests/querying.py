"""What a saved query finds now: manifests or collections, by what counts of their words (curated over source).

Rows are read one after the other, of each as much as the query needs, and no more are kept than are asked for.
The database narrows where it can do so without missing anything, and what is left is looked at here, because databases
fold case and accents in other ways.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from gcis.core.db import snapshot
from gcis.core.errors import FieldFault, SourceFault
from images import sources
from manifests.description import fold
from manifests.models import Collection, Manifest, Member
from manifests.payload.names import natural
from manifests.payload.query import Pair, Query, is_within, moment
from redirects import services as names
from redirects.models import Identifier

#: So many rows are read at a time.
PORTION = 1000
#: Smaller comes first; what has nothing to be ordered by comes last.
Place = tuple[Any, ...]
#: What a record can be asked for, and ordered by, by the name of the field in its layers.
_FIELDS = ("label", "metadata", "tags", "navDate")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a thing, as far as queries ask for it."""

    label: Any = None
    metadata: Any = None
    tags: Any = None
    nav_date: str | None = None


@dataclass(slots=True)
class Best:
    """The first of those that were found, in the order of the query, and how many there are in all."""

    most: int
    count: int = 0
    keys: list[Any] = field(default_factory=list)

    def fill(self, found: Iterable[tuple[Place, Any]]) -> "Best":
        """`found` are places in the order, and what is to be kept of each."""
        self.keys = [key for _, key in heapq.nsmallest(self.most, self._counted(found), key=lambda each: each[0])]
        return self

    def _counted(self, found: Iterable[tuple[Place, Any]]) -> Iterator[tuple[Place, Any]]:
        for each in found:
            self.count += 1
            yield each


def look(query: Query, most: int, leave_out: Iterable[UUID] = (), beat: Callable[[], None] = lambda: None) -> Best:
    """The manifests or collections that are found, drafts too; withdrawn ones and those to be left out are not.

    Of collections those only that are not dynamic themselves. SourceFault where it names what is not there (any more).
    """
    with snapshot():
        return Best(most).fill(_found(query, frozenset(leave_out), beat))


def _found(query: Query, leave_out: frozenset[UUID], beat: Callable[[], None]) -> Iterator[tuple[Place, UUID]]:
    rows = _rows(query).values_list("pk", "created", *_columns(query)).order_by()
    stream = rows.iterator(chunk_size=PORTION)
    while portion := list(islice(stream, PORTION)):
        beat()
        fitting = [(row[0], row[1], said) for row in portion if fits(said := _words(query, row[2:]), query)]
        called = names.current(row[0] for row in fitting) if query.order == "identifier" else {}
        for key, created, said in fitting:
            if key not in leave_out:
                yield (place(query, said, created, called.get(key, ""), key), key)


def _rows(query: Query) -> QuerySet[Any]:
    """Everything that may fulfil it."""
    rows: QuerySet[Any]
    if query.of == "manifests":
        rows = Manifest.objects.filter(withdrawn=None)
    else:
        rows = Collection.objects.filter(withdrawn=None, query__isnull=True)
    if query.source:
        rows = rows.filter(source__slug=query.source)
    if query.collection:
        inside = Member.objects.filter(collection__in=below(query.collection))
        side = "manifest" if query.of == "manifests" else "child"
        rows = rows.filter(pk__in=inside.filter(**{f"{side}__isnull": False}).values(side))
    return rows.filter(has_text(query), may_have(query))


def has_text(query: Query, path: str = "") -> Q:
    """Every word is among its words, as lists and the gallery search them."""
    found = Q()
    for word in fold(query.text).split():
        found &= Q(**{f"{path}search_text__contains": word})
    return found


def may_have(query: Query, path: str = "") -> Q:
    """A condition that everything fulfils which fulfils the query.

    The search text has all metadata of what is a draft, or as it is published: where words have changed since, it says
    nothing about them.
    """
    said = Q()
    for pair in query.metadata:
        for text in (pair.label, pair.value):
            if text:
                said &= Q(**{f"{path}search_text__contains": fold(text)})
    changed = Q(**{f"{path}publication__isnull": False, f"{path}published__lt": F(f"{path}dirty")})
    found = said | changed if query.metadata else Q()
    if query.tags:
        found &= _says("tags", path)
    if query.dated:
        found &= _says("navDate", path)
    return found


def _says(name: str, path: str) -> Q:
    return Q(**{f"{path}source_layer__has_key": name}) | Q(**{f"{path}curated_layer__has_key": name})


def _wanted(query: Query) -> list[str]:
    """The fields that have to be looked at."""
    asked = {"label": query.order == "label", "metadata": query.metadata, "tags": query.tags}
    asked["navDate"] = query.dated or query.order == "date"
    return [name for name in _FIELDS if asked[name]]


def _columns(query: Query) -> list[str]:
    return [f"{layer}__{name}" for name in _wanted(query) for layer in ("curated_layer", "source_layer")]


def _words(query: Query, values: tuple[Any, ...]) -> Words:
    wanted = _wanted(query)
    pairs = zip(values[::2], values[1::2], strict=True)
    said = {name: source if curated is None else curated for name, (curated, source) in zip(wanted, pairs, strict=True)}
    return words_of(said)


def words_of(said: dict[str, Any]) -> Words:
    """Of a description."""
    return Words(said.get("label"), said.get("metadata"), said.get("tags"), said.get("navDate"))


# ------------------------------------------------------------------------------------------------------ what fulfils it
def fits(said: Words, query: Query) -> bool:
    """Whether these words fulfil everything that the query asks of metadata, tags and date."""
    return (
        all(any(_is(pair, each) for each in said.metadata or ()) for pair in query.metadata)
        and _has_tags(said.tags or (), query.tags)
        and (not query.dated or bool(said.nav_date and is_within(moment(said.nav_date), query.since, query.until)))
    )


def _is(wanted: Pair, pair: dict[str, Any]) -> bool:
    """Without regard to case and accents, in whatever language."""
    if wanted.label and fold(wanted.label) not in _texts(pair.get("label")):
        return False
    if not wanted.value:
        return True
    value = fold(wanted.value)
    texts = _texts(pair.get("value"))
    return value in texts if wanted.match == "is" else any(value in text for text in texts)


def _texts(language_map: Any) -> list[str]:
    return [fold(text).strip() for texts in (language_map or {}).values() for text in texts]


def _has_tags(there: Iterable[str], wanted: Iterable[str]) -> bool:
    return {fold(tag) for tag in wanted} <= {fold(tag) for tag in there}


def place(query: Query, said: Words, created: Any, name: str, key: UUID) -> Place:
    """Where it comes in the order of the query; never equal for two."""
    if query.order == "created":
        return (0, created, key)
    if query.order == "identifier":
        return (0, natural(name), key) if name else (1, (), key)
    if query.order == "date":
        return (0, moment(said.nav_date), key) if said.nav_date else (1, (), key)
    label = next((text for texts in (said.label or {}).values() for text in texts), "")
    return (0, natural(label), key) if label else (1, (), key)


# -------------------------------------------------------------------------------------------------------- what it names
def resolved(query: Query) -> str:
    """The uuid of the collection that it names, "" where it names none. SourceFault names what is not there."""
    faults = []
    if query.source and sources.find(query.source) is None:
        faults.append(FieldFault("query.source", "unknown", f"There is no source {query.source!r}."))
    collection = _collection(query.collection) if query.collection else None
    if query.collection and collection is None:
        sentence = f"There is no collection {query.collection!r}, or it is dynamic itself."
        faults.append(FieldFault("query.collection", "unknown", sentence))
    if faults:
        raise SourceFault("invalid", "Some of what was sent cannot be used.", tuple(faults))
    return str(collection.pk) if collection else ""


def _collection(name: str) -> Collection | None:
    """By its uuid or any name. A dynamic one is none: two could wait for each other for ever."""
    try:
        return Collection.objects.filter(pk=UUID(name), query__isnull=True).first()
    except ValueError:
        known = names.find(Identifier.Kind.PRESENTATION, name)
        return Collection.objects.filter(pk=known.resource, query__isnull=True).first() if known else None


def below(collection: str) -> set[UUID]:
    """The collection of that uuid, and those anywhere in it, but for dynamic ones and what only those hold."""
    found: set[UUID] = set()
    level = {UUID(collection)}
    while level:
        found |= level
        inside = Member.objects.filter(collection__in=level, child__isnull=False, child__query__isnull=True)
        level = set(inside.values_list("child", flat=True)) - found
    return found


def above(collection: UUID) -> set[UUID]:
    """The collection itself and all that hold it at any depth: what it cannot have as a member."""
    found: set[UUID] = set()
    level = {collection}
    while level:
        found |= level
        holding = Collection.objects.filter(members__child__in=level).values_list("pk", flat=True)
        level = set(holding) - found
    return found
