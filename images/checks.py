"""What has to be right with the recipes of this installation: `./run manage check`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Doubt

from images.conversion.recipes.books import book, built_in
from images.conversion.recipes.recipe_file import RecipeFault


def recipes(**_: Any) -> list[CheckMessage]:
    """That there is a book at all, and that it can be meant so."""
    try:
        book()
    except RecipeFault as fault:
        return [Error(f"The recipes cannot be used: {fault}.", hint="See GCIS_RECIPES.", id="images.E001")]
    return [*_profiles(), *_versions()]


def _profiles() -> Iterator[CheckMessage]:
    for recipe in book().recipes.values():
        if recipe.cmyk != "cmyk" and not Path(recipe.cmyk).is_file():
            hint = "cmyk is the word cmyk, or the path of an ICC profile on every host that converts."
            yield Error(f"Recipe {recipe.name}: there is no file {recipe.cmyk}.", hint=hint, id="images.E002")


def _versions() -> Iterator[CheckMessage]:
    """A recipe that takes the place of one that is built in has to be newer, else nothing shows that it is another."""
    own = book()
    for before in built_in().recipes:
        recipe = own.recipes[before.name]
        if own.origins[recipe.name] and recipe.version <= before.version and recipe != before:
            said = f"Recipe {recipe} of {settings.GCIS_RECIPES} is not newer than {before}, which is built in."
            hint = f"Masters of {before} do not count as old. Give it version {before.version + 1}."
            yield Doubt(said, hint=hint, id="images.W001")
