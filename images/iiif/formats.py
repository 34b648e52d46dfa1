"""The formats of the Image API that we know to write, and what a file of each can hold (2.1.1 and 3.0 §4.5)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """`edge` is the longest side of a file, in pixels. `alpha`: its pixels may be transparent.

    `area` is the most pixels for which we write it, None for any number: some formats take so long that a person would
    not wait for more, and everybody else would.
    """

    media_type: str
    edge: int
    alpha: bool = False
    area: int | None = None

    def holds(self, width: int, height: int) -> bool:
        """Whether a picture of that size can be written."""
        return max(width, height) <= self.edge and (self.area is None or width * height <= self.area)

    def limit(self) -> str:
        """What a file of it holds at most, for a person."""
        pixels = f"{self.edge} pixels wide and high"
        return pixels if self.area is None else f"{pixels}, and {self.area // 1_000_000} megapixels in all"


#: Level 2 asks for the first two (3.0 compliance §3.5). AVIF is in neither table of §4.5; an extension may be listed.
FORMATS = {
    "jpg": Format("image/jpeg", edge=65_500),
    "png": Format("image/png", edge=1_000_000, alpha=True),
    "webp": Format("image/webp", edge=16_383, alpha=True),
    "gif": Format("image/gif", edge=65_535, alpha=True, area=25_000_000),
    "tif": Format("image/tiff", edge=1_000_000, alpha=True),
    "avif": Format("image/avif", edge=16_384, alpha=True, area=25_000_000),
    "jp2": Format("image/jp2", edge=1_000_000, area=25_000_000),
}
#: What every service of level 2 gives, and what every libvips writes beside it.
BASIC = ("jpg", "png")
COMMON = (*BASIC, "webp")
#: What each is called in HTTP.
MEDIA_TYPES = {name: each.media_type for name, each in FORMATS.items()}
