"""Mirador, the Universal Viewer, Clover and OpenSeadragon zoom to the last pixel of a picture, in 2.1 and in 3.0."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from gcis.viewer_packages import OPENSEADRAGON
from tests.journeys.demo import RunningDemo, documents, get_json
from tests.journeys.test_viewers import PICTURES, SCREENSHOTS, Desk, painted, wait
from tests.media.photograph import photograph

#: Odd: the last column and row of every level are not whole.
WIDTH, HEIGHT = 3001, 2003
#: Where the wheel scrolls the page.
BUTTONS = {"clover": '[id^="zoomIn-"]'}
#: Turns of the wheel until somebody gives up.
TURNS = 40
TILE = re.compile(r"/iiif/([23])/[^/]+/(?:full|(\d+),(\d+),(\d+),(\d+))/(?:(\d+),(\d*)|full|max)/0/default\.jpg$")

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    folder = tmp_path_factory.mktemp("in") / "Coast"
    photograph(folder / "sheet.jpg", width=WIDTH, height=HEIGHT)
    running = RunningDemo(tmp_path_factory.mktemp("home"), folder.parent)
    try:
        running.ready(180)
        running.summary()
        yield running
    finally:
        running.stop()


@dataclass
class Asked:
    """The pictures that a viewer has got: for each the version and how many pixels of the image one of it covers."""

    tiles: list[tuple[int, float]] = field(default_factory=list)

    def note(self, url: str, status: int) -> None:
        found = TILE.search(url)
        if found and status == 200 and found[4] and found[6]:
            self.tiles.append((int(found[1]), int(found[4]) / int(found[6])))

    @property
    def versions(self) -> set[int]:
        return {version for version, _ in self.tiles}

    @property
    def finest(self) -> float:
        return min((scale for _, scale in self.tiles), default=float("inf"))


@pytest.fixture
def desk(demo: RunningDemo, browser: Browser) -> Iterator[Desk]:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield Desk(page, demo.ready())
    page.close()


@pytest.fixture
def asked(desk: Desk) -> Asked:
    found = Asked()
    desk.page.on("response", lambda answer: found.note(answer.url, answer.status))
    return found


def zoom(page: Page, canvas: str, asked: Asked, button: str = "") -> None:
    """Turn the wheel over the middle of the picture, or press the button, until pixels come one to one."""
    box = page.locator(canvas).first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(TURNS):
        if asked.finest == 1:
            break
        if button:
            page.locator(button).first.click()
        else:
            page.mouse.wheel(0, -300)
        page.wait_for_timeout(250)
    page.wait_for_timeout(1000)  # the last of them arrive


def check(desk: Desk, asked: Asked, canvas: str, version: int, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    desk.page.screenshot(path=SCREENSHOTS / f"zoom-{name}-{version}.png")
    assert asked.finest == 1, asked.tiles
    assert asked.versions == {version}
    assert len({scale for _, scale in asked.tiles}) >= 2, "it went through levels"
    assert painted(desk.page.locator(canvas).first)
    assert desk.troubles == []


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("viewer", PICTURES)
def test_a_viewer_zooms_to_the_last_level(
    demo: RunningDemo, desk: Desk, asked: Asked, viewer: str, version: int
) -> None:
    book = documents(demo.home, desk.base)[0]["id"].split("/")[-2]
    document = f"{desk.base}/presentation/{version}/{book}/manifest"
    canvas = PICTURES[viewer]
    desk.page.goto(f"{desk.base}/view/{book}?viewer={viewer}&manifest={document}")
    desk.page.wait_for_selector(canvas, timeout=20_000)
    wait(desk.page, lambda: painted(desk.page.locator(canvas).first), "no picture is painted")
    zoom(desk.page, canvas, asked, BUTTONS.get(viewer, ""))
    check(desk, asked, canvas, version, viewer)


OWN_PAGE = """<!doctype html><title>Zoom</title><link rel="icon" href="data:,">
<div id="viewer" style="width: 1200px; height: 900px"></div>
<script src="{script}"></script>
<script>
  OpenSeadragon({{ id: "viewer", tileSources: ["{info}"], showNavigationControl: false, drawer: "canvas" }});
</script>
"""


@pytest.mark.parametrize("version", [3, 2])
def test_openseadragon_by_itself_zooms_to_the_last_level(
    demo: RunningDemo, desk: Desk, asked: Asked, version: int
) -> None:
    canvas = documents(demo.home, desk.base)[0]["items"][0]
    service = canvas["items"][0]["items"][0]["body"]["service"][0]
    identifier = (service.get("id") or service["@id"]).rsplit("/", 1)[-1]
    info = f"{desk.base}/iiif/{version}/{identifier}/info.json"
    assert get_json(info)["width"] == WIDTH
    script = f"{desk.base}/viewers/{OPENSEADRAGON.folder}/openseadragon.min.js"
    page = OWN_PAGE.format(script=script, info=info)
    desk.page.route(f"{desk.base}/zoom", lambda route: route.fulfill(body=page, content_type="text/html"))
    desk.page.goto(f"{desk.base}/zoom")
    desk.page.wait_for_selector("canvas", timeout=20_000)
    wait(desk.page, lambda: painted(desk.page.locator("canvas").first), "no picture is painted")
    zoom(desk.page, "canvas", asked)
    check(desk, asked, "canvas", version, "openseadragon")
