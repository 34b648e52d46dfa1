"""What stands where something was withdrawn, by what the client asks for."""

import json
from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from gcis.core.tombstones import Tombstone, answer, page

STONE = Tombstone("image", "Wrong rights.", datetime(2026, 1, 2, tzinfo=UTC))
CONTEXT = "http://iiif.io/api/image/3/context.json"
PROBLEM, HTML = "application/problem+json", "text/html; charset=utf-8"
LD_JSON = f'application/ld+json;profile="{CONTEXT}"'


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, PROBLEM),
        ("", PROBLEM),
        ("*/*", PROBLEM),
        ("application/*", PROBLEM),
        ("image/jpeg", PROBLEM),
        ("garbage", PROBLEM),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", PROBLEM),
        ("application/problem+json, text/html;q=0.5", PROBLEM),
        ("application/json", "application/json"),
        ("application/json, */*;q=0.1", "application/json"),
        ("application/ld+json", LD_JSON),
        (LD_JSON, LD_JSON),
        ("text/html", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("text/*", HTML),
        ("text/html;q=0.5, application/json", "application/json"),
    ],
)
def test_the_form_is_negotiated(accept, content_type):
    request = RequestFactory().get("/", headers={} if accept is None else {"accept": accept})
    response = answer(request, STONE, 3, CONTEXT, "https://x.example/iiif/3/a", "ImageService3")
    assert response["Content-Type"] == content_type
    assert (response.status_code, response["Vary"]) == (410, "Accept")
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Wrong rights." in response.content.decode()


def test_without_reason_and_date_it_says_what_it_can():
    bare = Tombstone("canvas", "", None)
    response = answer(RequestFactory().get("/"), bare, 3, CONTEXT, "https://x.example/c", "Canvas")
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": "This canvas has been withdrawn.",
    }
    assert "This canvas has been withdrawn" in page(bare).content.decode()


def test_words_on_the_page_are_words():
    hostile = Tombstone("image", "<script>alert(1)</script>", None)
    assert b"<script>alert" not in page(hostile).content
