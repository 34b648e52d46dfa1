"""A visitor looks at a book in Mirador while its files are replaced, renamed, removed and added on disk."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.demo import RunningDemo, documents
from tests.media.photograph import photograph

pytestmark = [pytest.mark.long, pytest.mark.timeout(240)]
SIZE = {"width": 1600, "height": 1200}


def test_nothing_is_dead_or_wrong_for_somebody_who_is_looking(tmp_path: Path, browser: Browser) -> None:
    book = tmp_path / "in" / "Book"
    for number in range(1, 5):
        photograph(book / f"{number}.jpg", seed=number, **SIZE)
    demo = RunningDemo(tmp_path / "home", tmp_path / "in")
    try:
        base = demo.ready()
        demo.summary()
        before = {canvas["label"]["none"][0]: canvas["id"] for canvas in _canvases(demo, base)}
        page, answers = _open(browser, f"{base}/view/{documents(demo.home, base)[0]['id'].split('/')[-2]}")
        _leaf_through(page, 3)

        seen = len(demo.lines)
        photograph(book / "2.jpg", seed=22, **SIZE)
        (book / "3.jpg").rename(book / "30.jpg")
        (book / "4.jpg").unlink()
        photograph(book / "5.jpg", seed=5, **SIZE)
        while not any(line.startswith("Summary") for line in demo.lines[seen:]):
            _leaf_through(page, 1, back=True)
            _leaf_through(page, 1)

        _leaf_through(page, 2, back=True)
        page.reload()
        _leaf_through(page, 4)
        page.close()
        after = {canvas["label"]["none"][0]: canvas["id"] for canvas in _canvases(demo, base)}
    finally:
        demo.stop()
    assert {"1": after["1"], "2": after["2"], "3": after["30"], "4": after["4"]} == before
    assert set(after) == {"1", "2", "30", "4", "5"}
    assert len(answers) > 20
    assert [(status, url) for status, url in answers if status >= 400] == []


def _canvases(demo: RunningDemo, base: str) -> list[Any]:
    return [canvas for manifest in documents(demo.home, base) for canvas in manifest["items"]]


def _open(browser: Browser, url: str) -> tuple[Page, list[tuple[int, str]]]:
    """The page with the viewer, and a list that grows with every answer that it gets."""
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    answers: list[tuple[int, str]] = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    page.goto(url)
    page.wait_for_selector(".openseadragon-canvas canvas", timeout=20_000)
    return page, answers


def _leaf_through(page: Page, pages: int, *, back: bool = False) -> None:
    button = page.get_by_role("button", name="Previous item" if back else "Next item")
    for _ in range(pages):
        if button.is_enabled():
            button.click()
        page.wait_for_timeout(700)
