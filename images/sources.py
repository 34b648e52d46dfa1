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
#: Of texts in an unknown language (IIIF Presentation 3.0 §4.4).
NO_LANGUAGE = "none"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z]{1,8}){0,3}")
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
def put_system(slug: str, name: str, *, actor: str, language: str | None = None) -> tuple[Source, bool]:
    """The system of that slug, under that name; with the language of its texts that name none, where one is given.

    Returns it and whether that changed anything.
    """
    _check(slug, name, language)
    known = Source.objects.select_for_update().filter(slug=slug).first()
    if known is None:
        try:
            with transaction.atomic():
                made = Source.objects.create(
                    slug=slug, kind=Source.Kind.SYSTEM, name=name, language=language or NO_LANGUAGE
                )
        except IntegrityError:  # somebody else was quicker
            return put_system(slug, name, actor=actor, language=language)
        events.record("source.created", made.pk, actor, slug=slug)
        return made, True
    if known.kind != Source.Kind.SYSTEM:
        raise SourceFault("source_kind", f"{slug!r} is not a system: its pictures come in another way.")
    if known.name == name and language in (None, known.language):
        return known, False
    known.name, known.language = name, language or known.language
    known.save(update_fields=["name", "language"])
    events.record("source.renamed", known.pk, actor, name=name, language=known.language)
    return known, True


def _check(slug: str, name: str, language: str | None) -> None:
    """A slug stands in addresses, a name in lines of text; that of uploads is no system's."""
    if not _SLUG.fullmatch(slug):
        raise SourceFault("source_slug", "A source's slug has up to 60 letters from a to z, digits, - and _.")
    if slug == UPLOADS:
        raise SourceFault("source_kind", f"{slug!r} is not a system: its pictures come in another way.")
    if not 0 < len(name.strip()) <= LONGEST_NAME or any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        raise SourceFault("source_name", f"A name has 1 to {LONGEST_NAME} characters and no control characters.")
    if language is not None and (len(language) > 20 or not _LANGUAGE.fullmatch(language)):
        raise SourceFault("source_language", "A language is a tag such as en or de-CH, or none.")


def called() -> list[tuple[str, str]]:
    """Slug and name of all sources, by name."""
    return list(Source.objects.order_by("name", "slug").values_list("slug", "name"))
