"""Recipes and rules out of TOML. Pure: text in, values out, or a sentence that says where it is wrong."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from images.conversion.recipes.recipe import Ceiling, Recipe, written_chroma
from images.conversion.recipes.rules import NUMBERS, TEXTS, Book, Rule
from images.metadata.policy import Policy

#: What a name may be: it stands in addresses, and in `name@version`.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_TABLES = {"recipe", "rule"}
_RULE = {"when", "use"}
_COMPARED = tuple(f"{prefix}{name}" for name in NUMBERS for prefix in ("", "min_", "max_"))
_KINDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
_TYPES: dict[str, type] = {
    **dict.fromkeys(("name", "chroma", "cmyk", "grey", "codec"), str),
    **dict.fromkeys(("version", "tile", "quality", "background"), int),
    "take": bool,
}
#: A number or a word.
_RESTART = "restart"
_LIMITS: dict[str, type] = {"megapixels": float, "seconds": float, "memory": int}


class RecipeFault(ValueError):
    """A file of recipes that cannot be used. Its text names the file, the recipe or rule, and the key."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file says: recipes in their order, and rules whose recipes may be in another file."""

    origin: str
    recipes: tuple[Recipe, ...]
    rules: tuple[tuple[Mapping[str, tuple[Any, ...]], str], ...]


def parse(text: str, origin: str) -> Parsed:
    """What a file says. `origin` is what it is called. Raises RecipeFault."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeFault(f"{origin}: {error}") from None
    at = _Place(origin)
    at.only(told, _TABLES)
    recipes = tuple(_recipe(table, at.of("recipe", number, table)) for number, table in at.tables(told, "recipe"))
    names = [recipe.name for recipe in recipes]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise at.fault(f"recipe {twice!r} is there twice")
    rules = tuple(_rule(table, at.of("rule", number)) for number, table in at.tables(told, "rule"))
    return Parsed(origin, recipes, rules)


def bind(files: Iterable[Parsed]) -> Book:
    """One book of several files: of recipes with one name that of the last file counts, rules of later files go first.

    The first file is the one that is built in. Raises RecipeFault when a rule names a recipe that none of them has.
    """
    recipes: dict[str, Recipe] = {}
    origins: dict[str, str] = {}
    rules: list[Rule] = []
    for number, file in enumerate(files):
        recipes |= {recipe.name: recipe for recipe in file.recipes}
        origins |= {recipe.name: file.origin if number else "" for recipe in file.recipes}
        for place, (_, use) in enumerate(file.rules, 1):
            if use not in recipes:
                raise _Place(file.origin).of("rule", place).fault(f"use: no recipe is called {use!r}", use, recipes)
        rules = [Rule(0, when, use) for when, use in file.rules] + rules
    return Book(recipes, tuple(Rule(place, rule.when, rule.use) for place, rule in enumerate(rules, 1)), origins)


# ---------------------------------------------------------------------------------------------------------- the tables
def _recipe(table: Mapping[str, Any], at: "_Place") -> Recipe:
    at.only(table, {*_TYPES, _RESTART, "metadata", "limits"})
    name = at.needed(table, "name", str)
    at.needed(table, "version", int)
    if not _NAME.fullmatch(name):
        raise at.fault(f"name: up to 60 of the characters a-z, A-Z, 0-9, - and _, not {name!r}")
    given = {key: at.typed(table, key, kind) for key, kind in _TYPES.items() if key in table}
    if _RESTART in table:
        given[_RESTART] = at.typed(table, _RESTART, str if isinstance(table[_RESTART], str) else int)
    plain = Recipe(name, 1)
    codec, quality = given.get("codec", plain.codec), given.get("quality", plain.quality)
    written = written_chroma(codec, quality)
    if given.setdefault("chroma", written) != written:
        raise at.fault(f"chroma: {codec} of quality {quality} is written as {written}, not as {given['chroma']}")
    policy = _part(table, "metadata", {each.name: bool for each in fields(Policy)}, at)
    limits = _part(table, "limits", _LIMITS, at)
    return at.made(lambda: Recipe(**given, metadata=Policy(**policy), limits=Ceiling(**limits)))


def _part(table: Mapping[str, Any], key: str, kinds: Mapping[str, type], at: "_Place") -> dict[str, Any]:
    """A table inside that of a recipe; empty where there is none."""
    part = table.get(key, {})
    if not isinstance(part, dict):
        raise at.fault(f"{key} is a table: [recipe.{key}]")
    inside = at.below(key)
    inside.only(part, set(kinds))
    return {name: inside.typed(part, name, kinds[name]) for name in part}


def _rule(table: Mapping[str, Any], at: "_Place") -> tuple[Mapping[str, tuple[Any, ...]], str]:
    at.only(table, _RULE)
    when = table.get("when", {})
    if not isinstance(when, dict):
        raise at.fault("when is a table: when.bits = 16")
    inside = at.below("when")
    inside.only(when, {*TEXTS, *_COMPARED})
    return {key: _wanted(key, value, inside) for key, value in when.items()}, at.needed(table, "use", str)


def _wanted(key: str, value: Any, at: "_Place") -> tuple[Any, ...]:
    """What a condition is met by: one value or a list of them; limits are one number."""
    many = tuple(value) if isinstance(value, list) else (value,)
    kind = str if key in TEXTS else float
    for each in many:
        at.typed({key: each}, key, kind)
    if not many or (len(many) > 1 and key.startswith(("min_", "max_"))):
        raise at.fault(f"{key} is one number" if many else f"{key} is a list with nothing in it")
    return many


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file we are, for what is said when something is wrong there."""

    origin: str
    inside: str = ""
    path: str = ""

    def of(self, what: str, number: int, table: Mapping[str, Any] | None = None) -> "_Place":
        name = (table or {}).get("name")
        return _Place(self.origin, f"{what} {name!r}" if isinstance(name, str) else f"{what} {number}")

    def below(self, key: str) -> "_Place":
        return _Place(self.origin, self.inside, f"{self.path}{key}.")

    def fault(self, sentence: str, wrong: str = "", known: Iterable[str] = ()) -> RecipeFault:
        near = get_close_matches(wrong, list(known), 1) if wrong else []
        place = f"{self.origin}: {self.inside}" if self.inside else self.origin
        return RecipeFault(f"{place}: {self.path}{sentence}{f'. Is {near[0]!r} meant?' if near else ''}")

    def only(self, table: Mapping[str, Any], known: set[str]) -> None:
        for key in table:
            if key not in known:
                raise self.fault(f"{key}: there is no such key", key, sorted(known))

    def tables(self, told: Mapping[str, Any], what: str) -> Iterable[tuple[int, dict[str, Any]]]:
        tables = told.get(what, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self.fault(f"{what} begins with [[{what}]], in double brackets")
        return enumerate(tables, 1)

    def typed(self, table: Mapping[str, Any], key: str, kind: type) -> Any:
        value = table[key]
        fits = type(value) is kind or (kind is float and type(value) is int)  # true is an int to Python, not to us
        if not fits:
            raise self.fault(f"{key} is {_KINDS[kind]}, not {value!r}")
        return value

    def needed(self, table: Mapping[str, Any], key: str, kind: type) -> Any:
        if key not in table:
            raise self.fault(f"{key} is missing")
        return self.typed(table, key, kind)

    def made(self, make: Callable[[], Recipe]) -> Recipe:
        try:
            return make()
        except ValueError as error:
            raise self.fault(str(error)) from None
