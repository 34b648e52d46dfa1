"""Mirador, the Universal Viewer and Clover show a rich book, in Presentation 3.0 and 2.1, as made and as imported."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys import rich
from tests.journeys.demo import RunningDemo, get_json
from tests.journeys.rest_life import Caller
from tests.journeys.test_rest_life import python

SCREENSHOTS = Path(__file__).parents[1] / ".screenshots"
#: What viewers do of themselves, whatever they show: the Universal Viewer takes a picture in its code for an address;
#: Clover's deep zoom complains when two pictures are side by side.
THEIR_OWN = ("/images/data:image/gif", "is not accurate with multi-image")

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    root = tmp_path_factory.mktemp("viewers")
    (root / "nothing").mkdir()
    running = RunningDemo(root / "home", root / "nothing")
    try:
        running.ready(180)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def books(demo: RunningDemo, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The book as a system sends it, and the same as an import of what is published of it."""
    issued = python("manage.py", "tokens", "issue", "museum", "--scope", "write", GCIS_HOME=str(demo.home))
    assert issued.returncode == 0, issued.stderr
    base = demo.ready()
    service = Caller(base, issued.stdout.strip())
    rich.send(service)
    for version in (3, 2):
        document = tmp_path_factory.mktemp("export") / f"imported-{version}.json"
        document.write_text(json.dumps(get_json(f"{base}/presentation/{version}/book/manifest")))
        options = ["--ids", "mint", "--identifier", f"imported-{version}"]
        env = {"GCIS_HOME": str(demo.home), "GCIS_PUBLIC_URL": base}
        done = python("manage.py", "import_manifest", str(document), *options, **env)
        assert done.returncode == 0, done.stdout + done.stderr
        rich.public(f"{base}/presentation/3/imported-{version}/manifest")


@dataclass
class Desk:
    """A page, and what went wrong on it."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on(
            "console", lambda said: self._note(said.text, said.location["url"]) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self._note(str(error), ""))
        self.page.on("requestfinished", lambda request: self._look(request.url, request.response()))

    def _look(self, url: str, response: object) -> None:
        status = getattr(response, "status", 0)
        if not url.startswith((self.base, "data:", "blob:")) or status >= 400:
            self._note(f"{status} {url}", "")

    def _note(self, text: str, url: str) -> None:
        if not any(known in f"{text} {url}" for known in THEIR_OWN):
            self.troubles.append(f"{text} {url}")

    @property
    def viewer(self) -> Locator:
        return self.page.locator("#viewer")

    def shows(self, *texts: str) -> None:
        for text in texts:
            expect(self.viewer).to_contain_text(text, timeout=15_000)


@pytest.fixture
def desk(demo: RunningDemo, books: None, browser: Browser) -> Iterator[Desk]:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield Desk(page, demo.ready())
    page.close()


# ---------------------------------------------------------------------------------------------------- what each shows
def mirador(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("button", name="Toggle sidebar").click()
    page.get_by_role("tab", name="Information").click()
    desk.shows(rich.PLACE, "1921", "Six leaves with boats.")
    page.get_by_role("tab", name="Rights").click()
    desk.shows("Gift of the harbour office")
    page.get_by_role("tab", name="Index").click()
    desk.shows(rich.CHAPTERS[0], rich.CHAPTERS[2])
    page.get_by_role("tab", name="Annotations").click()
    desk.shows(rich.COMMENT, rich.TAG, rich.READ)
    page.get_by_role("tab", name="Layers").click()
    desk.shows(*rich.CHOICES)


def universal(desk: Desk) -> None:
    """It shows annotations only as results of a search service."""
    desk.page.locator("#uv").get_by_text("Index", exact=True).click()
    desk.shows(rich.CHAPTERS[0], rich.CHAPTERS[2])
    desk.page.locator("#uv .rightPanel .expandButton").evaluate("button => button.click()")
    desk.shows(rich.PLACE, "1921", "Gift of the harbour office")


def clover(desk: Desk) -> None:
    """It has no table of contents."""
    desk.shows(rich.PLACE, "1921", "Gift of the harbour office")
    if "/view/book" in desk.page.url:  # pages that an import refers to hang on the canvases of the original: it breaks
        desk.page.get_by_role("tab", name="Annotations").click()
        desk.shows(rich.COMMENT, rich.TAG, rich.READ)


VIEWERS: dict[str, Callable[[Desk], None]] = {"mirador": mirador, "uv": universal, "clover": clover}
PICTURES = {"mirador": ".openseadragon-canvas canvas", "uv": "#uv .openseadragon-canvas canvas", "clover": "canvas"}


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("book", ["book", "imported-3", "imported-2"])
@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_rich_book_is_shown(desk: Desk, viewer: str, book: str, version: int) -> None:
    document = f"{desk.base}/presentation/{version}/{book}/manifest"
    # The Universal Viewer knows no Choice in 2.1, and says so on the opening that has one.
    number = 3 if (viewer, version) == ("uv", 2) else 1
    opened = get_json(f"{desk.base}/presentation/3/{book}/manifest")["items"][number]["id"]
    # Clover goes to a page by its thumbnail: what it is told to begin with is loaded in the version of its own choice.
    start = "" if viewer == "clover" else f"&canvas={opened}"
    desk.page.goto(f"{desk.base}/view/{book}?viewer={viewer}&manifest={document}{start}")
    desk.shows(*rich.LABELS[:3])
    if viewer == "clover":
        desk.page.get_by_test_id("media-thumbnail").nth(1).click()
    desk.page.wait_for_selector(PICTURES[viewer], timeout=20_000)
    wait(desk.page, lambda: painted(desk.page.locator(PICTURES[viewer]).first), "no picture is painted")
    VIEWERS[viewer](desk)
    SCREENSHOTS.mkdir(exist_ok=True)
    desk.page.screenshot(path=SCREENSHOTS / f"viewer-{viewer}-{book}-{version}.png")
    assert desk.troubles == []


def painted(canvas: Locator) -> bool:
    """Whether there is more than one colour in it."""
    pixels = np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB"), np.float32)
    middle = pixels[pixels.shape[0] // 4 : -pixels.shape[0] // 4, pixels.shape[1] // 4 : -pixels.shape[1] // 4]
    return bool(middle.std() > 3)


def wait(page: Page, condition: Callable[[], bool], complaint: str) -> None:
    for _ in range(100):
        if condition():
            return
        page.wait_for_timeout(200)
    raise AssertionError(complaint)


# ------------------------------------------------------------------------------------------------------------ the page
@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_link_to_a_part_of_a_page_opens_it(desk: Desk, viewer: str) -> None:
    opened = get_json(f"{desk.base}/presentation/3/book/manifest")["items"][3]["id"]
    desk.page.goto(f"{desk.base}/view/book?viewer={viewer}&iiif-content={opened}%23xywh=100,200,300,200")
    desk.page.wait_for_selector(PICTURES[viewer], timeout=20_000)
    wait(desk.page, lambda: painted(desk.page.locator(PICTURES[viewer]).first), "no picture is painted")
    SCREENSHOTS.mkdir(exist_ok=True)
    desk.page.screenshot(path=SCREENSHOTS / f"viewer-part-{viewer}.png")
    assert desk.troubles == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_works_without_scripts(demo: RunningDemo, books: None, browser: Browser, width: int) -> None:
    for scripts in (True, False):
        context = browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{demo.ready()}/view/book")
        expect(page.get_by_role("heading", level=1)).to_have_text(rich.TITLE)
        expect(page.get_by_role("link", name="folio 1r")).to_be_visible()
        for text in (rich.PLACE, rich.OWNER, "CC BY 4.0", "The whole book", "IIIF 2.1"):
            expect(page.locator("#main .room")).to_contain_text(text)
        if scripts:
            page.wait_for_selector(".mirador-viewer")
            page.wait_for_timeout(1500)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"view-{width}-{'with' if scripts else 'without'}.png", full_page=True)
        context.close()
