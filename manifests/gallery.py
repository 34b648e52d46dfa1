"""What the public pages show, read in a constant number of queries per page: what is published, and public now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.html import strip_tags

from images import services as images
from images.addresses import ImageAddresses
from images.exposure import seen_by
from images.facts import ImageFacts
from images.policy import PUBLIC, Caller
from manifests.build.thumbnail import fitted
from manifests.description import fold
from manifests.exposure import public, published
from manifests.models import Collection, Manifest, Member, Resource
from redirects import services as names

PER_PAGE = 24
#: Pixels of the longer edge of pictures on cards: sharp on screens with double density.
BOX = 480
#: The same for pictures that stand on a page by themselves.
LARGE = 1000


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
    for word in fold(query.replace("\0", "")).split():  # PostgreSQL takes no NUL
        found = found.filter(search_text__contains=word)
    return _shelf(found.order_by("created", "pk"), page, languages)


def collections(languages: Sequence[str]) -> Shelf:
    """The first page of the collections right below the roots: the first division of everything there is."""
    below_roots = {"memberships__isnull": False, "memberships__collection__memberships": None}
    found = _public(Collection).filter(**below_roots).annotate(place=Min("memberships__place"))
    return _shelf(found.order_by("place", "pk"), 1, languages)


def roots(languages: Sequence[str]) -> list[Crumb]:
    """The collections that are in no other."""
    cards = _cards(_public(Collection).filter(memberships=None).order_by("created", "pk")[:PER_PAGE], languages)
    return [Crumb(card.identifier, card.label) for card in cards]


def members(collection: Collection, page: int, languages: Sequence[str], caller: Caller = PUBLIC) -> Shelf:
    """What is in a collection, in its order."""
    now = timezone.now()
    either = [published(path) if caller.sees_all else public(now, path) for path in ("manifest__", "child__")]
    rows = Member.objects.filter(either[0] | either[1], collection=collection)
    related = ("manifest__publication", "child__publication")
    return _shelf(rows.select_related(*related).order_by("place", "pk"), page, languages, caller)


def find(key: UUID) -> Resource | None:
    """The manifest or collection, whoever may see it."""
    for model in (Manifest, Collection):
        if record := model.objects.select_related("publication").filter(pk=key).first():
            return record
    return None


def crumbs(record: Resource, languages: Sequence[str]) -> list[Crumb]:
    """The way from the root to the thing, without the thing. It ends where a collection is not for everybody."""
    way: list[Crumb] = []
    seen = {record.pk}
    parent = _parent(record)
    while parent and parent.pk not in seen:
        seen.add(parent.pk)
        identifier = names.current([parent.pk]).get(parent.pk)
        if identifier:
            way.insert(0, Crumb(identifier, pick(_summary(parent).get("label"), languages)))
        parent = _parent(parent)
    return way


def _parent(record: Resource) -> Collection | None:
    """The first collection that it belongs to and that everybody may see."""
    memberships = record.memberships.filter(public(timezone.now(), "collection__")).order_by("pk")
    member = memberships.select_related("collection__publication").first()
    return member.collection if member else None


def pick(language_map: Any, languages: Sequence[str]) -> str:
    """The text of `values_in`. Of values that are HTML (§4.5: < at the start, > at the end) the text is shown."""
    return " · ".join(map(_text, values_in(language_map, languages)))


def values_in(language_map: Any, languages: Sequence[str]) -> list[str]:
    """The texts in the first of these languages that there is, else without language, else any (Presentation 3.0 §4.4).

    `languages` are tags in lower case; one without a region finds every region (RFC 4647 §3.3.1).
    """
    if not language_map:
        return []
    texts: dict[str, list[str]] = {key.lower(): values for key, values in language_map.items()}
    for language in (*languages, "none", "en"):
        for key in (language, *texts):
            if key in texts and f"{key}-".startswith(f"{language}-"):
                return texts[key]
    return next(iter(texts.values()))


def _text(value: str) -> str:
    return strip_tags(value) if value.startswith("<") and value.endswith(">") else value


def _shown(ids: Iterable[UUID], caller: Caller) -> dict[UUID, ImageFacts]:
    """Those of these pictures that can be shown to the caller, as he gets them."""
    now = timezone.now()
    seen = {key: seen_by(caller, image, now) for key, image in images.facts(ids).items()}
    return {key: image for key, image in seen.items() if image and image.ready}


def thumbnail(image: ImageFacts, box: int = BOX) -> Thumbnail:
    """The picture, no larger than `box` pixels on its longer edge."""
    if max(image.width, image.height) <= box:
        return _picture(image, "max", image.width, image.height)
    width, height = fitted(image.width, image.height, box)
    return _picture(image, f"{width},{height}", width, height)


def _picture(image: ImageFacts, size: str, width: int, height: int) -> Thumbnail:
    addresses = ImageAddresses(settings.GCIS_PUBLIC_URL)
    return Thumbnail(addresses.picture(3, image.identifier, f"full/{size}/0/default.jpg"), width, height)


def _public(model: Any) -> QuerySet[Any]:
    return model.objects.filter(public(timezone.now())).select_related("publication")


def _shelf(rows: QuerySet[Any], page: int, languages: Sequence[str], caller: Caller = PUBLIC) -> Shelf:
    """A page of records, or of the records in a collection."""
    paginator = Paginator(rows, PER_PAGE)
    shown = paginator.get_page(page)
    records: list[Any] = [row.manifest or row.child if isinstance(row, Member) else row for row in shown]
    return Shelf(_cards(records, languages, caller), shown.number, paginator.num_pages, paginator.count)


def _cards(records: Iterable[Resource], languages: Sequence[str], caller: Caller = PUBLIC) -> list[Card]:
    shown = list(records)
    identifiers = names.current(record.pk for record in shown)
    pictures = _shown([UUID(key) for record in shown if (key := _summary(record).get("image"))], caller)
    return [_card(record, identifiers[record.pk], pictures, languages) for record in shown if record.pk in identifiers]


def _card(record: Resource, identifier: str, pictures: dict[UUID, ImageFacts], languages: Sequence[str]) -> Card:
    summary = _summary(record)
    image = pictures.get(UUID(summary["image"])) if summary.get("image") else None
    return Card(
        kind="manifest" if isinstance(record, Manifest) else "collection",
        identifier=identifier,
        label=pick(summary.get("label"), languages),
        count=summary.get("canvases", summary.get("members", 0)),
        thumbnail=thumbnail(image) if image else None,
    )


def _summary(record: Resource) -> dict[str, Any]:
    return record.publication.summary if record.publication else {}
