"""The structure of a manifest: what is said about it is tied to its canvases, and its ranges get names."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from gcis.core.errors import FieldFault, SourceFault
from manifests.addresses import PresentationAddresses
from manifests.build.references import parsed, reference
from manifests.models import Manifest, Range
from manifests.payload.structure import FIELDS, Here, key_reference, settled


def settle(manifest: Manifest, described: Mapping[str, Any]) -> dict[str, Any]:
    """What is described, with references to canvases and ranges of the manifest. Inside a transaction, under its lock.

    SourceFault names what refers to a canvas that is not in the manifest.
    """
    said = {name: value for name, value in described.items() if name in FIELDS and value is not None}
    if not said:
        return dict(described)
    found, ranges, lacking = settled(said, manifest.pk, _here(manifest))
    if lacking:
        sentence = f"{len(lacking)} of the canvases that are named are not in this manifest: {lacking[0]}."
        faults = tuple(FieldFault(name, "canvas_unknown", sentence) for name in said)
        raise SourceFault("canvas_unknown", "It refers to canvases that are not in this manifest.", faults)
    known = set(Range.objects.filter(pk__in=ranges).values_list("pk", flat=True))
    Range.objects.bulk_create([Range(pk=key, manifest=manifest) for key in sorted(ranges - known)], batch_size=500)
    return {**described, **found}


def _here(manifest: Manifest) -> Here:
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    canvases: dict[str, str] = {}
    for key, external_id, uri in manifest.canvases.values_list("pk", "external_id", "uri"):
        own = reference("canvas", key)
        names = (own, key_reference(external_id or str(key)), key_reference(str(key)), uri)
        canvases.update({name: own for name in names if name})
    ranges = frozenset(manifest.ranges.values_list("pk", flat=True))
    return Here(canvases, ranges, lambda text: _internal(text, addresses))


def _internal(text: str, addresses: PresentationAddresses) -> str:
    """The reference for an address of ours, with its fragment; any other text as it is."""
    for kind, address in (("canvas", addresses.canvas("")), ("range", addresses.range(""))):
        if text.startswith(address):
            found = reference(kind, text.removeprefix(address))
            return found if parsed(found) else text
    return text
