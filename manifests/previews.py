"""Preview links: a signed, expiring, revocable way to see a manifest or collection as it is now, with its pictures."""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import Error, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault
from gcis.core.trouble import passing
from gcis.events import services as events
from images import services as images
from manifests import lookup, services
from manifests.models import Collection, Manifest, Painting, PreviewLink, Resource

log = structlog.get_logger(__name__)

#: For how long, if nobody says otherwise, and at most.
USUAL = timedelta(days=14)
LONGEST = timedelta(days=366)
LONGEST_NOTE = 200
#: 62 ** 43 is more than 256 bits.
_SECRET_LENGTH = 43
#: The shape of API tokens, which log lines hide (`gcis.core.logs`); one is never taken for the other.
_SHAPE = re.compile(rf"gcis_([a-z0-9]{{12}})_([A-Za-z0-9]{{{_SECRET_LENGTH}}})", re.ASCII)
#: Seconds between two notes of a link's last use.
_NOTE_EVERY = 60


@dataclass(frozen=True, slots=True)
class Issued:
    """A new link, and the token in its address. It cannot be had a second time."""

    link: PreviewLink
    token: str


class Dead(Exception):
    """The link opens nothing (any more). `status` is 404 or 410, `sentence` for whoever came by it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@transaction.atomic
def issue(record: Resource, *, actor: str, expires: datetime | None = None, note: str = "") -> Issued:
    """Make a link. SourceFault when its end has passed or is too far off, or the record is withdrawn."""
    row = services.lock(record)
    if row.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    public_id = get_random_string(12, string.ascii_lowercase + string.digits)
    secret = get_random_string(_SECRET_LENGTH, string.ascii_letters + string.digits)
    link = PreviewLink.objects.create(
        resource=row.pk,
        public_id=public_id,
        digest=_digest(secret),
        note=_note(note),
        actor=actor,
        expires=_expires(expires),
    )
    _record("preview_made", row, actor, link)
    return Issued(link, f"gcis_{public_id}_{secret}")


@transaction.atomic
def revoke(link_id: UUID, *, actor: str) -> bool:
    """From now on the link opens nothing. False when that was so already. SourceFault when there is no such link."""
    link = PreviewLink.objects.select_for_update().filter(pk=link_id).first()
    record = services.find(link.resource) if link else None
    if link is None or record is None:
        raise SourceFault("preview_unknown", "There is no such preview link.")
    if link.revoked:
        return False
    PreviewLink.objects.filter(pk=link.pk).update(revoked=DbNow())
    _record("preview_revoked", record, actor, link)
    return True


def links(record: Resource) -> QuerySet[PreviewLink]:
    """Those that open something, the newest first."""
    alive = PreviewLink.objects.filter(resource=record.pk, revoked=None, expires__gt=timezone.now())
    return alive.order_by("-created", "pk")


def opened(presented: str) -> Resource:
    """What the link with this token shows. Dead where it shows nothing."""
    shape = _SHAPE.fullmatch(presented)
    link = PreviewLink.objects.filter(public_id=shape[1]).first() if shape else None
    if shape is None or link is None or not constant_time_compare(link.digest, _digest(shape[2])):
        raise Dead(404, "There is no such preview.")
    if link.revoked:
        raise Dead(410, "This preview link was revoked. Ask whoever sent it for another.")
    if link.expires <= timezone.now():
        raise Dead(410, f"This preview link ended on {link.expires:%Y-%m-%d}. Ask whoever sent it for another.")
    record = services.find(link.resource)
    if record is None or record.withdrawn:
        raise Dead(410, "What this preview link showed has been withdrawn.")
    _note_use(link)
    return record


def shows(record: Resource) -> Callable[[UUID], bool]:
    """Whether a picture is on a page of the manifest, or of a manifest anywhere in the collection.

    Of what is dynamic, only what the public gets whole: nobody has decided what will be found tomorrow.
    """
    shown = Painting.pictures.filter(canvas__dropped=None)
    if isinstance(record, Manifest):
        pages = chosen = shown.filter(canvas__manifest=record.pk)
    else:
        pages = shown.filter(canvas__manifest__memberships__collection__in=lookup.collections_below(record.pk))
        chosen = shown.filter(canvas__manifest__memberships__collection__in=_chosen_below(record))
    chosen = chosen.filter(canvas__manifest__query__isnull=True)
    return lambda image: chosen.filter(image=image).exists() or (pages.filter(image=image).exists() and _is_open(image))


def member(record: Resource, key: UUID) -> Manifest | Collection | None:
    """The manifest or collection of that id, if it is the previewed one or is in it at any depth."""
    if key == record.pk:
        return record
    if isinstance(record, Manifest):
        return None
    found = services.find(key)
    above = _chosen_below(record)
    return found if found and not found.withdrawn and found.memberships.filter(collection__in=above).exists() else None


def _chosen_below(record: Resource) -> list[UUID]:
    """The collections anywhere in it, itself too, in which everything was put by somebody."""
    below = Collection.objects.filter(pk__in=lookup.collections_below(record.pk), query__isnull=True)
    return list(below.values_list("pk", flat=True))


def _is_open(image: UUID) -> bool:
    facts = images.facts([image]).get(image)
    return facts is not None and facts.ready and facts.policy.is_open(timezone.now())


def _digest(secret: str) -> str:
    """Keyed by SECRET_KEY: whoever reads the table can neither use nor make a link, and a new key ends them all."""
    return salted_hmac("manifests.previews", secret, algorithm="sha256").hexdigest()


def _expires(wanted: datetime | None) -> datetime:
    now = timezone.now()
    expires = wanted or now + USUAL
    if expires <= now:
        raise SourceFault("expires", "The end of a preview link lies in the future.")
    if expires > now + LONGEST:
        raise SourceFault("expires", f"A preview link lives for {LONGEST.days} days at most.")
    return expires


def _note(text: str) -> str:
    tidy = " ".join(text.split())
    if len(tidy) > LONGEST_NOTE or not tidy.isprintable():
        raise SourceFault("note", f"A note is a line of at most {LONGEST_NOTE} characters.")
    return tidy


def _note_use(link: PreviewLink) -> None:
    """Asked of the row in memory first: most requests, such as those for tiles, then write nothing."""
    if link.last_used is None or (timezone.now() - link.last_used).total_seconds() > _NOTE_EVERY:
        stale = Q(last_used=None) | Q(last_used__lt=DbNow(-_NOTE_EVERY))
        try:
            with transaction.atomic():
                PreviewLink.objects.filter(stale, pk=link.pk).update(last_used=DbNow())
        except Error as error:
            if passing(error) is None:
                raise
            log.warning("preview.use_unnoted", link=link.public_id, error=str(error))  # a read needs no room to write


def _record(what: str, record: Resource, actor: str, link: PreviewLink) -> None:
    facts = {"link": link.public_id, "expires": link.expires.isoformat(), "note": link.note}
    events.record(f"{record._meta.model_name}.{what}", record.pk, actor, **facts)
