"""XMP packets (XMP part 1, ISO 16684-1): read without entities, DTD, network or size; written again as UTF-8. Pure."""

import re
from collections.abc import Iterator

from lxml import etree

from images.metadata.spaces import META, RDF, SPACES, XML_LANG, clark

#: The longest packet that is read.
MOST = 16 << 20

#: The most that is kept, in bytes and elements, so that every derivative can carry it and be made at once.
MOST_KEPT = 1 << 20
MOST_ELEMENTS = 10_000
#: The most "<" of a packet that is read: an element takes some hundred bytes of memory, of text a few.
_MOST_MARKS = 1_000_000

_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
_TAIL = b'\n<?xpacket end="w"?>'
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_END = re.compile(r"<\?xpacket\s+end=[^>]*>")
#: How packets begin that are not in UTF-8.
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\0<\0", "utf-16-be"),
    (b"<\0", "utf-16-le"),
)
#: What XML 1.0 §2.2 does not allow.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


#: An rdf:RDF element.
Rdf = etree._Element


class BadXmp(Exception):
    """Not a packet that can be read; the sentence says why, as the rest of "XMP was left out: ..."."""


def text(packet: bytes) -> tuple[str, tuple[str, ...]]:
    """The packet's characters without what XML forbids, and sentences about what had to be mended. Raises BadXmp."""
    if len(packet) > MOST:
        raise BadXmp(f"it has {len(packet) / 1e6:.0f} MB, more than the {MOST >> 20} that are read")
    words, warnings = _decoded(packet)
    words = _DECLARATION.sub("", words.lstrip("\ufeff"), count=1)
    if end := _END.search(words):
        words = words[: end.end()]
    words = words.strip("\0 \t\r\n")
    if _CONTROLS.search(words):
        words = _CONTROLS.sub("", words)
        warnings = (*warnings, "XMP had control characters, which were left out.")
    return words, warnings


def _decoded(packet: bytes) -> tuple[str, tuple[str, ...]]:
    for start, encoding in _WIDE:
        if packet.startswith(start):
            return packet.decode(encoding, errors="replace"), ()
    try:
        return packet.decode(), ()
    except UnicodeDecodeError:
        return packet.decode("cp1252", errors="replace"), ("XMP was not in UTF-8; it was read as Latin.",)


def parse(packet: bytes) -> tuple[etree._Element, tuple[str, ...]]:
    """The rdf:RDF element of a packet, and sentences about what had to be mended. Raises BadXmp."""
    words, warnings = text(packet)
    if words.count("<") > _MOST_MARKS:
        raise BadXmp("it has more elements than are read")
    if "<!DOCTYPE" in words or "<!ENTITY" in words:
        raise BadXmp("it brings a document type, which XMP must not")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(words.encode(errors="replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadXmp(f"it is not well-formed XML ({str(error)[:120]})") from error
    rdf = root if root.tag == f"{{{RDF}}}RDF" else root.find(f"{{{RDF}}}RDF")
    if rdf is None:
        raise BadXmp("it has no rdf:RDF element")
    return rdf, (*warnings, *_cut(rdf))


def _cut(rdf: etree._Element) -> tuple[str, ...]:
    """Take away what follows after more properties than anybody has; a sentence where there was something."""
    long = [element for element in (rdf, *descriptions(rdf)[:MOST_ELEMENTS]) if len(element) > MOST_ELEMENTS]
    for element in long:
        del element[MOST_ELEMENTS:]
    return (f"XMP had more than {MOST_ELEMENTS} properties; the rest was left out.",) if long else ()


def write(rdf: etree._Element) -> bytes:
    """A packet of what is in this rdf:RDF; empty where it says nothing."""
    for description in descriptions(rdf):
        if not len(description) and not any(name != f"{{{RDF}}}about" for name in description.attrib):
            rdf.remove(description)
    if not len(rdf):
        return b""
    etree.cleanup_namespaces(rdf)
    meta = etree.Element(f"{{{META}}}xmpmeta", nsmap={"x": META})
    meta.append(rdf)
    rdf.tail = None
    return _HEAD + etree.tostring(meta, encoding="utf-8") + _TAIL


def empty() -> etree._Element:
    """An rdf:RDF with one rdf:Description that says nothing yet."""
    rdf = etree.Element(f"{{{RDF}}}RDF", nsmap={"rdf": RDF})
    etree.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})
    return rdf


def descriptions(rdf: etree._Element) -> list[etree._Element]:
    return rdf.findall(f"{{{RDF}}}Description")


def properties(rdf: etree._Element) -> Iterator[tuple[etree._Element, str, etree._Element | str]]:
    """Every property at the top: its rdf:Description, its name, and its element or, as attribute, its text."""
    for description in descriptions(rdf):
        for attribute, value in list(description.attrib.items()):
            if not str(attribute).startswith((f"{{{RDF}}}", "{http://www.w3.org/XML/")):
                yield description, str(attribute), str(value)
        for child in list(description):
            if isinstance(child.tag, str):
                yield description, child.tag, child


def remove(description: etree._Element, of: str, value: etree._Element | str) -> None:
    """Take one property, as `properties` gave it, away for good."""
    if isinstance(value, str):
        del description.attrib[of]
    else:
        value.clear()  # what is in it goes at once; taken out whole, lxml would first look at every element of it
        description.remove(value)


def words_of(value: etree._Element | str) -> str:
    """The text of a property: of its default language, of its first item, or its own."""
    if isinstance(value, str):
        return value
    items = list(value.iter(f"{{{RDF}}}li"))
    default = [item for item in items if item.get(XML_LANG) == "x-default"]
    chosen = (default or items or [value])[0]
    return (chosen.text or chosen.get(f"{{{RDF}}}resource") or "").strip()


def get(rdf: etree._Element, of: str) -> str:
    """The text of the property prefix:local; empty where there is none."""
    wanted = clark(of)
    return next((words_of(value) for _, known, value in properties(rdf) if known == wanted), "")


def put(rdf: etree._Element, of: str, words: str, *, languages: bool = False) -> None:
    """Set the property prefix:local, replacing what is there; with `languages` as text in the default language."""
    if languages:
        put_list(rdf, of, "Alt", [words])
    else:
        _made(rdf, of).text = _CONTROLS.sub("", words)


def put_list(rdf: etree._Element, of: str, container: str, texts: list[str]) -> None:
    """Set the property prefix:local to an rdf:Bag, rdf:Seq or rdf:Alt of texts, replacing what is there."""
    items = etree.SubElement(_made(rdf, of), f"{{{RDF}}}{container}")
    for words in texts:
        item = etree.SubElement(items, f"{{{RDF}}}li", {XML_LANG: "x-default"} if container == "Alt" else {})
        item.text = _CONTROLS.sub("", words)


def _made(rdf: etree._Element, of: str) -> etree._Element:
    """A new empty property in the place of all of that name."""
    take(rdf, of)
    if not descriptions(rdf):
        etree.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})
    prefix = of.partition(":")[0]
    return etree.SubElement(descriptions(rdf)[0], clark(of), nsmap={prefix: SPACES[prefix]})


def take(rdf: etree._Element, *names: str) -> None:
    """Take every property of these names (prefix:local) away."""
    wanted = {clark(of) for of in names}
    for description, known, value in list(properties(rdf)):
        if known in wanted:
            remove(description, known, value)


def shorten(rdf: etree._Element) -> tuple[str, ...]:
    """Take the longest properties away until what is left can be kept; a sentence where there were any."""
    elements = sum(1 for _ in rdf.iter())
    size = len(etree.tostring(rdf, encoding="utf-8"))
    if size <= MOST_KEPT and elements <= MOST_ELEMENTS:
        return ()
    measured = [(length(one[2]), _elements(one[2]), place, one) for place, one in enumerate(properties(rdf))]
    for bytes_, count, _, property_ in sorted(measured, key=lambda one: one[:3], reverse=True):
        if size <= MOST_KEPT and elements <= MOST_ELEMENTS:
            break
        remove(*property_)
        size, elements = size - bytes_, elements - count
    return ("Of XMP, the longest properties were left out: it was longer than what is kept.",)


def length(value: etree._Element | str) -> int:
    """The bytes that a packet loses, at least, with this property."""
    return len(value.encode() if isinstance(value, str) else etree.tostring(value, encoding="utf-8", with_tail=False))


def _elements(value: etree._Element | str) -> int:
    return 0 if isinstance(value, str) else sum(1 for _ in value.iter())
