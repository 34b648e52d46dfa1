"""Which recipe a picture is converted by: the first rule that applies to what was found, else the default. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

from images.conversion.recipes.recipe import Recipe

#: What is taken where no rule applies.
USUAL = "default"
#: Conditions on texts: one of several patterns (`*` for any characters), in capitals or not. `collection` is met by any
#: name of any collection that holds the picture; what the file does not say is "none".
TEXTS = ("source", "collection", "format", "colour", "compression", "profile", "sample")
#: Conditions on numbers: `bits = 16`, `min_bits`, `max_bits`.
NUMBERS = ("bits", "bands", "width", "height", "megapixels", "pages")
_SIGNS = {"min_": ">=", "max_": "<="}

#: What is known of a picture, by the names of conditions: texts (several of them for `collection`) and numbers.
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` holds every condition that has to be met, none for a rule that always applies; `use` names a recipe."""

    number: int
    when: Mapping[str, tuple[Any, ...]]
    use: str

    def applies(self, facts: Facts) -> bool:
        return all(_is_met(name, wanted, facts) for name, wanted in self.when.items())

    @property
    def condition(self) -> str:
        """As a person reads it: `bits >= 16 and collection 'conservation'`."""
        return " and ".join(_said(name, wanted) for name, wanted in self.when.items()) or "always"


@dataclass(frozen=True, slots=True)
class Choice:
    """The recipe for one picture, and in a few words why it was taken."""

    recipe: Recipe
    why: str


@dataclass(frozen=True, slots=True)
class Book:
    """Every recipe by its name, and the rules in their order. There is always a recipe `default`."""

    recipes: Mapping[str, Recipe]
    rules: tuple[Rule, ...] = ()
    #: From which file each recipe comes; the empty text for those that are built in.
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def usual(self) -> Recipe:
        return self.recipes[USUAL]

    def named(self, name: str) -> Recipe:
        """The recipe of this name; the empty name means the default. Raises ValueError when there is none."""
        try:
            return self.recipes[name or USUAL]
        except KeyError:
            raise ValueError(f"There is no recipe {name!r}; there are {', '.join(self.recipes)}.") from None

    def choose(self, found: Mapping[str, Any], *, asked: str, source: str, collections: Sequence[str]) -> Choice:
        """The recipe for a picture in which `found` was found. `asked`: by name, which nothing overrides.

        `source` is the slug of its source, `collections` all names of the collections that hold it. Raises ValueError
        when there is no recipe of the name that was asked for.
        """
        if asked:
            return Choice(self.named(asked), "asked for by name")
        facts = facts_of(found, source=source, collections=collections)
        for rule in self.rules:
            if rule.applies(facts):
                return Choice(self.recipes[rule.use], f"rule {rule.number}: {rule.condition} use {rule.use}")
        return Choice(self.usual, f"no rule applies: {USUAL}" if self.rules else f"there are no rules: {USUAL}")


def facts_of(found: Mapping[str, Any], *, source: str, collections: Sequence[str]) -> Facts:
    """What rules ask about, of a picture in which `found` was found."""
    megapixels = found["width"] * found["height"] / 1e6 if "width" in found and "height" in found else None
    return {**found, "source": source, "collection": tuple(collections), "megapixels": megapixels}


def _is_met(name: str, wanted: tuple[Any, ...], facts: Facts) -> bool:
    if name in TEXTS:
        here = facts.get(name)
        said = here if isinstance(here, tuple) else ("none" if here is None else str(here),)
        return any(fnmatchcase(text.casefold(), pattern.casefold()) for text in said for pattern in wanted)
    sign, asked = _sign(name)
    value = facts.get(asked)
    if value is None:
        return False
    (limit, *_) = wanted
    return bool(value >= limit if sign == ">=" else value <= limit if sign == "<=" else value in wanted)


def _said(name: str, wanted: tuple[Any, ...]) -> str:
    if name in TEXTS:
        return f"{name} {' or '.join(repr(each) for each in wanted)}"
    sign, asked = _sign(name)
    return f"{asked} {sign} {' or '.join(f'{each:g}' for each in wanted)}"


def _sign(name: str) -> tuple[str, str]:
    """How a condition on a number compares, and what."""
    for prefix, sign in _SIGNS.items():
        if name.startswith(prefix):
            return sign, name.removeprefix(prefix)
    return "=", name
