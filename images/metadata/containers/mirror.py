"""IPTC said again in XMP, for containers that have no place for IPTC (IPTC Photo Metadata Standard). Pure."""

from collections import defaultdict

from lxml import etree

from images.metadata import iptc, spaces, xmp

#: Dataset of record 2 → the property that says the same, and how: a text, one in languages, a list, or one in order.
_SAME = {
    5: ("dc:title", "Alt"),
    25: ("dc:subject", "Bag"),
    40: ("photoshop:Instructions", ""),
    80: ("dc:creator", "Seq"),
    85: ("photoshop:AuthorsPosition", ""),
    90: ("photoshop:City", ""),
    92: ("Iptc4xmpCore:Location", ""),
    95: ("photoshop:State", ""),
    100: ("Iptc4xmpCore:CountryCode", ""),
    101: ("photoshop:Country", ""),
    103: ("photoshop:TransmissionReference", ""),
    105: ("photoshop:Headline", ""),
    110: ("photoshop:Credit", ""),
    115: ("photoshop:Source", ""),
    116: ("dc:rights", "Alt"),
    120: ("dc:description", "Alt"),
    122: ("photoshop:CaptionWriter", ""),
}


def into_xmp(packet: bytes, records: bytes) -> bytes:
    """The packet with what only IPTC says; what XMP says already stays."""
    texts: dict[int, list[str]] = defaultdict(list)
    for dataset in iptc.to_utf8(iptc.parse(records)[0])[0]:
        if dataset.record == 2 and dataset.number in _SAME:
            texts[dataset.number].append(iptc.text(dataset))
    if not texts:
        return packet
    try:
        rdf = xmp.parse(packet)[0] if packet else xmp.empty()
    except xmp.BadXmp:
        return packet
    known = {name for _, name, _ in xmp.properties(rdf)}
    for number, words in texts.items():
        of, container = _SAME[number]
        if spaces.clark(of) not in known:
            _put(rdf, of, container, words)
    return xmp.write(rdf)


def _put(rdf: etree._Element, of: str, container: str, words: list[str]) -> None:
    if container in ("", "Alt"):
        xmp.put(rdf, of, words[0], languages=bool(container))
    else:
        xmp.put_list(rdf, of, container, words)
