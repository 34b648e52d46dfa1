"""Bytes to characters, and characters to a tree of XML: without entities, document types, network or size."""

import codecs
import html.entities
import re
from collections.abc import Sequence
from typing import TypeVar

from lxml import etree

from gcis.core.errors import SourceFault

T = TypeVar("T")

#: The longest file that is read, in bytes.
MOST_BYTES = 32 << 20
#: The most "<" and "=" of a file that is read: an element takes some hundred bytes of memory, and so does an attribute.
#: What is deeper than 256 elements, or has 10 MB in one piece, the parser refuses by itself.
MOST_MARKS = 1_000_000
MOST_ATTRIBUTES = 1_500_000
#: The most blocks, lines and words of a page; the fullest newspapers have 30,000.
MOST_PARTS = 150_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_META = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
#: Python's names of what may be declared: character sets alone, since codecs do other things too.
_ENCODINGS = re.compile(
    r"utf-(8|16|16-le|16-be|32)|ascii|iso8859-\d+|cp125\d|koi8-[ru]|gb(k|2312|18030)|big5|euc_(jp|kr)|shift_jis"
)
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]*[>\[]", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_OF_XML = {"amp;", "lt;", "gt;", "quot;", "apos;"}
#: Elements of HTML that are never closed.
_VOID = re.compile(r"<(meta|link|br|hr|img|input|wbr)\b([^<>]*?)/?>", re.IGNORECASE)


def decoded(data: bytes) -> str:
    """The characters: by byte order mark, by the encoding that the file names, else UTF-8. Raises SourceFault."""
    if len(data) > MOST_BYTES:
        raise SourceFault("too_large", f"It has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES >> 20} MB are read.")
    named = _encoding(data)
    try:
        text = data.decode(named or "utf-8")
    except UnicodeDecodeError as error:
        said = f"It says that it is in {named}, but is not" if named else "It is not a text in UTF-8"
        raise SourceFault("encoding", f"{said} (byte {error.start + 1}).") from error
    return text.removeprefix("\ufeff")


def _encoding(data: bytes) -> str | None:
    """Python's name of the encoding that is declared, None for no declaration."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    found = _DECLARED.match(data[:1024]) or _META.search(data[:4096])
    if found is None:
        return None
    said = found[1].decode()
    try:
        name = codecs.lookup(said).name
    except LookupError as error:
        raise SourceFault("encoding", f"It says that it is in {said}, which is not known here.") from error
    if not _ENCODINGS.fullmatch(name):
        raise SourceFault("encoding", f"It says that it is in {said}, which is not read here.")
    # A declaration that could be read byte by byte is not in one of these: a frequent error of programs.
    return None if name.startswith(("utf-16", "utf-32")) else name


def chosen(pages: Sequence[T], number: int) -> T:
    """The page with this number, from 0. Raises SourceFault."""
    if not 0 <= number < len(pages):
        raise SourceFault("no_page", f"There is no page {number + 1} in it; the number of its pages is {len(pages)}.")
    return pages[number]


def check_parts(number: int) -> None:
    if number > MOST_PARTS:
        raise SourceFault(
            "too_large", f"A page has more than {MOST_PARTS} words and lines, which is more than is read."
        )


def is_markup(text: str) -> bool:
    return re.match(r"\s*<[A-Za-z!?]", text) is not None


def tree(text: str) -> etree._Element:
    """The outermost element of XML, or of HTML that is XML but for its own entities and unclosed elements.

    Raises SourceFault.
    """
    if text.count("<") > MOST_MARKS or text.count("=") > MOST_ATTRIBUTES:
        raise SourceFault("too_large", "It has more elements or attributes than are read.")
    text = _without_document_type(text)
    try:
        return _parsed(text)
    except etree.XMLSyntaxError as error:
        if "ocr_page" not in text:
            raise _fault(error) from error
    try:
        return _parsed(_VOID.sub(r"<\1\2/>", _ENTITY.sub(_character, text)))
    except etree.XMLSyntaxError as error:
        raise _fault(error) from error


def _without_document_type(text: str) -> str:
    """Entities come by declarations alone: with those a file is refused, and the mere name of a DTD is passed over."""
    found = _DOCTYPE.search(text)
    if "<!ENTITY" in text or (found and found[0].endswith("[")):
        raise SourceFault("entities", "It declares entities or a document type of its own, which is not taken.")
    text = _DECLARATION.sub("", text, count=1)
    return (_DOCTYPE.sub("", text, count=1) if found else text).lstrip()


def _character(entity: re.Match[str]) -> str:
    """An entity of HTML as one of XML, so that what stands for "<" is no element."""
    if entity[1] in _OF_XML:
        return entity[0]
    return "".join(f"&#{ord(each)};" for each in html.entities.html5.get(entity[1], "")) or entity[0]


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    return etree.fromstring(text.encode(), parser)


def _fault(error: etree.XMLSyntaxError) -> SourceFault:
    if getattr(error, "code", 0) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return SourceFault("too_large", "It is nested more deeply, or has longer pieces, than is read.")
    return SourceFault("not_xml", f"It is not well-formed XML: line {error.lineno} cannot be read.")
