"""Every picture deep-zooms in Mirador, and what is shown is the source, pixel for pixel where it should be.

`GCIS_TEST_PHOTOGRAPHS` names a folder of real photographs to run this on; without it a few pictures are made.
"""

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps
from playwright.sync_api import Browser, Page

from tests.journeys.demo import RunningDemo, documents, get, get_json, query
from tests.media.photograph import photograph

Image.MAX_IMAGE_PIXELS = None
SCREENSHOTS = Path(__file__).parents[1] / ".screenshots"
Pixels = NDArray[np.float32]

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if given := os.environ.get("GCIS_TEST_PHOTOGRAPHS"):
        return Path(given)
    root = tmp_path_factory.mktemp("in") / "Pictures"
    photograph(root / "Straße" / "wide.jpg", width=3001, height=1203, seed=1)
    photograph(root / "Straße" / "tall.png", width=777, height=2222, seed=2)
    photograph(root / "tiny.png", width=1, height=1, seed=3)
    photograph(root / "Straße" / "turned.jpg", width=1500, height=900, seed=4, exif=_orientation(6))
    return root


@pytest.fixture(scope="module")
def demo(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    copied = tmp_path_factory.mktemp("served") / pictures.name
    shutil.copytree(pictures, copied)
    running = RunningDemo(tmp_path_factory.mktemp("home"), copied)
    running.ready()
    running.summary(600)
    yield running
    running.stop()


def _orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x112] = value
    return exif


# ------------------------------------------------------------------------------------------------- what the viewer does
def test_every_picture_deep_zooms_in_mirador(demo: RunningDemo, browser: Browser) -> None:
    base = demo.ready()
    shown = 0
    for manifest in documents(demo.home, base):
        identifier = manifest["id"].split("/")[-2]
        for canvas in manifest["items"]:
            if canvas.get("items"):
                _deep_zoom(browser, f"{base}/view/{identifier}?canvas={canvas['id']}", canvas)
                shown += 1
    assert shown == len(query(demo.home, "SELECT 1 FROM images_image WHERE current_id IS NOT NULL"))


def _deep_zoom(browser: Browser, url: str, canvas: dict[str, Any]) -> None:
    """Open the page, see pixels, zoom until tiles of the largest scale arrive."""
    service = canvas["items"][0]["items"][0]["body"]["service"][0]["id"]
    label = canvas["label"]["none"][0]
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    asked: list[str] = []
    troubles: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url) if answer.url.startswith(service) else None)
    page.on(
        "response", lambda answer: troubles.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(url)
    page.wait_for_selector(".openseadragon-canvas canvas", timeout=20_000)
    _wait(page, lambda: any(".jpg" in one for one in asked), f"no tile of {label}")
    _wait(page, lambda: _is_painted(page, canvas), f"{label} stays blank")
    if max(canvas["width"], canvas["height"]) > 1024:
        native = _native_tiles(service)
        for _ in range(12):
            if any(native(one) for one in asked):
                break
            page.get_by_role("button", name="Zoom in").click()
            page.wait_for_timeout(400)
        _wait(page, lambda: any(native(one) for one in asked), f"{label} never came to its largest scale")
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"zoomed-{canvas['id'][-12:]}.png")
    page.close()
    assert troubles == [], label


def _native_tiles(service: str) -> Any:
    """Whether a URL asks for a region at its own scale: x,y,w,h/w,h."""

    def native(url: str) -> bool:
        parts = url.removeprefix(service + "/").split("/")
        return len(parts) == 4 and parts[0].count(",") == 3 and parts[0].split(",", 2)[2] == parts[1]

    return native


def _is_painted(page: Page, canvas: dict[str, Any]) -> bool:
    """Whether the viewer's canvas holds more than one colour (for a picture of one pixel: a colour at all)."""
    element = page.locator(".openseadragon-canvas canvas").first
    pixels = np.asarray(Image.open(io.BytesIO(element.screenshot())).convert("RGB"), np.float32)
    middle = pixels[pixels.shape[0] // 4 : -pixels.shape[0] // 4, pixels.shape[1] // 4 : -pixels.shape[1] // 4]
    if canvas["width"] * canvas["height"] == 1:
        return bool(np.ptp(middle.reshape(-1, 3).mean(0)) > 5)
    return bool(middle.std() > 3)


def _wait(page: Page, condition: Any, complaint: str) -> None:
    for _ in range(100):
        if condition():
            return
        page.wait_for_timeout(150)
    raise AssertionError(complaint)


# ------------------------------------------------------------------------------------------------- what the pixels are
def test_tiles_at_full_scale_are_the_source(demo: RunningDemo, pictures: Path) -> None:
    base = demo.ready()
    rows = query(
        demo.home,
        "SELECT external_id, value FROM images_image i JOIN redirects_identifier n ON n.resource = i.id"
        " WHERE current_id IS NOT NULL AND n.status = 'current' ORDER BY external_id",
    )
    assert rows
    for path, identifier in rows:
        source = _decoded(pictures / path)
        service = f"{base}/iiif/3/{identifier}"
        info = get_json(f"{service}/info.json")
        assert (info["width"], info["height"]) == (source.shape[1], source.shape[0]), path
        for x, y, w, h in _some_tiles(info["width"], info["height"], info["tiles"][0]["width"]):
            _compare(service, source, (x, y, w, h), path)


def _compare(service: str, source: Pixels, tile: tuple[int, int, int, int], path: str) -> None:
    x, y, w, h = tile
    status, data, _ = get(f"{service}/{x},{y},{w},{h}/{w},{h}/0/default.jpg")
    assert status == 200, (path, tile)
    shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32)
    assert shown.shape == (h, w, 3), (path, tile)
    assert psnr(shown, source[y : y + h, x : x + w]) >= 28, (path, tile)
    if is_textured(source[y : y + h, x : x + w]):
        assert best_shift(shown, source, x, y) == (0, 0), (path, tile)


def test_the_comparison_notices_a_shift_by_one_pixel(tmp_path: Path) -> None:
    source = _decoded(photograph(tmp_path / "p.png", width=800, height=600, seed=9))
    x, y, w, h = 256, 256, 256, 256
    assert is_textured(source[y : y + h, x : x + w])
    assert best_shift(source[y : y + h, x : x + w], source, x, y) == (0, 0)
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1)):
        moved = source[y + dy : y + dy + h, x + dx : x + dx + w]
        assert best_shift(moved, source, x, y) == (dx, dy)


def _decoded(path: Path) -> Pixels:
    """The source as an independent reader sees it: upright, in sRGB, 8 bit, on white."""
    image = Image.open(path)
    profile = image.info.get("icc_profile")
    if image.mode in ("I;16", "I"):
        image = Image.fromarray((np.asarray(image, np.uint32) // 257).astype(np.uint8))
    image = ImageOps.exif_transpose(image)
    if profile:
        found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
        to = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, found, to, intent, outputMode="RGB", flags=flags)
        assert converted
        image = converted
    return np.asarray(image.convert("RGB"), np.float32)


def _some_tiles(width: int, height: int, size: int) -> Iterator[tuple[int, int, int, int]]:
    """The first, the middle and the last column and row of the tile grid."""
    columns, rows = -(-width // size), -(-height // size)
    for column in sorted({0, columns // 2, columns - 1}):
        for row in sorted({0, rows // 2, rows - 1}):
            x, y = column * size, row * size
            yield x, y, min(size, width - x), min(size, height - y)


def psnr(one: Pixels, other: Pixels) -> float:
    error = float(((one - other) ** 2).mean())
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def is_textured(pixels: Pixels) -> bool:
    """Whether moving by one pixel makes a difference that JPEG noise does not hide, in both directions."""
    if min(pixels.shape[:2]) < 32:
        return False
    across = psnr(pixels[:, 1:], pixels[:, :-1])
    down = psnr(pixels[1:], pixels[:-1])
    return max(across, down) < 34


def best_shift(shown: Pixels, source: Pixels, x: int, y: int) -> tuple[int, int]:
    """By which step of at most one pixel the tile fits the source best."""
    h, w = shown.shape[:2]
    fits = {}
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            there = source[max(0, y + dy) : y + dy + h, max(0, x + dx) : x + dx + w]
            if there.shape == shown.shape:
                fits[dx, dy] = psnr(shown, there)
    return max(fits, key=lambda shift: fits[shift])
