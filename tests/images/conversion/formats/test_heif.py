"""AVIF and HEIC, against what Pillow reads, and turned once."""

from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from images.conversion.formats import heif
from tests.images.conversion.formats.opened import far, open_bytes, refusal
from tests.images.conversion.formats.shown import CLEAR, DEEP, GREY, PROFILE, RGB, read_by_pillow, saved
from tests.media import sources


@pytest.mark.parametrize("image", [RGB, GREY, CLEAR], ids=["rgb", "grey", "clear"])
def test_avif(tmp_path: Path, image: Image.Image) -> None:
    data = saved(image, "AVIF", quality=95, subsampling="4:4:4")
    seen = open_bytes(tmp_path, data)
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[seen.pixels.shape[2]]
    assert far(seen.pixels, read_by_pillow(data, mode)) <= 4
    assert seen.found["format"] == "avif"
    assert seen.transparent == (image is CLEAR)


def heic(image: Image.Image, **options: Any) -> bytes:
    pillow_heif.register_heif_opener()
    return saved(image, "HEIF", quality=95, **options)


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_libheif_turns_is_not_turned_again(tmp_path: Path, kind: str, orientation: int) -> None:
    path = tmp_path / ("turned.heic" if kind == "HEIC" else "turned.avif")
    pillow_heif.register_heif_opener()
    sources.turned(path, orientation)
    seen = open_bytes(tmp_path, path.read_bytes())
    assert seen.found["orientation"] == 1
    assert not seen.image.get_typeof("orientation")
    assert (seen.found["width"], seen.found["height"]) == (320, 200)
    for (x, y), shade in sources.CORNERS.items():
        assert seen.pixels[50 + 100 * y, 80 + 160 * x, :3].tolist() == pytest.approx(shade, abs=12)


@pytest.mark.parametrize("image", [RGB, CLEAR], ids=["rgb", "clear"])
def test_heic(tmp_path: Path, image: Image.Image) -> None:
    seen = open_bytes(tmp_path, heic(image, icc_profile=PROFILE))
    assert np.abs(seen.pixels.astype(float) - np.asarray(image)).mean() < 6
    assert seen.found["format"] == "heif"
    assert seen.found["profile"] == "sRGB built-in"
    assert bytes(seen.image.get("icc-profile-data")) == PROFILE
    assert seen.transparent == (image is CLEAR)


def test_heic_of_ten_bits_reaches_white(tmp_path: Path) -> None:
    ramp = np.repeat(DEEP[:, :, None], 3, axis=2)
    path = tmp_path / "deep.heic"
    pillow_heif.from_bytes("RGB;16", (96, 64), ramp.tobytes()).save(path, quality=-1)
    seen = open_bytes(tmp_path, path.read_bytes())
    assert seen.found["bits"] == 10
    assert seen.interpretation == "rgb16"
    assert seen.pixels.max() == 65535
    assert far(seen.pixels, ramp) < 700


def test_heic_without_its_decoder_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heif, "is_installed", lambda: False)
    fault = refusal(tmp_path, heic(RGB))
    assert fault.code == "format_not_supported"
    assert "gcis[heic]" in fault.sentence
