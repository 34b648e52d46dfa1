"""A book with everything that viewers show, sent through the API as a system sends it.

Pictures, words, ranges, a Choice, comments, tags, a text with words and lines.
"""

import io
import time
from typing import Any

import requests

from tests.journeys.rest_life import Caller
from tests.media.photograph import picture

SOURCE = "sources/museum"
BOOK = f"{SOURCE}/manifests/book"
PAGES = ("cover", "1r", "1v", "2r", "2v", "back")
LABELS = ("Front cover", "folio 1r", "folio 1v", "folio 2r", "folio 2v", "Back cover")
#: What is read on the pages of viewers.
TITLE, PLACE, OWNER = "A book of harbours", "Drawn at Camogli", "Museum of the Coast"
CHAPTERS = ("The first harbour", "The long mole", "The second harbour")
COMMENT, TAG, READ = "A chaffinch sits on the mast", "lighthouse", "harbour master"
CHOICES = ("In daylight", "In raking light")

WORDS: dict[str, Any] = {
    "label": {"en": [TITLE]},
    "summary": {"en": ["<p>Six leaves with <b>boats</b>.</p>"]},
    "metadata": [
        {"label": {"en": ["Origin"]}, "value": {"en": [PLACE]}},
        {"label": {"en": ["Date"]}, "value": {"none": ["1921"]}},
    ],
    "requiredStatement": {"label": {"en": ["Credit"]}, "value": {"en": ["Gift of the harbour office"]}},
    "rights": "http://creativecommons.org/licenses/by/4.0/",
    "navDate": "1921-05-01T00:00:00Z",
    "behavior": ["paged"],
    "provider": [
        {
            "id": "https://museum.example.org/",
            "type": "Agent",
            "label": {"en": [OWNER]},
            "homepage": [
                {"id": "https://museum.example.org/", "type": "Text", "label": {"en": [OWNER]}, "format": "text/html"}
            ],
        }
    ],
    "homepage": [
        {
            "id": "https://museum.example.org/book",
            "type": "Text",
            "label": {"en": ["In the catalogue"]},
            "format": "text/html",
        }
    ],
    "seeAlso": [
        {
            "id": "https://museum.example.org/book.xml",
            "type": "Dataset",
            "label": {"en": ["Record in MODS"]},
            "format": "application/xml",
        }
    ],
    "rendering": [
        {
            "id": "https://museum.example.org/book.pdf",
            "type": "Text",
            "label": {"en": ["The whole book"]},
            "format": "application/pdf",
        }
    ],
    "structures": [
        {
            "id": "contents",
            "label": {"en": ["Contents"]},
            "items": [
                {"id": "one", "label": {"en": [CHAPTERS[0]]}, "items": [{"canvas": "1r"}, {"canvas": "1v"}]},
                {
                    "id": "two",
                    "label": {"en": [CHAPTERS[2]]},
                    "items": [
                        {"canvas": "2r"},
                        {"id": "mole", "label": {"en": [CHAPTERS[1]]}, "items": [{"canvas": "2v"}]},
                    ],
                },
            ],
        }
    ],
}
HOCR = """<!DOCTYPE html><html><head><meta name="ocr-system" content="hand"/></head><body>
<div class="ocr_page" title="bbox 0 0 900 1200"><p class="ocr_par" title="bbox 90 100 800 260">
<span class="ocr_line" title="bbox 90 100 800 160"><span class="ocrx_word" title="bbox 90 100 300 160">The</span>
<span class="ocrx_word" title="bbox 320 100 520 160">harbour</span>
<span class="ocrx_word" title="bbox 540 100 800 160">master</span></span>
</p></div></body></html>"""


def jpeg(seed: int) -> bytes:
    file = io.BytesIO()
    picture(900, 1200, seed).save(file, "JPEG", quality=90)
    return file.getvalue()


def send(service: Caller) -> dict[str, Any]:
    """Put the book there; returns the record when it is published with all its pictures."""
    service.ask("PUT", SOURCE, 200, 201, json={"name": "Museum"})
    names = (*PAGES, "1r raking")
    for number, page in enumerate(names):
        service.ask("PUT", f"{SOURCE}/images/{page}", 202, files={"file": (f"{page}.jpg", jpeg(number))})
    canvases = [_canvas(page, label) for page, label in zip(PAGES, LABELS, strict=True)]
    service.ask("PUT", BOOK, 201, 202, json={**WORDS, "identifier": "book", "canvases": canvases})
    record = published(service, BOOK)
    _annotate(service, record)
    return published(service, BOOK)


def _canvas(page: str, label: str) -> dict[str, Any]:
    if page != "1r":
        return {"id": page, "label": label, "image": page}
    lights = zip(("1r", "1r raking"), CHOICES, strict=True)
    painted = [{"external_id": key, "choice": "light", "label": {"en": [name]}} for key, name in lights]
    return {"id": page, "label": label, "images": painted}


def _annotate(service: Caller, record: dict[str, Any]) -> None:
    target = "1r#xywh=100,200,300,200"
    said = [
        {
            "motivation": "commenting",
            "body": {"type": "TextualBody", "value": COMMENT, "language": "en", "format": "text/plain"},
            "target": target,
        },
        {"motivation": "tagging", "body": {"type": "TextualBody", "value": TAG}, "target": target},
    ]
    page = {"canvas": "1r", "label": {"en": ["Notes"]}, "place": "embedded", "items": said}
    service.ask("POST", f"manifests/{record['id']}/annotation-pages", 201, json=page)
    canvases = service.all(f"manifests/{record['id']}/canvases")
    first = next(each["id"] for each in canvases if each["external_id"] == "1r")
    service.ask("PUT", f"canvases/{first}/text", 200, 201, data=HOCR.encode(), headers={"Content-Type": "text/html"})


def published(service: Caller, address: str, seconds: float = 90) -> dict[str, Any]:
    """The record once everything said of it is out."""
    deadline = time.monotonic() + seconds
    while True:
        record: dict[str, Any] = service.get(address)
        progress = record["progress"]
        if record["state"] == "published" and not record["outstanding"] and progress["ready"] == progress["total"]:
            return record
        if time.monotonic() > deadline:
            raise AssertionError(record)
        time.sleep(0.5)


def public(address: str, seconds: float = 90) -> None:
    """Wait until the document is out."""
    deadline = time.monotonic() + seconds
    while requests.get(address, timeout=20).status_code != 200:
        assert time.monotonic() < deadline, address
        time.sleep(0.5)
