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
from images import services as images
from images.deliveries import Delivery
from manifests import curation, following, services
from manifests.models import Collection, Manifest, Resource
from manifests.painting import Said
from manifests.payload.delivery import MemberSent, PageSent
from manifests.payload.painted import PictureSent


def find(model: type[Manifest] | type[Collection], source: Any, external_id: str) -> Any:
    return model.objects.filter(source=source, external_id=external_id).first()


def painted(source: Any, pages: Sequence[PageSent], actor: str) -> list[list[Said]]:
    """What is painted on each page, with its pictures by their keys; what nobody has sent yet is fetched if there is an
    address, else expected.

    SourceFault names all pages whose pictures cannot be had.
    """
    places = {
        (number, place): each.picture
        for number, page in enumerate(pages)
        for place, each in enumerate(page.paintings)
        if each.picture
    }
    known = pictures.find_all(source, (picture.external_id for picture in places.values() if picture.external_id))
    picture_curation.hold({picture.pk for picture in known.values()})
    found: dict[tuple[int, int], UUID] = {}
    faults: dict[tuple[int, int], FieldFault] = {}
    # New ones in the order of their keys: two who send the same in other orders would wait for each other.
    for place in sorted(places, key=lambda place: places[place].external_id):
        try:
            found[place] = _picture(source, places[place], known, actor)
        except SourceFault as fault:
            faults[place] = FieldFault(_place(pages, *place), fault.code, fault.sentence)
    if faults:
        raise SourceFault(
            "invalid", "Some of what was sent cannot be used.", tuple(faults[place] for place in sorted(faults))
        )
    return [
        [(each, found.get((number, place))) for place, each in enumerate(page.paintings)]
        for number, page in enumerate(pages)
    ]


def pictures_behind(source: Any, pages: Sequence[PageSent]) -> set[UUID]:
    """The pictures that are named and known, with all pages of their files: what has to be held before."""
    sent = [each.picture for page in pages for each in page.paintings if each.picture]
    known = pictures.find_all(source, (picture.external_id for picture in sent if picture.external_id))
    found = {picture.pk for picture in known.values()} | {picture.id for picture in sent if picture.id}
    return found | following.behind(found)


def _place(pages: Sequence[PageSent], number: int, place: int) -> str:
    single = len(pages[number].paintings) == 1
    return f"canvases.{number}.image" if single else f"canvases.{number}.images.{place}"


def _picture(source: Any, sent: PictureSent, known: dict[str, Any], actor: str) -> UUID:
    if sent.id:
        return _of_ours(sent.id)
    picture = known.get(sent.external_id)
    if picture and picture.withdrawn:
        return picture_curation.successor(picture.pk)
    if picture and (picture.wanted or not sent.url):
        return UUID(str(picture.pk))
    return pictures.put(source, sent.external_id, Delivery(url=sent.url), actor=actor).image


def _of_ours(key: UUID) -> UUID:
    """A picture that is here, wherever it came from."""
    if key not in images.facts([key]):
        raise SourceFault("unknown", f"There is no picture {key}.")
    return picture_curation.successor(key)


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
