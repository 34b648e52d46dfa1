"""A curator sends pictures in a real browser, watches them, mends the broken one, and looks at the pixels."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import RunningDemo, query
from tests.media.photograph import photograph

SCREENSHOTS = Path(__file__).parents[1] / ".screenshots"

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
document.addEventListener("gcis:uploaded", (event) => { window.uploaded = event.detail.images; });
"""
#: How many different colours the deep zoom shows: a blank canvas has one.
COLOURS = """
() => {
  const canvas = document.querySelector(".gcis-zoom canvas");
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    folder = tmp_path_factory.mktemp("in") / "Coast"
    photograph(folder / "sheet.jpg", width=900, height=600)
    running = RunningDemo(tmp_path_factory.mktemp("home"), folder)
    running.ready()
    running.summary()
    yield running
    running.stop()


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained about: refused by a policy, errors of scripts, answers that are errors."""
    return []


@pytest.fixture
def page(demo: RunningDemo, browser: Browser, troubles: list[str]) -> Iterator[Page]:
    """The page for uploads, with the admin logged in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    context.add_init_script(VIOLATIONS)
    page = context.new_page()
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda got: troubles.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.goto(f"{demo.ready()}/admin/login/?next=/admin/images/image/add/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", demo.wait_for(r"user admin\s+password (\S+)")[1])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector(".gcis-upload")
    yield page
    assert page.evaluate("window.violations") == []
    context.close()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three photographs, of which the second is cut off."""
    made = [photograph(tmp_path / f"page {number}.jpg", width=1600, height=1100, seed=number) for number in (1, 2, 10)]
    made[1].write_bytes(made[1].read_bytes()[:3000])
    return made


def screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"pictures-{name}.png"), full_page=True)


def wait_for_pixels(page: Page) -> None:
    page.wait_for_selector(".gcis-zoom[data-shown=yes]")
    page.wait_for_function(f"({COLOURS})() > 1000")


def test_pictures_are_sent_watched_mended_and_looked_at(
    demo: RunningDemo, page: Page, troubles: list[str], files: list[Path], tmp_path: Path
) -> None:
    # By keyboard: the field opens the chooser of the system.
    with page.expect_file_chooser() as chooser:
        page.locator(".gcis-upload input[type=file]").press("Enter")
    chooser.value.set_files([str(path) for path in reversed(files)])
    rows = page.locator(".gcis-sent > li")
    expect(rows.locator("a")).to_have_text(["page 1.jpg", "page 2.jpg", "page 10.jpg"])
    broken = rows.nth(1)
    expect(broken).to_have_attribute("data-state", "failed")
    expect(broken.locator(".gcis-sentence")).to_contain_text("cut off")
    expect(page.locator(".gcis-sent [data-state=ready] img")).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text("3 of 3 sent, 2 ready, 1 not converted.")
    screenshot(page, "uploaded")

    uploaded = page.evaluate("window.uploaded")
    pages = [link.get_attribute("href") for link in rows.locator("a").all()]
    assert [f"/admin/images/image/{image}/change/" for image in uploaded] == pages
    assert query(demo.home, "SELECT label FROM jobs_batch WHERE actor = 'admin admin'") == [("Upload of 3 pictures",)]

    with page.expect_file_chooser() as chooser:
        broken.get_by_role("button", name="Send another file for page 2.jpg").click()
    chooser.value.set_files(str(photograph(tmp_path / "page 2, again.jpg", width=1600, height=1100, seed=2)))
    expect(broken).to_have_attribute("data-state", "ready")
    expect(broken.locator("a")).to_have_text("page 2, again.jpg")
    expect(page.get_by_role("status")).to_have_text("3 of 3 sent, 3 ready.")
    [(count,)] = query(demo.home, "SELECT count(*) FROM images_image WHERE external_id LIKE '%/page%'")
    assert count == 3, "the other file took the place of the broken one"

    broken.locator("a").click()
    wait_for_pixels(page)
    expect(page.locator("#image-about")).to_contain_text("Not converted: The file is cut off")
    screenshot(page, "zoom")
    assert troubles == []


def test_the_page_of_a_picture_follows_the_replacement_of_its_file(
    demo: RunningDemo, page: Page, troubles: list[str], tmp_path: Path
) -> None:
    page.locator(".gcis-upload input[type=file]").set_input_files(
        str(photograph(tmp_path / "map.jpg", width=700, height=500))
    )
    expect(page.locator(".gcis-sent > li")).to_have_attribute("data-state", "ready")
    page.locator(".gcis-sent a").click()
    wait_for_pixels(page)
    page.locator(".gcis-upload input[type=file]").set_input_files(
        str(photograph(tmp_path / "larger map.jpg", width=2400, height=1600, seed=9))
    )
    expect(page.locator("#image-head")).to_contain_text("2400 × 1600")
    expect(page.locator("#image-head")).to_contain_text("larger map.jpg")
    assert page.locator(".gcis-zoom").get_attribute("data-generation") == "2"
    wait_for_pixels(page)
    expect(page.locator("#image-about")).to_contain_text("Converted: the new picture serves now")
    assert troubles == []
