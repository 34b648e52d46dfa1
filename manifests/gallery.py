"""What the public pages show, read in a constant number of queries per page. Only published, open things."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet

from images import services as images
from images.access import Access
from images.addresses import ImageAddresses
from images.facts import ImageFacts
from manifests.build.thumbnail import fitted
from manifests.description import effective, fold
from manifests.models import Collection, Manifest, Member, Resource
from redirects import services as names
from redirects.models import Identifier

PER_PAGE = 24
#: Pixels of the longer edge of pictures on cards: sharp on screens with double density.
BOX = 480
PUBLIC = (Access.INHERIT, Access.OPEN)


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to look at. `kind` is manifest or collection; `count` its pages or members."""

    kind: str
    identifier: str
    label: str
    count: int
    thumbnail: "Thumbnail | None"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture on a page: its address and its size there in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of cards, and where it stands among the others."""

    cards: list[Card]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Crumb:
    identifier: str
    label: str


def works(query: str, page: int, languages: Sequence[str]) -> Shelf:
    """Every manifest whose label, summary or metadata holds all the words of the query."""
    found = _public(Manifest)
    for word in fold(query).split():
        found = found.filter(search_text__contains=word)
    return _shelf(found.order_by("created", "pk"), page, languages)


def collections(languages: Sequence[str]) -> list[Card]:
    """The collections right below the roots: the first division of everything there is."""
    below_roots = {"memberships__isnull": False, "memberships__collection__memberships": None}
    found = _public(Collection).filter(**below_roots).order_by("memberships__position")
    return _cards(found.distinct()[:PER_PAGE], languages)


def members(collection: Collection, page: int, languages: Sequence[str]) -> Shelf:
    """What is in a collection, in its order."""
    related = ("manifest__publication", "child__publication")
    rows = Member.objects.filter(collection=collection).select_related(*related).order_by("position")
    records = [row.manifest or row.child for row in rows]
    return _shelf([record for record in records if record and is_public(record)], page, languages)


def find(identifier: str) -> Resource | None:
    """The published thing of that name, if it may be seen by everybody."""
    key = names.resource(Identifier.Kind.PRESENTATION, identifier)
    for model in (Manifest, Collection):
        record = model.objects.select_related("publication").filter(pk=key).first() if key else None
        if record:
            return record if is_public(record) else None
    return None


def is_public(record: Resource) -> bool:
    return bool(record.publication_id and not record.withdrawn and record.access in PUBLIC)


def crumbs(record: Resource, languages: Sequence[str]) -> list[Crumb]:
    """The way from the root to the thing, without the thing."""
    way: list[Crumb] = []
    seen = {record.pk}
    member = record.memberships.select_related("collection").first()
    while member and member.collection_id not in seen:
        parent = member.collection
        seen.add(parent.pk)
        identifier = names.current([parent.pk]).get(parent.pk)
        if identifier:
            way.insert(0, Crumb(identifier, pick(effective(parent).get("label"), languages)))
        member = parent.memberships.select_related("collection").first()
    return way


def pick(language_map: Any, languages: Sequence[str]) -> str:
    """The text in the first of these languages that there is, else in none, else in any (Presentation 3.0 §4.4)."""
    if not language_map:
        return ""
    for language in (*languages, "en", "none"):
        for key, values in language_map.items():
            if key == language or key.startswith(f"{language}-"):
                return " · ".join(values)
    return " · ".join(next(iter(language_map.values())))


def thumbnail(image: ImageFacts, box: int = BOX) -> Thumbnail:
    """The picture, no larger than `box` pixels on its longer edge."""
    addresses = ImageAddresses(settings.GCIS_PUBLIC_URL)
    if max(image.width, image.height) <= box:
        url = addresses.picture(3, image.identifier, "full/max/0/default.jpg")
        return Thumbnail(url, image.width, image.height)
    width, height = fitted(image.width, image.height, box)
    return Thumbnail(addresses.picture(3, image.identifier, f"full/{width},{height}/0/default.jpg"), width, height)


def _public(model: Any) -> QuerySet[Any]:
    open_ones = model.objects.filter(withdrawn=None, access__in=PUBLIC, publication__isnull=False)
    return open_ones.select_related("publication")


def _shelf(records: Any, page: int, languages: Sequence[str]) -> Shelf:
    paginator = Paginator(records, PER_PAGE)
    shown = paginator.get_page(page)
    return Shelf(_cards(list(shown), languages), shown.number, paginator.num_pages, paginator.count)


def _cards(records: Iterable[Resource], languages: Sequence[str]) -> list[Card]:
    shown = list(records)
    identifiers = names.current(record.pk for record in shown)
    pictures = images.facts(UUID(key) for record in shown if (key := _summary(record).get("image")))
    return [_card(record, identifiers[record.pk], pictures, languages) for record in shown if record.pk in identifiers]


def _card(record: Resource, identifier: str, pictures: dict[UUID, ImageFacts], languages: Sequence[str]) -> Card:
    summary = _summary(record)
    image = pictures.get(UUID(summary["image"])) if summary.get("image") else None
    return Card(
        kind="manifest" if isinstance(record, Manifest) else "collection",
        identifier=identifier,
        label=pick(summary.get("label"), languages),
        count=summary.get("canvases", summary.get("members", 0)),
        thumbnail=thumbnail(image) if image and image.ready else None,
    )


def _summary(record: Resource) -> dict[str, Any]:
    return record.publication.summary if record.publication else {}
