"""A picture as a machine or a person sends it, by the sender's own key. Sent twice, it is there once."""

import dataclasses
import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault, Unavailable
from gcis.core.fetch_rules import check_url, rules_from_settings
from gcis.core.ids import mint
from gcis.jobs.models import Batch
from images import addresses, curation, files, services, sources
from images.models import Image, Source
from images.services import SourceFile
from redirects import services as names
from redirects.models import Identifier

log = structlog.get_logger(__name__)

LONGEST_NAME = 300
#: Looks at a picture before it is changed.
Check = Callable[[Image | None], None]
#: Of a file whose name says nothing.
NAMELESS = "picture"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was sent: a file on this host (it is taken away), or an address to fetch it from, or neither.

    `name` is what the sender calls the file. None means that nothing was said.
    """

    file: Path | None = None
    name: str = ""
    url: str = ""
    identifier: str | None = None
    rights: str | None = None
    recipe: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: created, replaced (other bytes), updated (other words), unchanged."""

    image: UUID
    what: str


def find(source: Source, external_id: str) -> Image | None:
    return Image.objects.filter(source=source, external_id=external_id, page=0).first()


def find_all(source: Source, external_ids: Iterable[str]) -> dict[str, Image]:
    """Those pictures of the source that there are, by their keys, in one query per thousand."""
    wanted, found = list(external_ids), {}
    for start in range(0, len(wanted), 1000):
        rows = Image.objects.filter(source=source, page=0, external_id__in=wanted[start : start + 1000])
        found.update({image.external_id: image for image in rows})
    return found


def put(
    source: Source,
    external_id: str,
    sent: Delivery,
    *,
    actor: str,
    batch: Batch | None = None,
    check: Check = lambda known: None,
) -> Outcome:
    """Create the picture of that key, or bring it to what was sent. SourceFault leaves everything as it was.

    `check` is asked about the locked row, None where there is none, before anything is changed; it may refuse.
    """
    _check(external_id, sent)
    known = find(source, external_id)
    key = known.pk if known else mint()
    file = _looked_at(sent)
    if known is None or (file and _is_news(known, file)):
        file = _kept(key, sent, file)
    try:
        return _record(source, external_id, key, sent, file, actor, batch, check)
    except (IntegrityError, _Overtaken):  # created, or given other bytes, since we looked: so it is known now
        if find(source, external_id) is None:
            raise
        file = _kept(key, sent, file)
        return _record(source, external_id, key, sent, file, actor, batch, check)
    finally:
        _take_away(sent, file)


def replace(image_id: UUID, sent: Delivery, *, actor: str) -> Outcome:
    """A person sends other bytes for a picture that came by upload. Pictures of other sources are replaced there, and a
    file of several pages by its first.
    """
    image = Image.objects.select_related("source").get(pk=image_id)
    if image.page:
        raise SourceFault("page", f"This is {files.title(image)}. Replace the file by way of its first page.")
    if image.source.kind != Source.Kind.UPLOAD:
        raise SourceFault("source_kind", f"{image.file_name} comes from {image.source.name}: replace it there.")
    return put(image.source, image.external_id, sent, actor=actor)


def upload(sent: Delivery, *, actor: str, batch: Batch | None = None) -> UUID:
    """A person sends a picture that is new."""
    return put(sources.uploads(), f"{mint()}/{_name(sent.name)}", sent, actor=actor, batch=batch).image


@transaction.atomic
def _record(
    source: Source,
    external_id: str,
    key: UUID,
    sent: Delivery,
    file: SourceFile | None,
    actor: str,
    batch: Batch | None,
    check: Check,
) -> Outcome:
    image = Image.objects.select_for_update().filter(source=source, external_id=external_id, page=0).first()
    check(image)
    if image is None:
        services.register(
            source,
            external_id,
            file,
            actor=actor,
            key=key,
            batch=batch,
            identifier=sent.identifier,
            rights=sent.rights or "",
            recipe=sent.recipe or "",
        )
        return Outcome(key, "created")
    if image.withdrawn:
        raise SourceFault("withdrawn", f"{image.file_name} is withdrawn. Restore it first.")
    changed = _say(image, sent, actor)
    if file and _is_news(image, file):
        if not (file.copy_key or file.url):
            raise _Overtaken
        services.replace(image.pk, file, actor=actor, batch=batch)
        return Outcome(image.pk, "replaced" if image.wanted else "created")
    return Outcome(image.pk, "updated" if changed else "unchanged")


def _say(image: Image, sent: Delivery, actor: str) -> bool:
    """The words that came along. A name that the picture has or had says nothing new: people may have renamed it."""
    changed = False
    if sent.rights is not None and sent.rights != image.rights_source:
        services.describe(image.pk, rights=sent.rights)
        changed = True
    if sent.recipe is not None:
        changed |= curation.describe(image.pk, actor=actor, recipe=sent.recipe)
    if sent.identifier:
        known = names.find(Identifier.Kind.IMAGE, sent.identifier)
        if known is None or known.resource != image.pk:
            changed |= curation.rename(image.pk, sent.identifier, actor=actor, reason=f"sent by {image.source.name}")
    return changed


def _is_news(image: Image, file: SourceFile) -> bool:
    return image.url != file.url if file.url else image.digest != file.digest


# ----------------------------------------------------------------------------------------------------- what may be sent
def check_key(external_id: str) -> None:
    """What a system calls its things must be storable, and fit for a line of text."""
    if not 0 < len(external_id) <= 1000 or any(unicodedata.category(c) in ("Cc", "Cs") for c in external_id):
        raise SourceFault("external_id", "An external id has 1 to 1000 characters and no control characters.")


def _check(external_id: str, sent: Delivery) -> None:
    check_key(external_id)
    curation.check_words(sent.rights, sent.recipe)
    if sent.url:
        check_url(sent.url, rules_from_settings())


def _name(said: str) -> str:
    """The last part of what the sender calls the file, without what could be mistaken for something else."""
    last = PurePosixPath(said.replace("\\", "/")).name
    visible = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    return unicodedata.normalize("NFC", visible).strip()[-LONGEST_NAME:] or NAMELESS


# ------------------------------------------------------------------------------------------------------------ the bytes
class _Overtaken(Exception):
    """What was no news a moment ago is news now, and its bytes were not kept."""


def _looked_at(sent: Delivery) -> SourceFile | None:
    """What was sent as a source: an address to fetch it from, or a file."""
    if sent.url:
        return SourceFile(_name(sent.name or unquote(urlsplit(sent.url).path)), url=sent.url)
    if sent.file is None:
        return None
    with sent.file.open("rb") as reading:
        digest = hashlib.file_digest(reading, "sha256").hexdigest()
    return SourceFile(_name(sent.name), digest, sent.file.stat().st_size)


def _kept(key: UUID, sent: Delivery, file: SourceFile | None) -> SourceFile | None:
    """A file's bytes into our own store, before any record speaks of them.

    Under a key that nobody else has: who is refused takes nothing away from others who sent the same.
    """
    if file is None or sent.file is None or file.url or file.copy_key:
        return file
    copy_key = f"{addresses.source_key(key, file.digest)}-{secrets.token_hex(4)}"
    store("sources").adopt(copy_key, sent.file)
    return dataclasses.replace(file, copy_key=copy_key)


def _take_away(sent: Delivery, file: SourceFile | None) -> None:
    """The file that was sent, and its copy if no record speaks of that after all."""
    if sent.file and not sent.url:
        sent.file.unlink(missing_ok=True)
    if file and file.copy_key and not Image.objects.filter(digest=file.digest, copy_key=file.copy_key).exists():
        try:
            store("sources").delete(file.copy_key)
        except Unavailable as error:  # what became of the delivery is what the sender is to hear
            log.warning("delivery.copy_left", key=file.copy_key, code=error.code)
