"""How access masters are made. Pure: a recipe is a value, chosen here and carried to the conversion child."""

from dataclasses import asdict, dataclass, field
from typing import Any

from images.metadata.policy import Policy

#: libvips writes JPEG inside TIFF as RGB without subsampling from this quality on, and as YCbCr 4:2:0 below it.
FULL_CHROMA_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Recipe:
    """`tile` is in pixels; `quality` is JPEG's, 1 to 99; `background` (0 to 255, grey) lies behind transparent pixels.

    `cmyk` names the profile for CMYK that brings none, `grey` the tone curve of grey that brings none (sgray, gamma18,
    gamma22, linear). `codec` is that of the tiles (jpeg, webp, deflate). `restart` is JPEG's restart interval in MCUs,
    0 for none. `take` says whether a source that is such a pyramid already is taken as it is. `version` rises with every
    change that changes bytes, so that a master says by which recipe it was made.
    """

    name: str
    version: int
    tile: int = 256
    quality: int = 89
    chroma: str = "4:2:0"
    background: int = 255
    cmyk: str = "cmyk"
    grey: str = "sgray"
    codec: str = "jpeg"
    restart: int = 0
    take: bool = True
    metadata: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        written = "4:4:4" if self.quality >= FULL_CHROMA_QUALITY else "4:2:0"
        if self.chroma != written:
            raise ValueError(f"quality {self.quality} is written as {written}, not as {self.chroma}")
        if self.tile % 16 or not 0 < self.quality < 100 or not 0 <= self.background <= 255:
            raise ValueError(f"not a recipe: {self}")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Recipe":
        return cls(**{**data, "metadata": Policy(**data["metadata"])})


DEFAULT = Recipe("default", 1)
#: For conservation pictures: about three times the bytes.
FIDELITY = Recipe("fidelity", 1, quality=95, chroma="4:4:4")
RECIPES = {recipe.name: recipe for recipe in (DEFAULT, FIDELITY)}


def choose(name: str) -> Recipe:
    """The recipe of this name; the empty name means the default. Raises ValueError when there is none."""
    try:
        return RECIPES[name or DEFAULT.name]
    except KeyError:
        raise ValueError(f"There is no recipe {name!r}; there are {', '.join(RECIPES)}.") from None
