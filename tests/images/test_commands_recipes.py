"""Recipes shown, tried on a file and compared from the command line."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.media import sources as media
from tests.shell import run

OWN = """
[[recipe]]
name = "maps"
version = 1
tile = 512
quality = 92
metadata.gps = true
limits.megapixels = 900
limits.memory = 1000000000

[[rule]]
when.collection = "conservation"
when.max_bits = 8
use = "fidelity"
"""


@pytest.fixture(autouse=True)
def own(tmp_path: Path, settings: Settings) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    settings.GCIS_RECIPES = str(path)
    settings.GCIS_WORK_DIR = tmp_path / "work"
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    media.picture(600, 400).save(path)
    return path


def test_recipes_and_rules_are_shown_in_their_order(own: Path) -> None:
    ended = run("recipes", "show")
    assert ended.lines == [
        "default@2\tJPEG 89 4:2:0, 256 px\tEXIF, IPTC, XMP\t\tbuilt in",
        "fidelity@2\tJPEG 95 4:4:4, 256 px\tEXIF, IPTC, XMP\t\tbuilt in",
        "lossless@1\twithout loss, 256 px\tEXIF, IPTC, XMP\t\tbuilt in",
        f"maps@1\tJPEG 92 4:4:4, 512 px\tEXIF, IPTC, XMP, GPS\t900 Mpx, 1000 MB\t{own}",
        "rule 1  collection 'conservation' and bits <= 8: fidelity",
        "otherwise  default",
    ]


def test_without_a_file_that_is_said(settings: Settings) -> None:
    settings.GCIS_RECIPES = ""
    assert run("recipes", "show").lines[-1] == "no rules  default, unless another is asked for"


def test_a_file_that_cannot_be_used_is_refused_with_the_place(own: Path) -> None:
    own.write_text(OWN + "colour = 1\n")
    ended = run("recipes", "show")
    assert ended.status == 1
    assert ended.err == f"{own}: rule 1: colour: there is no such key.\n"


def told(lines: list[str]) -> dict[str, str]:
    return dict(line.split("\t", 1) for line in lines)


def test_a_recipe_is_tried_as_a_worker_would_choose_it(picture: Path, tmp_path: Path) -> None:
    ended = run("recipes", "try", picture, "--collection", "all", "--collection", "conservation")
    assert ended.status == 0, ended.err
    found = told(ended.lines)
    assert found["found"].startswith("format png, width 600, height 400, bands 3, bits 8")
    assert found["recipe"] == "fidelity@2: rule 1: collection 'conservation' and bits <= 8 use fidelity"
    assert found["assumed"] == "profile sRGB"
    assert "pyramid, JPEG 95 RGB 4:4:4" in found["done"]
    assert found["levels"].startswith("600 x 400, 300 x 200")
    assert "write 0." in found["seconds"]
    size, share, bits, difference, decibels, _ = found["fidelity@2"].split("\t")
    assert share == "100"
    assert size.endswith("KB")
    assert 1 < float(bits) < 24
    assert 0 < float(difference) < 1
    assert 40 < float(decibels.removesuffix(" dB")) < 60
    assert list((tmp_path / "work").iterdir()) == [], "nothing of it is kept"


def test_a_recipe_can_be_named(picture: Path) -> None:
    found = told(run("recipes", "try", picture, "--recipe", "lossless").lines)
    assert found["recipe"] == "lossless@1: asked for by name"
    assert found["lossless@1"].split("\t")[3:5] == ["0.00", "without loss"]


def test_recipes_are_compared_side_by_side(picture: Path) -> None:
    ended = run("recipes", "compare", picture, "default", "fidelity")
    rows = {name: row.split("\t") for name, row in told(ended.lines).items()}
    assert list(rows) == ["default@2", "fidelity@2"]
    default, fidelity = rows.values()
    assert (default[1], int(fidelity[1]) > 150) == ("100", True)
    assert float(default[3]) > float(fidelity[3])
    assert float(default[4].removesuffix(" dB")) < float(fidelity[4].removesuffix(" dB"))


@pytest.mark.long
def test_without_names_all_are_compared(picture: Path) -> None:
    assert list(told(run("recipes", "compare", picture).lines)) == ["default@2", "fidelity@2", "lossless@1", "maps@1"]


def test_on_a_terminal_it_is_a_table(picture: Path) -> None:
    screen = run("recipes", "compare", picture, "default", terminal=True).out
    assert "ΔE2000" in screen
    assert "default@2" in screen


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("try", "nowhere.png"), "There is no file nowhere.png."),
        (("try", __file__), "not a picture"),
        (
            ("compare", __file__, "nonesuch"),
            "There is no recipe 'nonesuch'; there are default, fidelity, lossless, maps.",
        ),
        (("try", __file__, "--page", "0"), "pages are counted from 1"),
        (("try", __file__, "--page", "x"), "pages are counted from 1"),
    ],
)
def test_what_cannot_be_tried_is_refused(words: tuple[str, ...], sentence: str) -> None:
    ended = run("recipes", *words)
    assert ended.status != 0
    assert sentence in ended.err
