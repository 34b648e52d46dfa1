"""Files with text as recognition programs write them, as small as they can be."""

from xml.sax.saxutils import escape


def alto(*lines: str, width: int = 800, height: int = 600) -> bytes:
    """ALTO 4 of a page of that size, each line 30 high, its words side by side."""
    found = []
    for number, line in enumerate(lines):
        y = 10 + 40 * number
        words = "<SP/>".join(
            f'<String CONTENT="{escape(word)}" HPOS="{10 + 60 * place}" VPOS="{y}" WIDTH="50" HEIGHT="30"/>'
            for place, word in enumerate(line.split())
        )
        width_of_line = 60 * len(line.split())
        found.append(f'<TextLine HPOS="10" VPOS="{y}" WIDTH="{width_of_line}" HEIGHT="30">{words}</TextLine>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">'
        "<Description><MeasurementUnit>pixel</MeasurementUnit></Description>"
        f'<Layout><Page WIDTH="{width}" HEIGHT="{height}" PHYSICAL_IMG_NR="1"><PrintSpace><TextBlock>{"".join(found)}'
        "</TextBlock></PrintSpace></Page></Layout></alto>"
    ).encode()


def hocr(*pages: str) -> bytes:
    """hOCR of several pages of 800 by 600, each with one line."""
    found = "".join(
        '<div class="ocr_page" title="bbox 0 0 800 600"><span class="ocr_line" title="bbox 10 10 400 40">'
        + " ".join(f'<span class="ocrx_word" title="bbox 10 10 60 40">{escape(word)}</span>' for word in line.split())
        + "</span></div>"
        for line in pages
    )
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{found}</body></html>'.encode()
