"""What a system names by its own keys: pictures on pages, members of collections.

What nobody has sent yet is recorded as expected.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from gcis.core.errors import FieldFault, SourceFault
from images import curation as picture_curation
from images import deliveries as pictures
from images.deliveries import Delivery
from manifests import curation, services
from manifests.models import Collection, Manifest, Resource
from manifests.payload.delivery import MemberSent, PageSent


def find(model: type[Manifest] | type[Collection], source: Any, external_id: str) -> Any:
    return model.objects.filter(source=source, external_id=external_id).first()


def painted(source: Any, pages: Sequence[PageSent], actor: str) -> list[UUID | None]:
    """The picture of each page, by its key; what nobody has sent yet is fetched if there is an address, else expected.

    SourceFault names all pages whose picture cannot be had.
    """
    known = pictures.find_all(source, (page.picture.external_id for page in pages if page.picture))
    picture_curation.hold({picture.pk for picture in known.values()})
    found: list[UUID | None] = [None] * len(pages)
    faults: dict[int, FieldFault] = {}
    # New ones in the order of their keys: two who send the same in other orders would wait for each other.
    for number in sorted(range(len(pages)), key=lambda number: _key(pages[number])):
        try:
            found[number] = _picture(source, pages[number], known, actor)
        except SourceFault as fault:
            faults[number] = FieldFault(f"canvases.{number}.image", fault.code, fault.sentence)
    if faults:
        raise SourceFault(
            "invalid", "Some of what was sent cannot be used.", tuple(faults[number] for number in sorted(faults))
        )
    return found


def _key(page: PageSent) -> str:
    return page.picture.external_id if page.picture else ""


def _picture(source: Any, page: PageSent, known: dict[str, Any], actor: str) -> UUID | None:
    sent = page.picture
    if sent is None:
        return None
    picture = known.get(sent.external_id)
    if picture and picture.withdrawn:
        return picture_curation.successor(picture.pk)
    if picture and (picture.wanted or not sent.url):
        return UUID(str(picture.pk))
    return pictures.put(source, sent.external_id, Delivery(url=sent.url), actor=actor).image


def members(source: Any, sent: Sequence[MemberSent], actor: str) -> list[Resource]:
    """The members of those keys, each once; what nobody has sent yet is expected under its key."""
    known: dict[tuple[str, str], Any] = {}
    for kind, model in (("manifest", Manifest), ("collection", Collection)):
        keys = [each.external_id for each in sent if each.kind == kind]
        for start in range(0, len(keys), 1000):
            rows: Any = model.objects.filter(source=source, external_id__in=keys[start : start + 1000])
            known.update({(kind, row.external_id): row for row in rows})
    # New ones in one order, for the same reason as pictures; manifests before collections, as everywhere.
    for each in sorted(sent, key=lambda each: (each.kind != "manifest", each.external_id)):
        if (each.kind, each.external_id) not in known:
            known[each.kind, each.external_id] = _announce(source, each, actor)
    found = (known[each.kind, each.external_id] for each in sent)
    return list(dict.fromkeys(curation.successor(record) if record.withdrawn else record for record in found))


def _announce(source: Any, sent: MemberSent, actor: str) -> Any:
    pictures.check_key(sent.external_id)
    model: Any = Manifest if sent.kind == "manifest" else Collection
    label = {"label": {"none": [sent.external_id]}}
    try:
        with transaction.atomic():
            return services.put(model, source, sent.external_id, label, actor=actor)[0]
    except IntegrityError:  # somebody else was quicker
        if known := find(model, source, sent.external_id):
            return known
        raise
