"""Recipes and rules out of TOML, and which of them a picture gets."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from images.conversion.recipes.books import book, built_in, limited
from images.conversion.recipes.recipe import DEFAULT, FIDELITY, Ceiling, Recipe
from images.conversion.recipes.recipe_file import RecipeFault, bind, parse
from images.conversion.recipes.rules import Book
from images.conversion.work import Limits
from images.metadata.policy import Policy

FOUND: dict[str, Any] = {
    "format": "tiff",
    "width": 6000,
    "height": 4000,
    "bands": 3,
    "bits": 16,
    "sample": "uint",
    "colour": "rgb16",
    "compression": "lzw",
    "orientation": 1,
    "profile": "Adobe RGB (1998)",
    "page": 0,
    "pages": 1,
}


def of(text: str) -> Book:
    return bind([built_in(), parse(text, "own.toml")])


def chosen(own: Book, *, asked: str = "", source: str = "dam", collections: tuple[str, ...] = (), **found: Any) -> str:
    """The name of the recipe for such a picture."""
    return own.choose({**FOUND, **found}, asked=asked, source=source, collections=collections).recipe.name


# ------------------------------------------------------------------------------------------------------------- built in
def test_what_is_built_in_is_what_code_takes_without_a_book() -> None:
    own = bind([built_in()])
    assert (own.recipes["default"], own.recipes["fidelity"]) == (DEFAULT, FIDELITY)
    assert own.usual == DEFAULT
    assert own.rules == ()
    assert [str(recipe) for recipe in own.recipes.values()] == ["default@2", "fidelity@2", "lossless@1"]


def test_a_recipe_goes_to_the_child_and_back() -> None:
    recipe = Recipe("maps", 7, tile=512, metadata=Policy(gps=True), limits=Ceiling(megapixels=500))
    assert Recipe.from_dict(recipe.as_dict()) == recipe


# ------------------------------------------------------------------------------------------------------------- the file
def test_a_file_adds_recipes_and_those_of_known_names_take_their_place() -> None:
    own = of(
        """
        [[recipe]]
        name = "default"
        version = 3
        quality = 80

        [[recipe]]
        name = "maps"
        version = 1
        tile = 512
        codec = "webp"
        metadata.gps = true
        metadata.iptc = false
        limits.megapixels = 900.5
        limits.memory = 1000000000
        """
    )
    assert own.recipes["default"] == Recipe("default", 3, quality=80)
    assert own.recipes["maps"] == Recipe(
        "maps",
        1,
        tile=512,
        codec="webp",
        metadata=Policy(gps=True, iptc=False),
        limits=Ceiling(megapixels=900.5, memory=1_000_000_000),
    )
    assert own.recipes["fidelity"] == FIDELITY
    assert own.origins["default"] == own.origins["maps"] == "own.toml"
    assert own.origins["fidelity"] == ""


def test_from_90_on_jpeg_is_written_with_all_its_colour_and_that_is_what_a_recipe_says() -> None:
    own = of('recipe = [{name = "a", version = 1, quality = 89}, {name = "b", version = 1, quality = 90}]')
    assert (own.recipes["a"].chroma, own.recipes["b"].chroma) == ("4:2:0", "4:4:4")
    with pytest.raises(ValueError, match=r"quality 95 is written as 4:4:4, not as 4:2:0"):
        Recipe("x", 1, quality=95)


GOOD = '[[recipe]]\nname = "maps"\nversion = 1\n'


@pytest.mark.parametrize(("text", "restart"), [("", 0), ("restart = 'auto'\n", "auto"), ("restart = 0\n", 0)])
def test_restart_markers_are_a_number_or_the_word_for_what_a_level_needs(text: str, restart: int | str) -> None:
    assert of(GOOD + text).recipes["maps"].restart == restart


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[recipe]", "own.toml: Expected "),
        ("[recipes]\n", "own.toml: recipes: there is no such key. Is 'recipe' meant?"),
        ("[recipe]\nname = 'x'\n", "own.toml: recipe begins with [[recipe]], in double brackets"),
        ("[[recipe]]\nversion = 1\n", "own.toml: recipe 1: name is missing"),
        ("[[recipe]]\nname = 'maps'\n", "own.toml: recipe 'maps': version is missing"),
        (GOOD + GOOD, "own.toml: recipe 'maps' is there twice"),
        ("[[recipe]]\nname = 'our maps'\nversion = 1\n", "own.toml: recipe 'our maps': name: up to 60 of the"),
        (GOOD + "qualty = 80\n", "own.toml: recipe 'maps': qualty: there is no such key. Is 'quality' meant?"),
        (GOOD + "quality = '80'\n", "own.toml: recipe 'maps': quality is a whole number, not '80'"),
        (GOOD + "quality = 80.5\n", "own.toml: recipe 'maps': quality is a whole number, not 80.5"),
        (GOOD + "quality = true\n", "own.toml: recipe 'maps': quality is a whole number, not True"),
        (GOOD + "quality = 100\n", "own.toml: recipe 'maps': quality is a number from 1 to 99, not 100"),
        (GOOD + "restart = 'often'\n", "own.toml: recipe 'maps': restart is 'auto' or a number, not 'often'"),
        (GOOD + "restart = -1\n", "own.toml: recipe 'maps': restart is a number from 0 to 65535, not -1"),
        (GOOD + "restart = true\n", "own.toml: recipe 'maps': restart is a whole number, not True"),
        (GOOD + "take = 1\n", "own.toml: recipe 'maps': take is true or false, not 1"),
        (GOOD + "tile = 250\n", "own.toml: recipe 'maps': tile is a multiple of 16, not 250"),
        (GOOD + "tile = 8192\n", "own.toml: recipe 'maps': tile is a number from 64 to 4096, not 8192"),
        (GOOD + "codec = 'jp2'\n", "own.toml: recipe 'maps': codec is one of jpeg, webp, deflate, not 'jp2'"),
        (GOOD + "grey = 'dark'\n", "own.toml: recipe 'maps': grey is one of sgray, gamma18, gamma22, linear"),
        (
            GOOD + "quality = 92\nchroma = '4:2:0'\n",
            "own.toml: recipe 'maps': chroma: jpeg of quality 92 is written as 4:4:4, not as 4:2:0",
        ),
        (GOOD + "codec = 'deflate'\nchroma = '4:2:0'\n", "deflate of quality 89 is written as 4:4:4"),
        (GOOD + "metadata = 'all'\n", "own.toml: recipe 'maps': metadata is a table: [recipe.metadata]"),
        (
            GOOD + "metadata.gsp = true\n",
            "own.toml: recipe 'maps': metadata.gsp: there is no such key. Is 'gps' meant?",
        ),
        (GOOD + "metadata.gps = 'no'\n", "own.toml: recipe 'maps': metadata.gps is true or false, not 'no'"),
        (GOOD + "limits.seconds = -1\n", "own.toml: recipe 'maps': limits are numbers above 0, not -1"),
        (GOOD + "limits.megapixels = nan\n", "own.toml: recipe 'maps': limits are numbers above 0, not nan"),
        (GOOD + "limits.memory = 1.5\n", "own.toml: recipe 'maps': limits.memory is a whole number, not 1.5"),
        ("[[rule]]\nwhen.bits = 16\n", "own.toml: rule 1: use is missing"),
        ("[[rule]]\nuse = 'fidelty'\n", "own.toml: rule 1: use: no recipe is called 'fidelty'. Is 'fidelity' meant?"),
        ("[[rule]]\nuse = 'default'\nif = 1\n", "own.toml: rule 1: if: there is no such key"),
        ("[[rule]]\nuse = 'default'\nwhen = 'always'\n", "own.toml: rule 1: when is a table: when.bits = 16"),
        ("[[rule]]\nuse = 'default'\nwhen.dpi = 300\n", "own.toml: rule 1: when.dpi: there is no such key"),
        ("[[rule]]\nuse = 'default'\nwhen.bits = '16'\n", "own.toml: rule 1: when.bits is a number, not '16'"),
        ("[[rule]]\nuse = 'default'\nwhen.format = 1\n", "own.toml: rule 1: when.format is a text, not 1"),
        ("[[rule]]\nuse = 'default'\nwhen.format = []\n", "when.format is a list with nothing in it"),
        ("[[rule]]\nuse = 'default'\nwhen.min_bits = [8, 16]\n", "own.toml: rule 1: when.min_bits is one number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(RecipeFault) as fault:
        of(text)
    assert sentence in str(fault.value)
    assert str(fault.value).startswith("own.toml: ")


# ------------------------------------------------------------------------------------------------------------ the rules
RULES = """
[[rule]]
when.collection = "conservation"
when.min_bits = 16
use = "fidelity"

[[rule]]
when = {source = ["dam-*", "archive"], format = ["png", "TIFF"], max_megapixels = 30}
use = "lossless"

[[rule]]
when.profile = "none"
when.bands = [1, 2]
use = "small"

[[recipe]]
name = "small"
version = 1
codec = "webp"
"""


@pytest.mark.parametrize(
    ("picture", "recipe", "why"),
    [
        ({"collections": ("all", "Conservation")}, "fidelity", "rule 1: collection 'conservation' and bits >= 16 use"),
        ({"collections": ("all",)}, "default", "no rule applies: default"),
        ({"collections": ("conservation",), "bits": 8}, "default", "no rule applies"),
        ({"source": "dam-7"}, "lossless", "rule 2: source 'dam-*' or 'archive' and format 'png' or 'TIFF' and"),
        ({"source": "archive", "format": "png"}, "lossless", "megapixels <= 30 use lossless"),
        ({"source": "dam-7", "width": 8000}, "default", "no rule applies"),
        ({"source": "dam-7", "format": "jpeg"}, "default", "no rule applies"),
        ({"profile": None, "bands": 1}, "small", "rule 3: profile 'none' and bands = 1 or 2 use small"),
        ({"profile": None}, "default", "no rule applies"),
        ({"collections": ("conservation",), "source": "archive"}, "fidelity", "rule 1"),
        ({"asked": "small", "collections": ("conservation",)}, "small", "asked for by name"),
    ],
)
def test_the_first_rule_that_applies_counts(picture: dict[str, Any], recipe: str, why: str) -> None:
    own, picture = of(RULES), {"asked": "", "source": "dam", "collections": (), **picture}
    how = {name: picture.pop(name) for name in ("asked", "source", "collections")}
    choice = own.choose({**FOUND, **picture}, **how)
    assert choice.recipe.name == recipe
    assert why in choice.why


def test_what_was_not_found_meets_no_condition_on_numbers() -> None:
    own = of('[[rule]]\nwhen.max_bits = 8\nuse = "lossless"\n')
    assert own.choose({}, asked="", source="", collections=()).recipe == DEFAULT


def test_a_rule_without_conditions_always_applies_and_says_so() -> None:
    own = of('[[rule]]\nuse = "lossless"\n')
    assert own.choose(FOUND, asked="", source="", collections=()).why == "rule 1: always use lossless"


def test_there_is_no_recipe_of_a_name_that_nobody_gave() -> None:
    with pytest.raises(ValueError, match=r"There is no recipe 'maps'; there are default, fidelity, lossless, small\."):
        of(RULES).choose(FOUND, asked="maps", source="", collections=())


# ----------------------------------------------------------------------------------------------------- the installation
@pytest.fixture
def own_file(tmp_path: Path, settings: Settings) -> Path:
    path = tmp_path / "recipes.toml"
    settings.GCIS_RECIPES = str(path)
    return path


def test_the_file_of_the_installation_is_read_once(own_file: Path) -> None:
    own_file.write_text(GOOD)
    assert "maps" in book().recipes
    own_file.write_text("nonsense")
    assert "maps" in book().recipes


def complaints() -> list[str]:
    return [f"{message.id} {message.msg}" for message in run_checks() if str(message.id).startswith("images.")]


def test_check_says_what_is_wrong_with_the_file(own_file: Path) -> None:
    (missing,) = complaints()
    assert missing == f"images.E001 The recipes cannot be used: {own_file}: No such file or directory."
    own_file.write_text(GOOD + "codec = 'jp2'\n")
    assert complaints() == [
        f"images.E001 The recipes cannot be used: {own_file}: recipe 'maps': codec is one of jpeg, webp, deflate, "
        "not 'jp2'."
    ]
    own_file.write_bytes(b"\xff\xfe")
    assert "this is no text in UTF-8" in complaints()[0]


def test_check_doubts_a_change_that_nothing_would_show(own_file: Path) -> None:
    own_file.write_text('[[recipe]]\nname = "default"\nversion = 2\nquality = 70\n')
    (doubt,) = complaints()
    assert doubt.startswith("images.W001 Recipe default@2 of ")


def test_check_looks_for_the_profiles_that_recipes_name(own_file: Path, tmp_path: Path) -> None:
    profile = tmp_path / "press.icc"
    own_file.write_text(f'[[recipe]]\nname = "press"\nversion = 1\ncmyk = "{profile}"\n')
    assert complaints() == [f"images.E002 Recipe press: there is no file {profile}."]
    profile.touch()
    assert complaints() == []


def test_a_recipe_may_be_stricter_than_the_settings_and_never_laxer() -> None:
    most = Limits(seconds=900, memory=3 << 30, pixels=2_000_000_000)
    assert limited(most, DEFAULT) == most
    strict = replace(DEFAULT, limits=Ceiling(megapixels=0.5, seconds=10, memory=1 << 30))
    assert limited(most, strict) == Limits(seconds=10, memory=1 << 30, pixels=500_000)
    lax = replace(DEFAULT, limits=Ceiling(megapixels=9000, seconds=1e6, memory=1 << 50))
    assert limited(most, lax) == most
