"""What the worker and the conversion child say to each other: one line of JSON each way. Pure."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from images.conversion.recipes.recipe import Recipe

#: What a child can be asked to do.
LOOK, CONVERT = "look", "convert"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one conversion may use: seconds of wall time, bytes of memory, pixels of the source, bytes of the master."""

    seconds: float = 900
    memory: int = 3 << 30
    pixels: int = 2_000_000_000
    file: int = 8 << 30


@dataclass(frozen=True, slots=True)
class Look:
    """Tell what one page of `source` is, without decoding any of it."""

    source: Path
    page: int = 0
    limits: Limits = field(default_factory=Limits)

    def as_dict(self) -> dict[str, Any]:
        return {"ask": LOOK, "source": str(self.source), "page": self.page, "limits": asdict(self.limits)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Look":
        return cls(Path(data["source"]), data["page"], Limits(**data["limits"]))


@dataclass(frozen=True, slots=True)
class Work:
    """Make an access master of one page of `source` in the file `target`, whose folder exists and which does not."""

    source: Path
    target: Path
    recipe: Recipe
    limits: Limits = field(default_factory=Limits)
    page: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "ask": CONVERT,
            "source": str(self.source),
            "target": str(self.target),
            "recipe": self.recipe.as_dict(),
            "limits": asdict(self.limits),
            "page": self.page,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Work":
        return cls(
            Path(data["source"]),
            Path(data["target"]),
            Recipe.from_dict(data["recipe"]),
            Limits(**data["limits"]),
            data["page"],
        )


def asked(data: dict[str, Any]) -> Look | Work:
    """What one line for the child asks it to do."""
    return Look.from_dict(data) if data["ask"] == LOOK else Work.from_dict(data)


@dataclass(frozen=True, slots=True)
class Result:
    """A verified access master. `levels` are largest first: (width, height, tile width, tile height).

    `digest` is the sha256 of the file in hexadecimal, `size` its bytes. `found` says what the source is, `assumed` what
    it did not say and we took for granted, `done` what was done to it, in order. `metadata` says what of the source's
    was kept, dropped and corrected, `embedded` what the master has of it now. `seconds` are per stage.
    """

    width: int
    height: int
    levels: tuple[tuple[int, int, int, int], ...]
    digest: str
    size: int
    found: dict[str, Any]
    assumed: dict[str, str]
    done: tuple[str, ...]
    metadata: dict[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    embedded: dict[str, Any]
    tools: dict[str, str]
    seconds: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Result":
        levels = tuple((width, height, across, down) for width, height, across, down in data["levels"])
        told = {name: tuple(data[name]) for name in ("done", "warnings")}
        metadata = {name: tuple(words) for name, words in data["metadata"].items()}
        return cls(**{**data, **told, "levels": levels, "metadata": metadata})
