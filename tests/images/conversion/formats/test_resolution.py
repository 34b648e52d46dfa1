"""How many pixels a millimetre has is kept, turned with the picture, and never made up."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from images.conversion import vips
from images.conversion.recipes.recipe import DEFAULT
from images.conversion.work import Result, Work
from tests.media import sources

ACROSS, DOWN, UNIT = 282, 283, 296
INCH, CENTIMETRE = 2, 3


def convert(source: Path) -> tuple[Result, dict[int, Any]]:
    target = source.with_name("master.tif")
    result = vips.convert(Work(source, target, DEFAULT), lambda progress, stage: None)
    with Image.open(target) as master:
        return result, {tag: master.tag_v2[tag] for tag in (ACROSS, DOWN, UNIT) if tag in master.tag_v2}


def per_mm(tags: dict[int, Any]) -> tuple[float, float]:
    millimetres = {INCH: 25.4, CENTIMETRE: 10.0}[tags[UNIT]]
    return float(tags[ACROSS]) / millimetres, float(tags[DOWN]) / millimetres


def turned(path: Path, way: int, **options: Any) -> Path:
    with Image.open(sources.turned(path.with_name("stored.png"), way)) as stored:
        picture = stored.convert("RGB")
    exif = Image.Exif()
    exif[0x112] = way
    picture.save(path, exif=exif.tobytes(), **options)
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize("dpi", [(300, 300), (600, 600), (300, 150)])
def test_the_resolution_is_kept(tmp_path: Path, suffix: str, dpi: tuple[int, int]) -> None:
    sources.corners().save(tmp_path / f"p{suffix}", dpi=dpi)
    result, tags = convert(tmp_path / f"p{suffix}")
    expected = (dpi[0] / 25.4, dpi[1] / 25.4)
    assert result.found["pixels_per_mm"] == pytest.approx(expected, rel=1e-3)
    assert per_mm(tags) == pytest.approx(expected, rel=1e-3)


def test_the_resolution_per_centimetre_is_kept(tmp_path: Path) -> None:
    sources.corners().save(tmp_path / "p.tif", tiffinfo={ACROSS: 118.11, DOWN: 59.055, UNIT: CENTIMETRE})
    result, tags = convert(tmp_path / "p.tif")
    assert result.found["pixels_per_mm"] == pytest.approx((11.811, 5.9055), rel=1e-4)
    assert per_mm(tags) == pytest.approx((11.811, 5.9055), rel=1e-4)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize("way", range(1, 9))
def test_a_quarter_turn_exchanges_across_and_down(tmp_path: Path, suffix: str, way: int) -> None:
    result, tags = convert(turned(tmp_path / f"p{suffix}", way, dpi=(300, 150)))
    assert result.found["pixels_per_mm"] == pytest.approx((11.811, 5.9055), rel=1e-3), "found says it as stored"
    expected = (5.9055, 11.811) if way > 4 else (11.811, 5.9055)
    assert per_mm(tags) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_where_the_source_says_nothing_nothing_is_said(tmp_path: Path, suffix: str) -> None:
    sources.corners().save(tmp_path / f"p{suffix}")
    result, tags = convert(tmp_path / f"p{suffix}")
    assert result.found["pixels_per_mm"] is None
    assert tags == {}


@pytest.mark.parametrize(
    "tiffinfo",
    [{ACROSS: 4.0, DOWN: 3.0, UNIT: 1}, {ACROSS: 0.0, DOWN: 0.0, UNIT: INCH}, {ACROSS: 300.0, UNIT: INCH}],
    ids=["a ratio without unit", "nothing per inch", "across alone"],
)
def test_numbers_that_are_no_resolution_are_left_out(tmp_path: Path, tiffinfo: dict[int, Any]) -> None:
    sources.corners().save(tmp_path / "p.tif", tiffinfo=tiffinfo)
    result, tags = convert(tmp_path / "p.tif")
    assert result.found["pixels_per_mm"] is None
    assert tags == {}
