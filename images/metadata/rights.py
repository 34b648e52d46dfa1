"""Curated rights and credit put over those that came embedded. Pure."""

from dataclasses import replace

from images.metadata import exif, iptc, tags, xmp
from images.metadata.fields import ascii_text
from images.metadata.found import Metadata
from images.metadata.iptc import DataSet

_ADDRESSES = ("http://", "https://")
#: What else a packet may say about rights: beside others than it came with it would contradict them.
_ELSEWHERE = ("xmpRights:WebStatement", "xmpRights:UsageTerms", "xmpRights:Marked", "tiff:Copyright", "cc:license")


def override(metadata: Metadata, rights: str, credit: str) -> Metadata:
    """The same with these rights (an address or words) and this credit; an empty one leaves what is embedded.

    They go to EXIF Copyright, XMP dc:rights, xmpRights:WebStatement (an address) and photoshop:Credit, and, where there
    is IPTC, to its Copyright Notice and Credit. Who made the picture stays as it is.
    """
    rights, credit = _clean(rights), _clean(credit)
    if not rights and not credit:
        return metadata
    return replace(
        metadata,
        exif=_exif(metadata.exif, rights) if rights else metadata.exif,
        iptc=_iptc(metadata.iptc, rights, credit) if metadata.iptc else b"",
        xmp=_xmp(metadata.xmp, rights, credit),
    )


def _clean(words: str) -> str:
    return words.replace("\0", "").encode(errors="replace").decode().strip()


def _exif(block: bytes, rights: str) -> bytes:
    known, _ = exif.parse(block)
    return exif.block(replace(known, main=known.main | {tags.COPYRIGHT: ascii_text(rights)}))


def _iptc(records: bytes, rights: str, credit: str) -> bytes:
    said = {iptc.RIGHTS: rights, iptc.CREDIT: credit}
    said = {key: words for key, words in said.items() if words}
    datasets, _ = iptc.to_utf8(iptc.parse(records)[0])
    kept = [dataset for dataset in datasets if dataset.key not in said]
    made = [DataSet(*key, words.encode()) for key, words in said.items()]
    return iptc.write(iptc.to_utf8(kept + made)[0])


def _xmp(packet: bytes, rights: str, credit: str) -> bytes:
    try:
        rdf = xmp.parse(packet)[0] if packet else xmp.empty()
    except xmp.BadXmp:
        rdf = xmp.empty()
    if rights:
        xmp.take(rdf, *_ELSEWHERE)
        xmp.put(rdf, "dc:rights", rights, languages=True)
        if rights.startswith(_ADDRESSES):
            xmp.put(rdf, "xmpRights:WebStatement", rights)
    if credit:
        xmp.put(rdf, "photoshop:Credit", credit)
    return xmp.write(rdf)
