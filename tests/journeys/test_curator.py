"""A curator's day in a real browser: pictures come in, become a work, are published, renamed, withdrawn, restored."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import RunningDemo, get, get_json
from tests.media.photograph import photograph

SCREENSHOTS = Path(__file__).parents[1] / ".screenshots"

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


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
def files(tmp_path: Path) -> list[Path]:
    """Five photographs, of which the third is cut off."""
    made = [photograph(tmp_path / f"plate {n}.jpg", width=1400, height=1000, seed=n) for n in range(1, 6)]
    made[2].write_bytes(made[2].read_bytes()[:3000])
    return made


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained about while the curator worked."""
    return []


@pytest.fixture
def curator(demo: RunningDemo, browser: Browser, troubles: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda got: troubles.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.goto(f"{demo.ready()}/admin/login/?next=/admin/manifests/collection/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", demo.wait_for(r"user admin\s+password (\S+)")[1])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("#result_list")
    yield page
    context.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Somebody else, without a session."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"curator-{name}.png"), full_page=True)


def test_from_five_files_to_a_published_work_and_through_all_that_may_happen_to_it(
    demo: RunningDemo, curator: Page, visitor: Page, files: list[Path], tmp_path: Path, troubles: list[str]
) -> None:
    upload(curator, files)
    mend(curator, tmp_path)
    make_a_work(curator)
    order_and_label(curator)
    name = publish(curator)
    sees_the_work(demo, visitor, name)
    rename(curator, "coast-sketches")
    follows_the_old_address(demo, visitor, name, "coast-sketches")
    withdraw(curator)
    sees_the_tombstone(demo, visitor, "coast-sketches")
    restore(curator)
    sees_the_work(demo, visitor, "coast-sketches")
    reads_all_of_it_in_the_timeline(curator)
    assert troubles == []


# --------------------------------------------------------------------------------------------------------- the curator
def upload(page: Page, files: list[Path]) -> None:
    page.get_by_role("link", name="Coast").first.click()
    page.get_by_text("Upload pictures into this collection").click()
    page.locator(".gcis-upload input[type=file]").set_input_files([str(path) for path in files])
    expect(page.locator(".gcis-sent > li")).to_have_count(5)
    expect(page.locator(".gcis-sent [data-state=ready]")).to_have_count(4)
    broken = page.locator(".gcis-sent > li").nth(2)
    expect(broken).to_have_attribute("data-state", "failed")
    expect(broken.locator(".gcis-sentence")).to_contain_text("cut off")
    screenshot(page, "1-uploaded")


def mend(page: Page, folder: Path) -> None:
    """Another file for the broken one; and a conversion asked for again by hand."""
    broken = page.locator(".gcis-sent > li").nth(2)
    with page.expect_file_chooser() as chooser:
        broken.get_by_role("button", name="Send another file for plate 3.jpg").click()
    chooser.value.set_files(str(photograph(folder / "plate 3, again.jpg", width=1400, height=1000, seed=3)))
    expect(broken).to_have_attribute("data-state", "ready")
    picture = page.context.new_page()
    picture.goto(page.url.split("/admin/")[0] + str(broken.locator("a").get_attribute("href")))
    ask(picture, "Convert again")
    expect(picture.locator("#image-about")).to_contain_text("the new picture serves now")
    expect(picture.locator("#image-about")).to_contain_text("The file is cut off")
    screenshot(picture, "2-mended")
    picture.close()


def make_a_work(page: Page) -> None:
    form = page.locator("[data-works]")
    form.get_by_label("Label of the new work").fill("Sketches")
    form.get_by_role("button", name="Make it").click()
    page.locator("#works-made").get_by_role("link", name="Sketches").click()
    expect(page.locator("[data-items] > li")).to_have_count(5)


def order_and_label(page: Page) -> None:
    """The first page goes to the end, by keyboard; the new first one gets a label of its own."""
    labels = page.locator("[data-items] [data-called]")
    expect(labels.first).to_have_value("plate 1")
    page.locator("[data-items] [data-handle]").first.press("End")
    expect(labels.last).to_have_value("plate 1")
    page.get_by_role("button", name="Save order").click()
    expect(page.locator("[data-unsaved]")).to_be_hidden()
    labels.first.fill("Frontispiece")
    with page.expect_response(lambda got: got.request.method == "POST") as answer:
        labels.first.press("Enter")
    assert answer.value.ok
    page.reload()
    expect(labels.first).to_have_value("Frontispiece")
    expect(labels.last).to_have_value("plate 1")


def publish(page: Page) -> str:
    """Returns the identifier of what is public now."""
    head = page.locator("#record-head")
    expect(head).to_contain_text("Nobody but staff sees it.")
    head.get_by_role("button", name="Publish").click()
    expect(head.get_by_text("published", exact=True)).to_be_visible()
    expect(head.get_by_text("The public: open to all.")).to_be_visible()
    screenshot(page, "3-published")
    return head.locator("dd").first.inner_text()


def rename(page: Page, name: str) -> None:
    ask(page, "Rename", {"identifier": name, "reason": "a name that people can say"})
    expect(page.locator("#record-head dd").first).to_have_text(name)


def withdraw(page: Page) -> None:
    ask(page, "Withdraw", {"reason": "the lender asked for it"})
    expect(page.locator("#record-head")).to_contain_text("Withdrawn since")


def restore(page: Page) -> None:
    ask(page, "Restore", {})
    expect(page.locator("#record-head")).not_to_contain_text("Withdrawn since")


def reads_all_of_it_in_the_timeline(page: Page) -> None:
    page.get_by_role("tab", name="Timeline").or_(page.get_by_text("Timeline", exact=True)).first.click()
    timeline = page.locator("#record-timeline")
    for words in ("a name that people can say", "the lender asked for it", "estored", "ublished", "order", "label"):
        expect(timeline).to_contain_text(words)
    screenshot(page, "6-timeline")


def ask(page: Page, what: str, fields: dict[str, str] | None = None) -> None:
    """Choose an action at the top of the page, fill in its dialog, and confirm."""
    entry = page.locator(f"a[hx-get]:has-text('{what}')").first
    if page.locator("a:visible", has_text="More").count():
        page.locator("a:visible", has_text="More").first.click()
    entry.click()
    dialog = page.locator("#modal-content form")
    for name, value in (fields or {}).items():
        dialog.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        dialog.locator("[type=submit]").click()


# --------------------------------------------------------------------------------------------------------- the visitor
def sees_the_work(demo: RunningDemo, page: Page, name: str) -> None:
    base = demo.ready()
    page.goto(f"{base}/view/{name}")
    page.reload()  # a tombstone may be remembered for a minute
    expect(page.locator(".mirador-viewer").first).to_be_visible()
    document = get_json(f"{base}/presentation/3/{name}/manifest")
    assert document["label"] == {"none": ["Sketches"]} or "Sketches" in str(document["label"])
    labels = [next(iter(canvas["label"].values()))[0] for canvas in document["items"]]
    assert labels == ["Frontispiece", "plate 3, again", "plate 4", "plate 5", "plate 1"]
    for canvas in document["items"]:
        assert get(canvas["items"][0]["items"][0]["body"]["id"])[0] == 200
    page.wait_for_timeout(1500)
    screenshot(page, f"4-visitor-{len(name)}")


def follows_the_old_address(demo: RunningDemo, page: Page, old: str, new: str) -> None:
    base = demo.ready()
    answer = page.goto(f"{base}/view/{old}")
    assert answer
    assert answer.ok
    assert page.url == f"{base}/view/{new}"
    wait_for_id(f"{base}/presentation/3/{old}/manifest", f"{base}/presentation/3/{new}/manifest")


def wait_for_id(address: str, wanted: str) -> None:
    """The document under its new name is published a moment after the name is given."""
    for _ in range(40):
        if get_json(address)["id"] == wanted:
            return
        time.sleep(0.5)
    assert get_json(address)["id"] == wanted


def sees_the_tombstone(demo: RunningDemo, page: Page, name: str) -> None:
    base = demo.ready()
    answer = page.goto(f"{base}/view/{name}")
    assert answer
    assert answer.status == 410
    expect(page.locator("body")).to_contain_text("the lender asked for it")
    screenshot(page, "5-tombstone")
    status, body, headers = get(f"{base}/presentation/3/{name}/manifest")
    assert (status, headers["Content-Type"]) == (410, "application/problem+json")
    assert b"the lender asked for it" in body
