"""Where pictures come from, beside folders: systems that send them, and people who upload them."""

import re
import unicodedata

from django.db import IntegrityError, transaction

from gcis.core.errors import SourceFault
from gcis.events import services as events
from images.models import Source

#: The slug of the one source of everything that people upload.
UPLOADS = "uploads"
LONGEST_NAME = 300
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def find(slug: str) -> Source | None:
    return Source.objects.filter(slug=slug).first()


def of_system(slug: str) -> Source | None:
    """The source of that slug, for a system that sends to it. Folders and uploads are filled in their own ways."""
    source = find(slug)
    if source and source.kind != Source.Kind.SYSTEM:
        raise SourceFault("source_kind", f"{slug!r} is not a system: its pictures come in another way.")
    return source


def uploads() -> Source:
    """The source of what people upload."""
    return Source.objects.get_or_create(slug=UPLOADS, defaults={"kind": Source.Kind.UPLOAD, "name": "Uploads"})[0]


@transaction.atomic
def put_system(slug: str, name: str, *, actor: str) -> tuple[Source, bool]:
    """The system of that slug, under that name. Returns it and whether that changed anything."""
    _check(slug, name)
    known = Source.objects.select_for_update().filter(slug=slug).first()
    if known is None:
        try:
            with transaction.atomic():
                made = Source.objects.create(slug=slug, kind=Source.Kind.SYSTEM, name=name)
        except IntegrityError:  # somebody else was quicker
            return put_system(slug, name, actor=actor)
        events.record("source.created", made.pk, actor, slug=slug)
        return made, True
    if known.kind != Source.Kind.SYSTEM:
        raise SourceFault("source_kind", f"{slug!r} is not a system: its pictures come in another way.")
    if known.name == name:
        return known, False
    known.name = name
    known.save(update_fields=["name"])
    events.record("source.renamed", known.pk, actor, name=name)
    return known, True


def _check(slug: str, name: str) -> None:
    """A slug stands in addresses, a name in lines of text; that of uploads is no system's."""
    if not _SLUG.fullmatch(slug):
        raise SourceFault("source_slug", "A source's slug has up to 60 letters from a to z, digits, - and _.")
    if slug == UPLOADS:
        raise SourceFault("source_kind", f"{slug!r} is not a system: its pictures come in another way.")
    if not 0 < len(name.strip()) <= LONGEST_NAME or any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        raise SourceFault("source_name", f"A name has 1 to {LONGEST_NAME} characters and no control characters.")
