"""Look at bytes and load them, as a conversion does, with every pixel as a number."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gcis.core.errors import SourceFault
from images.conversion.formats import reading
from images.conversion.work import Limits


@dataclass
class Opened:
    """`pixels` is rows x columns x channels."""

    found: dict[str, Any]
    pixels: NDArray[Any]
    interpretation: str
    transparent: bool
    assumed: dict[str, str]
    done: tuple[str, ...]
    image: Any


def open_bytes(folder: Path, data: bytes, page: int = 0, limits: Limits | None = None, **how: Any) -> Opened:
    path = folder / f"{len(list(folder.iterdir()))}.picture"
    path.write_bytes(data)
    header = reading.look(path, page, limits or Limits())
    loaded = reading.load(path, header, **how)
    image = loaded.image
    pixels = image.numpy().reshape(image.height, image.width, image.bands)
    return Opened(header.found, pixels, image.interpretation, loaded.transparent, loaded.assumed, loaded.done, image)


def refusal(folder: Path, data: bytes, **how: Any) -> SourceFault:
    """What looking at these bytes is answered with: a code and a whole sentence."""
    with pytest.raises(SourceFault) as fault:
        open_bytes(folder, data, **how)
    assert fault.value.sentence.endswith(".")
    assert fault.value.sentence[0].isupper()
    return fault.value


def far(one: Any, other: Any) -> float:
    """The greatest difference anywhere; shapes must agree, but for a missing axis of one channel."""
    one, other = np.asarray(one, float), np.asarray(other, float)
    other = other.reshape(*other.shape[:2], -1)
    assert one.shape == other.shape
    return float(np.abs(one - other).max())
