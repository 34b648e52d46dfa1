"""What is decided about an image that is there: its name, its withdrawal, the rights in it, who may see it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault
from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import services as jobs
from images.access import Access
from images.conversion.recipes.books import book
from images.models import Image, Purge
from images.policy import Policy
from images.services import CONVERT, lock, want
from redirects import services as names
from redirects.models import Identifier

KIND = Identifier.Kind.IMAGE
#: What the column of an edge can hold, in pixels.
LARGEST_EDGE = (1 << 31) - 1
LONGEST_RIGHTS = 300
LONGEST_CREDIT = 300


@dataclass(frozen=True, slots=True)
class Restriction:
    """A record's own word on who may see it (`images.access.Restricted`)."""

    access: str = Access.INHERIT
    edge: int | None = None
    opens: datetime | None = None

    def __post_init__(self) -> None:
        if self.access not in Access.values:
            raise SourceFault("access", f"Access is one of {', '.join(Access.values)}.")
        if (self.access == Access.LIMITED) != (self.edge is not None):
            raise SourceFault("access_edge", "Size-limited access needs the longest edge in pixels; only that does.")
        if self.edge is not None and not 0 < self.edge <= LARGEST_EDGE:
            raise SourceFault("access_edge", f"The longest edge is a number of pixels from 1 to {LARGEST_EDGE}.")
        if self.opens is not None and self.opens.tzinfo is None:
            raise SourceFault("access_from", "The moment from which it may be seen needs a time zone.")

    def as_columns(self) -> dict[str, Any]:
        return {"access": self.access, "access_edge": self.edge, "access_from": self.opens}


@transaction.atomic
def rename(image_id: UUID, value: str, *, actor: str, reason: str = "") -> bool:
    """Give it another identifier; the old one leads here for ever. False when it is called so already."""
    lock(image_id)
    was = names.rename(KIND, image_id, value, actor=actor, reason=reason)
    if was is None:
        return False
    _changed(image_id)
    events.record("image.renamed", image_id, actor, was=was, now=value, reason=reason)
    return True


@transaction.atomic
def merge(image_id: UUID, into: UUID, *, actor: str, reason: str = "") -> None:
    """It is the same picture as another: its names lead there, and it is withdrawn for good."""
    if image_id == into:
        raise SourceFault("merge_itself", "A picture cannot be merged into itself.")
    kept = {key: lock(key) for key in sorted((image_id, into))}[into]
    if kept.withdrawn:
        raise SourceFault("withdrawn", "What is withdrawn cannot take over another's names. Restore it first.")
    moved = names.merge(image_id, into, actor=actor, reason=reason)
    if not moved:
        raise SourceFault("merged", "This was merged into something else, which has its names now.")
    _changed(image_id, withdrawn=DbNow(), withdrawn_reason=reason[:300], generation=F("generation") + 1)
    _changed(into)
    jobs.supersede_queued(CONVERT, image_id)
    events.record("image.merged", image_id, actor, into=str(into), names=moved, reason=reason)
    events.record("image.took_over", into, actor, names=moved, reason=reason)


def successor(image_id: UUID) -> UUID:
    """The picture that it was merged into, itself if it never was. There are no circles: what was merged stays so."""
    merges = Event.objects.filter(subject=image_id, kind="image.merged")
    data = merges.order_by("-id").values_list("data", flat=True).first()
    return successor(UUID(data["into"])) if data else image_id


@transaction.atomic
def withdraw(image_id: UUID, *, actor: str, reason: str) -> bool:
    """Nobody gets it any more; its address says that it is gone, and why. False when it was withdrawn before."""
    if lock(image_id).withdrawn:
        return False
    names.withdraw(image_id, actor=actor, reason=reason)
    _changed(image_id, withdrawn=DbNow(), withdrawn_reason=reason[:300], generation=F("generation") + 1)
    jobs.supersede_queued(CONVERT, image_id)
    events.record("image.withdrawn", image_id, actor, reason=reason)
    return True


@transaction.atomic
def restore(image_id: UUID, *, actor: str, reason: str = "") -> bool:
    """Back as it was, under its last name. False when it was not withdrawn."""
    image = lock(image_id)
    if not image.withdrawn:
        return False
    names.restore(image_id, actor=actor, reason=reason)
    _changed(image_id, withdrawn=None, withdrawn_reason="", generation=F("generation") + 1)
    events.record("image.restored", image_id, actor, reason=reason)
    if image.wanted > max(image.converted, image.failed):
        want(image, actor)  # the conversion that was under way ended without effect
    return True


@transaction.atomic
def purge(subject: UUID, images: list[UUID], *, actor: str, reason: str = "") -> Purge:
    """Make every cached byte of these images unreachable. `subject` is what was to be purged: one, or their work."""
    targets = sorted(set(images))
    hold(targets)
    more = {"generation": F("generation") + 1, "revision": F("revision") + 1}
    matched = sum(Image.objects.filter(pk__in=keys).update(**more) for keys in _thousands(targets))
    made = Purge.objects.create(
        subject=subject,
        actor=actor,
        reason=reason[:300],
        targets=[str(key) for key in targets],
        matched=matched,
        results={"own caches": "done"},
    )
    for image_id in targets:
        events.record("image.purged", image_id, actor, purge=str(made.pk), reason=reason)
    return made


@transaction.atomic
def restrict(image_id: UUID, restriction: Restriction, *, actor: str) -> bool:
    """Its own word on who may see it. False when that was its word already."""
    image, columns = lock(image_id), restriction.as_columns()
    if all(getattr(image, name) == value for name, value in columns.items()):
        return False
    _changed(image_id, **columns)
    opens = restriction.opens.isoformat() if restriction.opens else None
    events.record("image.restricted", image_id, actor, access=restriction.access, edge=restriction.edge, opens=opens)
    return True


def hold(images: Iterable[UUID]) -> None:
    """Lock these until the transaction ends: nobody else works out meanwhile what they inherit."""
    for keys in _thousands(sorted(images)):
        list(Image.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


@transaction.atomic
def inherit(policies: Mapping[UUID, Policy]) -> list[UUID]:
    """What everything that these images are part of says together. Returns those for which that was news."""
    news = differing(policies)
    for policy, same in _by_policy({key: policies[key] for key in news}).items():
        for keys in _thousands(same):
            columns = inherited_columns(policy)
            Image.objects.filter(pk__in=keys).update(revision=F("revision") + 1, **columns)
    return news


def differing(policies: Mapping[UUID, Policy]) -> list[UUID]:
    """Those of these images that inherit something else by now.

    One look per policy and thousand images: mostly everything is open, and nothing is to be done.
    """
    found: list[UUID] = []
    for policy, same in _by_policy(policies).items():
        for keys in _thousands(same):
            others = Image.objects.filter(pk__in=keys).exclude(_null_safe(inherited_columns(policy)))
            found += others.values_list("pk", flat=True)
    return sorted(found)


def _by_policy(policies: Mapping[UUID, Policy]) -> dict[Policy, list[UUID]]:
    images: dict[Policy, list[UUID]] = defaultdict(list)
    for key, policy in policies.items():
        images[policy].append(key)
    return images


def _thousands(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (keys[start : start + 1000] for start in range(0, len(keys), 1000))


def _null_safe(columns: Mapping[str, Any]) -> Q:
    """Equal in all of these columns; NULL equals NULL."""
    equal = {name: value for name, value in columns.items() if value is not None}
    return Q(**equal, **{f"{name}__isnull": True for name in columns if name not in equal})


def inherited_columns(policy: Policy) -> dict[str, Any]:
    """A policy as the inherited columns of a record hold it. What is closed has no size."""
    edge = None if policy.closed else policy.edge
    access = Access.CLOSED if policy.closed else Access.LIMITED if edge else Access.INHERIT
    return {"inherited_access": access, "inherited_edge": edge, "inherited_from": policy.opens}


@transaction.atomic
def describe(
    image_id: UUID, *, actor: str, rights: str | None = None, credit: str | None = None, recipe: str | None = None
) -> bool:
    """People's word on the rights in it (empty: the source's counts), whom to name (empty: who is embedded), and the
    recipe of its next conversion."""
    check_words(rights, recipe, credit)
    image = lock(image_id)
    wanted = {"rights_curated": rights, "credit": credit, "recipe": recipe}
    changes = {name: value for name, value in wanted.items() if value is not None and getattr(image, name) != value}
    if not changes:
        return False
    _changed(image_id, **changes)
    events.record("image.described", image_id, actor, **changes)
    return True


def check_words(rights: str | None, recipe: str | None, credit: str | None = None) -> None:
    """SourceFault when these cannot be kept, or when there is no such recipe."""
    if rights and (len(rights) > LONGEST_RIGHTS or not rights.isprintable()):
        raise SourceFault("rights", f"Rights are an address of at most {LONGEST_RIGHTS} characters.")
    if credit and (len(credit) > LONGEST_CREDIT or not credit.isprintable()):
        raise SourceFault("credit", f"A credit is one line of at most {LONGEST_CREDIT} characters.")
    try:
        book().named(recipe or "")
    except ValueError as error:
        raise SourceFault("recipe", str(error)) from None


def _changed(image_id: UUID, **columns: Any) -> None:
    Image.objects.filter(pk=image_id).update(revision=F("revision") + 1, **columns)
