"""Where a conversion stands: what its stages hand on to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pyvips

from images.conversion.formats.reading import Header
from images.conversion.work import Work
from images.metadata.found import Metadata
from images.metadata.keeping import Kept

#: Progress (0 to 1) and the stage.
Tell = Callable[[float, str], None]
#: Levels of a master, largest first: (width, height, tile width, tile height).
Levels = tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Every stage returns the next one. `pixels_per_mm` (x, y) is None where the source does not say."""

    work: Work
    tell: Tell
    #: Whether warnings of the decoder are errors: damage inside a JPEG is only a warning to it.
    strict: bool = True
    header: Header | None = None
    #: The page as it was loaded, where it lies in memory and can be read again.
    kept: pyvips.Image | None = None
    image: pyvips.Image | None = None
    #: Whether the first channel beyond colour is transparency.
    transparent: bool = False
    pixels_per_mm: tuple[float, float] | None = None
    described: Kept = field(default_factory=lambda: Kept(Metadata()))
    assumed: dict[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    #: Whether the tiles of the source were taken as they are.
    taken: bool = False
    levels: Levels = ()

    @property
    def head(self) -> Header:
        assert self.header is not None
        return self.header

    @property
    def picture(self) -> pyvips.Image:
        assert self.image is not None
        return self.image

    def with_image(self, image: pyvips.Image, *done: str) -> "Context":
        return replace(self, image=image, done=(*self.done, *done))
