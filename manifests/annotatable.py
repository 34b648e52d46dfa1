"""By which names senders of annotations know what a manifest or collection has: its pages, ranges, and itself."""

from functools import cached_property
from uuid import UUID

from django.conf import settings

from manifests.addresses import VERSIONS, PresentationAddresses
from manifests.build.references import parsed, reference
from manifests.models import Manifest, Resource
from manifests.payload.annotations.around import Around, Spot
from redirects import services as names

_COLUMNS = ("pk", "external_id", "uri", "width", "height", "duration")


def around(record: Resource, subject: str | None = None) -> Around:
    """`subject` is the reference of what is annotated where nothing is said, "" is the record itself; None: nothing."""
    known = _Known(record)
    return Around(known.find, known.annotation, None if subject is None else known.spot(subject))


class _Known:
    """Reads what it needs when it is asked first, so that many annotations cost no more than one."""

    def __init__(self, record: Resource) -> None:
        self.record = record
        self.addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
        self.whole = Spot(reference("manifest" if isinstance(record, Manifest) else "collection", record.pk))

    def spot(self, subject: str) -> Spot:
        """What a page hangs on; what is not shown any more has no size."""
        return (self.find(subject) if subject else self.whole) or Spot(subject)

    def find(self, name: str) -> Spot | None:
        """By uuid, reference, address of ours, address that it keeps, or what its source calls it."""
        if spot := self._spots.get(name):
            return spot
        for begin in (self.addresses.canvas(""), self.addresses.range("")):
            if name.startswith(begin) and (spot := self._spots.get(name.removeprefix(begin))):
                return spot
        if name in (str(self.record.pk), self.whole.reference) or name in self._own_addresses:
            return self.whole
        return None

    def annotation(self, name: str) -> UUID | None:
        """The key in a uuid, reference or address of an annotation of ours. Whether there is one is not asked."""
        found = parsed(name)
        if found:
            return found[1] if found[0] == "annotation" else None
        try:
            return UUID(name.removeprefix(self.addresses.annotation("")))
        except ValueError:
            return None

    @cached_property
    def _spots(self) -> dict[str, Spot]:
        """By every name; keys of the source last, so that none hides another thing's name."""
        if not isinstance(self.record, Manifest):
            return {}
        keys: dict[str, Spot] = {}
        spots: dict[str, Spot] = {}
        rows = self.record.canvases.filter(dropped=None).values_list(*_COLUMNS)
        for key, external_id, uri, width, height, duration in rows:
            spot = Spot(reference("canvas", key), width, height, duration)
            spots |= {str(key): spot, spot.reference: spot, **({uri: spot} if uri else {})}
            if external_id:
                keys[external_id] = spot
        for key, uri in self.record.ranges.values_list("pk", "uri"):
            spot = Spot(reference("range", key))
            spots |= {str(key): spot, spot.reference: spot, **({uri: spot} if uri else {})}
        return keys | spots

    @cached_property
    def _own_addresses(self) -> set[str]:
        identifier = names.current([self.record.pk]).get(self.record.pk)
        if identifier is None:
            return set()
        make = self.addresses.manifest if isinstance(self.record, Manifest) else self.addresses.collection
        return {make(identifier, version) for version in (None, *VERSIONS)}
