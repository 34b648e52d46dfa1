"""What the worker and the conversion child say to each other: one line of JSON each way. Pure."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from images.conversion.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Limits:
    """What one conversion may use: seconds of wall time, bytes of memory, pixels of the source, bytes of the master."""

    seconds: float = 900
    memory: int = 3 << 30
    pixels: int = 2_000_000_000
    file: int = 8 << 30


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


@dataclass(frozen=True, slots=True)
class Result:
    """A verified access master. `levels` are largest first: (width, height, tile width, tile height).

    `digest` is the sha256 of the file in hexadecimal, `size` its bytes. `found` says what the source is, `assumed` what
    it did not say and we took for granted, `done` what was done to it, in order. `seconds` are per stage.
    """

    width: int
    height: int
    levels: tuple[tuple[int, int, int, int], ...]
    digest: str
    size: int
    found: dict[str, Any]
    assumed: dict[str, str]
    done: tuple[str, ...]
    tools: dict[str, str]
    seconds: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Result":
        levels = tuple((width, height, across, down) for width, height, across, down in data["levels"])
        return cls(**{**data, "levels": levels, "done": tuple(data["done"])})
