"""Staff at work in a real browser: every page runs under the policy of /admin/, and work is seen to go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import RunningDemo, query
from tests.media.photograph import photograph

SCREENSHOTS = Path(__file__).parents[1] / ".screenshots"

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """Four pictures, one of them cut off."""
    folder = tmp_path_factory.mktemp("in") / "Coast"
    for number in range(4):
        photograph(folder / f"sheet {number}.jpg", width=900, height=600, seed=number)
    broken = folder / "sheet 0.jpg"
    broken.write_bytes(broken.read_bytes()[:2000])
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
    """A window in which the admin has logged in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda got: troubles.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.goto(f"{demo.ready()}/admin/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", demo.wait_for(r"user admin\s+password (\S+)")[1])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("#glance")
    yield page
    context.close()


def screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"staff-{name}.png"), full_page=True)


def test_every_page_runs_under_its_policy(demo: RunningDemo, page: Page, troubles: list[str]) -> None:
    screenshot(page, "glance")
    links = [link.get_attribute("href") for link in page.locator("#nav-sidebar-apps a").all()]
    assert len(links) > 10
    for link in links:
        page.goto(f"{demo.ready()}{link}")
        page.wait_for_load_state("networkidle")
        screenshot(page, (link or "").strip("/").replace("/", "-"))
        row = page.locator("#result_list tbody th a, #result_list tbody td a").first
        if row.count():
            page.goto(f"{demo.ready()}{row.get_attribute('href')}")
            page.wait_for_load_state("networkidle")
            assert "/change/" in page.url
    assert troubles == []


def test_work_that_failed_is_tried_again_while_one_watches(demo: RunningDemo, page: Page, troubles: list[str]) -> None:
    expect(page.locator("#glance")).to_contain_text("3 pictures ready")
    expect(page.locator("#glance")).to_contain_text("The file is cut off")
    [(batch,)] = query(demo.home, "SELECT id FROM jobs_batch")
    page.goto(f"{demo.ready()}/admin/jobs/batch/{batch}/change/")
    expect(page.locator("#batch-figures")).to_contain_text("4 submitted")
    page.get_by_role("link", name="Retry failures").click()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("text=1 to be tried again.")
    figures = page.locator("#batch-figures")
    expect(figures).to_contain_text("5 finished", timeout=30_000)
    expect(figures).to_contain_text("2 ended with errors")
    expect(figures).to_contain_text("1 failed and not mended since")
    screenshot(page, "batch-retried")
    assert troubles == []


def test_the_menus_of_a_list_open_and_close(demo: RunningDemo, page: Page, troubles: list[str]) -> None:
    page.goto(f"{demo.ready()}/admin/jobs/job/")
    page.get_by_text("Filters").first.click()
    page.get_by_role("link", name="Succeeded").click()
    page.wait_for_url("**state__exact=succeeded**")
    page.locator("#result_list input.action-select").first.check()
    expect(page.locator("#changelist-actions-wrapper")).to_be_visible()
    page.locator("[name=action]").select_option("retry_selected")
    page.locator("#changelist-actions-wrapper button").click()
    page.wait_for_selector("text=Only work that failed, was given up or was cancelled can be tried again.")
    assert troubles == []
