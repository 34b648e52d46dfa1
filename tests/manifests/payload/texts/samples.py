"""Small OCR files of our own writing, in the shapes that programs write."""

from xml.sax.saxutils import quoteattr

from manifests.payload.texts import PageText, Word, read

#: How ALTO's versions call themselves. The first had no namespace, or that of the firm that made it.
NAMESPACES = {
    "1": "",
    "1 of CCS": "http://schema.ccs-gmbh.com/ALTO",
    "2": "http://www.loc.gov/standards/alto/ns-v2#",
    "3": "http://www.loc.gov/standards/alto/ns-v3#",
    "4": "http://www.loc.gov/standards/alto/ns-v4#",
}
PAGE = 'WIDTH="1000" HEIGHT="2000"'


def place(x: float, y: float, width: float, height: float) -> str:
    return f'HPOS="{x}" VPOS="{y}" WIDTH="{width}" HEIGHT="{height}"'


def string(content: str, x: float = 10, y: float = 20, width: float = 30, height: float = 10, more: str = "") -> str:
    return f"<String CONTENT={quoteattr(content)} {place(x, y, width, height)} {more}/>"


def line(*strings: str, at: str = "", more: str = "") -> str:
    return f"<TextLine {at or place(10, 20, 500, 10)} {more}>{'<SP/>'.join(strings)}</TextLine>"


def block(*lines: str, at: str = "", more: str = "") -> str:
    return f"<TextBlock {at or place(10, 20, 500, 100)} {more}>{''.join(lines)}</TextBlock>"


def alto(body: str, version: str = "4", unit: str = "pixel", page: str = PAGE) -> bytes:
    """An ALTO file with one page; `body` is its blocks, or its margins and print spaces."""
    space = body if body.startswith(("<PrintSpace", "<TopMargin")) else f"<PrintSpace>{body}</PrintSpace>"
    name = f' xmlns="{NAMESPACES[version]}"' if NAMESPACES[version] else ""
    measured = f"<MeasurementUnit>{unit}</MeasurementUnit>" if unit else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alto{name}><Description>{measured}</Description>'
        f'<Layout><Page ID="P1" PHYSICAL_IMG_NR="1" {page}>{space}</Page></Layout></alto>'
    ).encode()


#: What Tesseract 5 writes, with a heading, two paragraphs, and German words in the second.
TESSERACT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
    "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title></title>
  <meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
  <meta name='ocr-system' content='tesseract 5.3.0' />
 </head>
 <body>
  <div class='ocr_page' id='page_1' title='image "in; bbox 9 9 9 9.png"; bbox 0 0 800 1000; ppageno 0; scan_res 70 70'>
   <div class='ocr_carea' id='block_1_1' title="bbox 40 30 600 60">
    <p class='ocr_par' id='par_1_1' lang='deu' title="bbox 40 30 600 60">
     <span class='ocr_header' id='line_1_1' title="bbox 40 30 600 60; baseline 0 -3; x_size 30">
      <span class='ocrx_word' id='word_1_1' title='bbox 40 30 240 60; x_wconf 96'>Vom</span>
      <span class='ocrx_word' id='word_1_2' title='bbox 260 30 600 60; x_wconf 7'><strong>Wetter</strong></span>
     </span>
    </p>
   </div>
   <div class='ocr_carea' id='block_1_2' title="bbox 40 100 700 220">
    <p class='ocr_par' id='par_1_2' lang='deu' title="bbox 40 100 700 160">
     <span class='ocr_line' id='line_1_2' title="bbox 40 100 700 125; baseline 0 -3">
      <span class='ocrx_word' id='word_1_3' title='bbox 40 100 200 125; x_wconf 91'>Es</span>
      <span class='ocrx_word' id='word_1_4' title='bbox 220 100 300 125; x_wconf 90' lang='eng'>is</span>
      <span class='ocrx_word' id='word_1_5' title='bbox 320 100 700 125; x_wconf 88'>ver-</span>
     </span>
     <span class='ocr_line' id='line_1_3' title="bbox 40 130 700 160; baseline 0 -3">
      <span class='ocrx_word' id='word_1_6' title='bbox 40 130 700 160; x_wconf 85'>änderlich.</span>
     </span>
    </p>
    <p class='ocr_par' id='par_1_3' lang='deu' title="bbox 40 180 700 220">
     <span class='ocr_caption' id='line_1_4' title="bbox 40 180 700 220">
      <span class='ocrx_word' id='word_1_7' title='bbox 40 180 700 220; x_wconf 50'>Bild</span>
     </span>
    </p>
   </div>
   <div class='ocr_photo' id='block_1_3' title="bbox 40 300 700 900"></div>
  </div>
 </body>
</html>
"""


def hocr(*pages: str) -> bytes:
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{"".join(pages)}</body></html>'.encode()


def page(body: str, bbox: str = "bbox 0 0 1000 2000") -> str:
    return f"<div class='ocr_page' title='{bbox}'>{body}</div>"


def span(kind: str, body: str, title: str = "", more: str = "") -> str:
    return f"<span class='{kind}' title='{title}' {more}>{body}</span>"


def newspaper(words: int, columns: int = 6, per_line: int = 7) -> bytes:
    """ALTO of a page of so many words in columns."""
    lines = []
    for first in range(0, words, per_line):
        y = 100 + 40 * (first // per_line)
        found = [
            string(f"Wort{n}", 50 + 80 * (n % per_line), y, 70, 30, 'WC="0.9"') for n in range(first, first + per_line)
        ]
        lines.append(line(*found, at=place(50, y, 600, 30)))
    share = -(-len(lines) // columns)
    blocks = [block(*lines[start : start + share], more='LANG="de"') for start in range(0, len(lines), share)]
    return alto("".join(blocks), page=f'WIDTH="5000" HEIGHT="{40 * len(lines) + 300}"')


def texts(found: PageText) -> list[list[str]]:
    """The lines of every block."""
    return [[each.text for each in part.lines] for part in found.blocks]


def words(data: bytes) -> list[Word]:
    return [word for part in read(data).blocks for each in part.lines for word in each.words]
