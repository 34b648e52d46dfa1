"""Reading the text of a page from a file of whatever kind; what the kind is, is seen from its content."""

from gcis.core.errors import SourceFault
from manifests.payload.texts import alto, hocr, plain
from manifests.payload.texts.placing import check_inside
from manifests.payload.texts.shapes import PageText
from manifests.payload.texts.source import decoded, is_markup, tree
from manifests.payload.texts.wording import clean


def read(data: bytes, name: str = "", page: int = 0) -> PageText:
    """The text of the page with this number, from 0, of an ALTO or hOCR file or of a plain text.

    `name` is how sentences call the file. Raises SourceFault with one of the codes empty, too_large, encoding,
    entities, not_xml, not_ocr, no_page, page_size, outside and no_text, and nothing else whatever the bytes are.
    """
    try:
        return _checked(_read(data, page))
    except SourceFault as fault:
        if not name:
            raise
        raise SourceFault(fault.code, f"{clean(name)[:100]}: {fault.sentence}") from fault


def _read(data: bytes, page: int) -> PageText:
    text = decoded(data)
    if not text.strip():
        raise SourceFault("empty", "It is empty.")
    if not is_markup(text):
        return plain.page(text, page)
    root = tree(text)
    found = next(root.iter("{*}alto"), None)
    if found is not None:
        return alto.page(found, page)
    if pages := hocr.all_pages(root):
        return hocr.page(pages, page)
    outermost = clean(str(root.tag).rpartition("}")[2])[:40]
    raise SourceFault("not_ocr", f"It is neither ALTO nor hOCR: its outermost element is “{outermost}”.")


def _checked(text: PageText) -> PageText:
    if not text.blocks:
        raise SourceFault("no_text", "There is no text in it.")
    if text.width is not None and text.height is not None:
        check_inside(text, text.width, text.height)
    return text
