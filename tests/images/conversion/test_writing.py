"""How a master is written: what is said of it, what it is, and what happens when there is no room."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcis.core.errors import Unavailable
from images.conversion import vips
from images.conversion.process import ConversionProcess
from images.conversion.recipes.recipe import AUTO, DEFAULT, FIDELITY, Recipe
from images.conversion.work import Limits, Work
from images.engine.join import joined
from images.engine.pyramid import JPEG, open_pyramid
from images.iiif.derivative import Derivative
from tests.media.photograph import photograph, picture

MARKED = ", restart markers"


@pytest.fixture
def process() -> Iterator[ConversionProcess]:
    made = ConversionProcess()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("size", "mode", "recipe", "said"),
    [
        ((601, 400), "RGB", replace(DEFAULT, restart=AUTO), "pyramid, JPEG 89 4:2:0" + MARKED),
        ((601, 400), "RGB", replace(FIDELITY, restart=AUTO), "pyramid, JPEG 95 RGB 4:4:4" + MARKED),
        ((601, 400), "L", replace(DEFAULT, restart=AUTO), "pyramid, JPEG 89 4:2:0" + MARKED),
        ((601, 400), "RGB", replace(DEFAULT, restart=16), "pyramid, JPEG 89 4:2:0" + MARKED),
        ((601, 400), "RGB", replace(DEFAULT, restart=0), "pyramid, JPEG 89 4:2:0"),
        ((601, 400), "RGB", replace(DEFAULT, codec="deflate"), "pyramid, without loss"),
        ((601, 400), "RGB", replace(DEFAULT, codec="webp"), "pyramid, WebP 89"),
        ((601, 400), "L", replace(DEFAULT, codec="webp", restart=AUTO), "pyramid, JPEG 89 4:2:0" + MARKED),
        ((256, 256), "RGB", DEFAULT, "one tile, without loss"),
    ],
)
def test_what_is_said_is_so(tmp_path: Path, size: tuple[int, int], mode: str, recipe: Recipe, said: str) -> None:
    source, target = tmp_path / "p.png", tmp_path / "master.tif"
    picture(*size).convert(mode).save(source)
    result = vips.convert(Work(source, target, recipe), lambda *_: None)
    assert result.done[-1] == said
    opened = open_pyramid(target)
    assert (opened.levels[0].compression == JPEG) == ("JPEG" in said)
    block = joined(opened, Derivative(0, 0, 256, 256, 256, 256))
    assert (block is not None) == (MARKED in said)


def test_a_picture_that_is_turned_is_read_in_any_order(tmp_path: Path) -> None:
    source, target = tmp_path / "p.jpg", tmp_path / "master.tif"
    shown = picture(601, 400)
    exif = shown.getexif()
    exif[0x112] = 6
    shown.save(source, quality=95, exif=exif)
    result = vips.convert(Work(source, target, replace(DEFAULT, restart=AUTO)), lambda *_: None)
    assert result.levels[0][:2] == (400, 601)


@pytest.mark.parametrize("restart", ["auto", 0])
def test_progress_is_told(tmp_path: Path, restart: Any) -> None:
    told: list[tuple[float, str]] = []
    source = photograph(tmp_path / "p.jpg", width=3000, height=2000)
    work = Work(source, tmp_path / "master.tif", replace(DEFAULT, restart=restart))
    vips.convert(work, lambda progress, stage: told.append((progress, stage)))
    assert told == sorted(told)
    assert {stage for _, stage in told} == {"write", "verify"}


@pytest.mark.parametrize("restart", ["auto", 0])
def test_no_room_is_something_to_try_again(process: ConversionProcess, tmp_path: Path, restart: Any) -> None:
    """The limit of a file's size stands for a full disk."""
    source = photograph(tmp_path / "p.jpg", width=1600, height=1200)
    recipe = replace(DEFAULT, restart=restart)
    with pytest.raises(Unavailable, match="not enough room"):
        process.convert(Work(source, tmp_path / "a.tif", recipe, Limits(file=150_000)), lambda *_: None)
    child = process.pid
    assert process.convert(Work(source, tmp_path / "b.tif", recipe), lambda *_: None).width == 1600
    assert process.pid == child
