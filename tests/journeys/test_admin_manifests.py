"""A curator orders and names the pages of a work in a real browser, weighs the source's words, and publishes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.demo import RunningDemo, documents
from tests.media.photograph import photograph

SCREENSHOTS = Path(__file__).parents[1] / ".screenshots"
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def table(folder: Path, **labels: str) -> None:
    """The labels of the pages, as their source gives them."""
    rows = [f"{number}.jpg,{labels.get(f'page{number}', f'leaf {number}')}" for number in (1, 2, 10)]
    (folder / "metadata.csv").write_text("\n".join(["file,label", *rows]))


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in") / "Atlas"
    for number in (1, 2, 10):
        photograph(folder / f"{number}.jpg", width=900, height=600, seed=number)
    table(folder)
    return folder


@pytest.fixture(scope="module")
def demo(atlas: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    running = RunningDemo(tmp_path_factory.mktemp("home"), atlas.parent)
    running.ready()
    running.summary()
    yield running
    running.stop()


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained about."""
    return []


@pytest.fixture
def page(demo: RunningDemo, browser: Browser, troubles: list[str]) -> Iterator[Page]:
    """The page of the only manifest, with the admin logged in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    context.add_init_script(VIOLATIONS)
    page = context.new_page()
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda got: troubles.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.goto(f"{demo.ready()}/admin/login/?next=/admin/manifests/manifest/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", demo.wait_for(r"user admin\s+password (\S+)")[1])
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Atlas").first.click()
    page.wait_for_selector("[data-key]")
    yield page
    assert page.evaluate("window.violations") == []
    context.close()


def screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"manifests-{name}.png"), full_page=True)


def labels(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("[data-called]").all()]


def card(page: Page, number: int) -> Locator:
    return page.locator("[data-key]").nth(number)


def said(page: Page) -> Locator:
    return page.locator(".gcis-order [data-said]")


def canvases(demo: RunningDemo) -> list[str]:
    """The labels of the published pages."""
    [manifest] = documents(demo.home, demo.ready())
    return [canvas["label"]["none"][0] for canvas in manifest["items"]]


def test_a_work_is_ordered_named_compared_and_published(
    demo: RunningDemo, page: Page, atlas: Path, troubles: list[str]
) -> None:
    orders(page, demo)
    names(page)
    compares(page, demo, atlas)
    describes(page)
    publishes_by_hand(page, demo)
    assert troubles == []


def orders(page: Page, demo: RunningDemo) -> None:
    assert labels(page) == ["leaf 1", "leaf 2", "leaf 10"]
    card(page, 0).locator(".gcis-face").drag_to(card(page, 2).locator(".gcis-face"))
    expect(said(page)).to_have_text("Moved. Not saved yet.")
    assert labels(page) == ["leaf 2", "leaf 10", "leaf 1"]
    handle = card(page, 1).locator("[data-handle]")
    handle.focus()
    page.keyboard.press("ArrowLeft")
    assert labels(page) == ["leaf 10", "leaf 2", "leaf 1"]
    expect(page.locator("[data-handle]:focus")).to_have_count(1)
    page.keyboard.press("End")
    assert labels(page) == ["leaf 2", "leaf 1", "leaf 10"]
    card(page, 2).locator("[data-place]").fill("1")
    page.keyboard.press("Enter")
    assert labels(page) == ["leaf 10", "leaf 2", "leaf 1"]
    page.get_by_role("button", name="Sort by label").click()
    assert labels(page) == ["leaf 1", "leaf 2", "leaf 10"]
    page.get_by_role("button", name="Undo").click()
    assert labels(page) == ["leaf 10", "leaf 2", "leaf 1"]
    screenshot(page, "ordered")
    page.get_by_role("button", name="Save order").click()
    expect(said(page)).to_have_text("The order is saved.")
    page.reload()
    page.wait_for_selector("[data-key]")
    assert labels(page) == ["leaf 10", "leaf 2", "leaf 1"]
    expect(page.locator("#record-head").get_by_text("published", exact=True)).to_be_visible()
    page.wait_for_function("() => !document.querySelector('#record-head').textContent.includes('waiting')")
    assert canvases(demo) == ["leaf 10", "leaf 2", "leaf 1"]


def names(page: Page) -> None:
    first, second = card(page, 0).locator("[data-called]"), card(page, 1).locator("[data-called]")
    first.fill("Map <b>of</b> all")
    first.press("Enter")
    expect(first).to_have_attribute("data-state", "saved")
    expect(second).to_be_focused()
    second.fill("never mind")
    second.press("Escape")
    assert labels(page) == ["Map <b>of</b> all", "leaf 2", "leaf 1"]
    second.fill("Coast")
    second.press("Enter")
    expect(second).to_have_attribute("data-state", "saved")
    expect(card(page, 0).locator("[data-source]")).to_contain_text("Source: leaf 10")


def compares(page: Page, demo: RunningDemo, atlas: Path) -> None:
    """The source calls both pages otherwise now: one keeps its name, the other takes the new one."""
    seen = len(demo.lines)
    table(atlas, page10="sheet 10", page2="sheet 2")
    demo.summary(after=seen)
    page.goto(f"{demo.ready()}/admin/manifests/manifest/?differs=yes")
    expect(page.locator("#result_list")).to_contain_text("source differs")
    screenshot(page, "list")
    page.get_by_role("link", name="Atlas").first.click()
    page.wait_for_selector("[data-key]")
    expect(page.locator("[data-keep]:visible")).to_have_count(2)
    screenshot(page, "differs")
    card(page, 0).get_by_role("button", name="Keep mine").click()
    card(page, 1).get_by_role("button", name="Take it").click()
    expect(page.locator("[data-keep]:visible")).to_have_count(0)
    assert labels(page) == ["Map <b>of</b> all", "sheet 2", "leaf 1"]
    expect(page.locator("#record-head")).not_to_contain_text("source differs")


def describes(page: Page) -> None:
    page.locator(".gcis-tabs").get_by_text("Words").click()
    form = page.locator("[data-words]")
    field = form.locator("#field-summary")
    field.get_by_role("textbox", name="Summary").fill("Maps of a coast")
    form.get_by_role("button", name="Add a pair").click()
    pair = form.locator("[data-pair]")
    pair.get_by_role("textbox", name="Label").fill("Maker")
    form.get_by_role("button", name="Save words").click()
    expect(pair.locator(".gcis-wrong")).to_have_text("It needs both a label and a value.")
    expect(field.get_by_role("textbox", name="Summary")).to_have_value("Maps of a coast")
    pair.get_by_role("textbox", name="Value").fill("Unknown")
    field.get_by_role("button", name="Add language").click()
    field.locator("[data-tag]").nth(1).fill("de")
    field.get_by_role("textbox", name="Summary").nth(1).fill("Karten einer Küste")
    form.get_by_role("button", name="Save words").click()
    expect(form.locator("[data-said]")).to_have_text("Saved.")
    screenshot(page, "words")


def publishes_by_hand(page: Page, demo: RunningDemo) -> None:
    page.locator(".gcis-tabs").get_by_text("Who sees it").click()
    page.get_by_label("Published").select_option("manual")
    page.locator("#sharing-form").get_by_role("button", name="Save").click()
    expect(page.locator("#sharing-form [role=status]")).to_have_text("Saved.")
    page.locator(".gcis-tabs").get_by_text("Pages").click()
    head = page.locator("#record-head")
    page.wait_for_function("() => !document.querySelector('#record-head').textContent.includes('Being published')")
    first = card(page, 2).locator("[data-called]")
    first.fill("Last leaf")
    first.press("Enter")
    expect(head).to_contain_text("1 change waiting")
    assert canvases(demo)[2] == "leaf 1"
    head.get_by_role("button", name="Publish again").click()
    page.wait_for_selector("[data-key]")
    expect(head).not_to_contain_text("waiting")
    assert canvases(demo) == ["Map <b>of</b> all", "sheet 2", "Last leaf"]
    page.locator(".gcis-tabs").get_by_text("Timeline").click()
    for sentence in ("order of the pages", "A page was described by hand: label", "Publishing was asked for"):
        expect(page.locator("#record-timeline")).to_contain_text(sentence)
    screenshot(page, "published")
