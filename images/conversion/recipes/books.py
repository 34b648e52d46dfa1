"""The book of recipes of this installation: those that are built in, and those of the file that GCIS_RECIPES names."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from images.conversion.recipes.recipe import Recipe
from images.conversion.recipes.recipe_file import Parsed, RecipeFault, bind, parse
from images.conversion.recipes.rules import Book
from images.conversion.work import Limits

BUILT_IN = Path(__file__).with_name("recipes.toml")


def book() -> Book:
    """Read once in each process: a changed file counts from its next start. Raises RecipeFault when it is broken."""
    return _bound(settings.GCIS_RECIPES)


@lru_cache(maxsize=8)
def _bound(path: str) -> Book:
    own = [read(Path(path))] if path else []
    return bind([built_in(), *own])


def built_in() -> Parsed:
    return parse(BUILT_IN.read_text(), BUILT_IN.name)


def read(path: Path) -> Parsed:
    """What a file of recipes says. Raises RecipeFault."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise RecipeFault(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RecipeFault(f"{path}: this is no text in UTF-8") from None


def limited(limits: Limits, recipe: Recipe) -> Limits:
    """What a conversion by that recipe may use: what the settings allow, or less where the recipe says so."""
    ceiling = recipe.limits
    return replace(
        limits,
        seconds=min(limits.seconds, ceiling.seconds or limits.seconds),
        memory=min(limits.memory, ceiling.memory or limits.memory),
        pixels=min(limits.pixels, round(ceiling.megapixels * 1e6) if ceiling.megapixels else limits.pixels),
    )
