"""How access masters are made. Pure: a recipe is a value, chosen by the book and carried to the conversion child."""

from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

from images.metadata.policy import Policy

#: JPEG inside TIFF is written as RGB without subsampling from this quality on, and as YCbCr 4:2:0 below it, as libvips
#: does.
FULL_CHROMA_QUALITY = 90
CODECS = ("jpeg", "webp", "deflate")
GREYS = ("sgray", "gamma18", "gamma22", "linear")
#: Smallest and largest edge of a tile in pixels; it is a multiple of 16 (TIFF 6.0 p. 67).
TILES = (64, 4096)
#: What JPEG can write as a restart interval (ITU-T T.81 B.2.4.4).
LARGEST_RESTART = 65535
#: The restart interval that each level needs for what is joined of it (`images.conversion.restarts`).
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What one conversion by a recipe may use, where that is less than the settings allow: None leaves it to those.

    Megapixels of the source, seconds of wall time, bytes of memory.
    """

    megapixels: float | None = None
    seconds: float | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        for value in (self.megapixels, self.seconds, self.memory):
            if value is not None and not (isfinite(value) and value > 0):
                raise ValueError(f"limits are numbers above 0, not {value}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """`tile` is in pixels; `quality` is JPEG's, 1 to 99; `background` (0 to 255, grey) lies behind transparent pixels.

    `cmyk` names the profile for CMYK that brings none, `grey` the tone curve of grey that brings none (sgray, gamma18,
    gamma22, linear). `codec` is that of the tiles (jpeg, webp, deflate). `restart` is JPEG's restart interval in MCUs,
    0 for none, or AUTO. `take` says whether a source that is such a pyramid already is taken as it is. `version` rises
    with every change that changes bytes, so that a master says by which recipe it was made.
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
    restart: int | str = 0
    take: bool = True
    metadata: Policy = field(default_factory=Policy)
    limits: Ceiling = field(default_factory=Ceiling)

    def __post_init__(self) -> None:
        low, high = TILES
        ranges = {
            "version": (self.version, 1, 2_000_000_000),
            "quality": (self.quality, 1, 99),
            "background": (self.background, 0, 255),
            "tile": (self.tile, low, high),
        }
        if isinstance(self.restart, int):
            ranges["restart"] = (self.restart, 0, LARGEST_RESTART)
        elif self.restart != AUTO:
            raise ValueError(f"restart is {AUTO!r} or a number, not {self.restart!r}")
        for name, (value, least, most) in ranges.items():
            if not least <= value <= most:
                raise ValueError(f"{name} is a number from {least} to {most}, not {value}")
        if self.tile % 16:
            raise ValueError(f"tile is a multiple of 16, not {self.tile}")
        for name, text, known in (("codec", self.codec, CODECS), ("grey", self.grey, GREYS)):
            if text not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}, not {text!r}")
        if self.codec == "jpeg" and self.chroma != (written := written_chroma(self.codec, self.quality)):
            raise ValueError(f"quality {self.quality} is written as {written}, not as {self.chroma}")

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Recipe":
        return cls(**{**data, "metadata": Policy(**data["metadata"]), "limits": Ceiling(**data["limits"])})


def written_chroma(codec: str, quality: int) -> str:
    """How colours are written with that codec: it is not for a recipe to say."""
    if codec == "deflate" or (codec == "jpeg" and quality >= FULL_CHROMA_QUALITY):
        return "4:4:4"
    return "4:2:0"


#: The first two of `recipes.toml`, for what makes masters without a book.
DEFAULT = Recipe("default", 2)
#: For conservation pictures: about three times the bytes.
FIDELITY = Recipe("fidelity", 2, quality=95, chroma="4:4:4")
