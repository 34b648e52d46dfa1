"""Sends a source through the converter as production does, and reads what came out with other libraries than its."""

import io
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from gcis.core.errors import SourceFault
from images.conversion.process import ChildCrashed, ConversionProcess
from images.conversion.recipes.books import book
from images.conversion.work import Look, Result, Work
from tests.corpus.source import Made, Picture, Source
from tests.media import deltae

#: Tags of TIFF and EXIF (EXIF 3.0 §4.6, XMP part 3, IIM 4.2).
ORIENTATION, X_RESOLUTION, Y_RESOLUTION, UNIT, XMP, IPTC, EXIF, GPS = 274, 282, 283, 296, 700, 33723, 34665, 34853
MAKER_NOTE = 37500
_MILLIMETRES = {2: 25.4, 3: 10.0}
#: CIEDE2000 over so many pixels at most: every n-th row is as good as all.
COMPARED = 30_000


@dataclass(frozen=True, slots=True)
class Master:
    """An access master as another reader sees it. `levels` are largest first; `delta_e` is mean, 99th percentile."""

    size: tuple[int, int]
    channels: int
    levels: tuple[tuple[int, int], ...]
    profile: str
    orientation: int
    metadata: frozenset[str]
    pixels_per_mm: tuple[float, float] | None
    delta_e: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a source: a master, with what the converter said about it, or the code and sentence of a refusal.

    `exact` is the mean and the 99th percentile of ΔE2000 of another master, made by the recipe without loss.
    """

    seconds: float
    master: Master | None = None
    code: str = ""
    sentence: str = ""
    recipe: str = ""
    found: dict[str, Any] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    bytes_out: int = 0
    exact: tuple[float, float] = (0.0, 0.0)


def outcome(process: ConversionProcess, source: Source, made: Made, folder: Path) -> Outcome:
    """Convert it in an empty folder. A crash of the child is an outcome too, with the code `crashed`."""
    path, target, exact = folder / source.name, folder / "master", folder / "exact"
    path.write_bytes(made.data)
    began = time.perf_counter()
    try:
        result, recipe = _convert(process, path, target, source.page)
        seconds = time.perf_counter() - began
        _convert(process, path, exact, source.page, asked="lossless")
    except (SourceFault, ChildCrashed) as fault:
        code = fault.code if isinstance(fault, SourceFault) else "crashed"
        return Outcome(time.perf_counter() - began, code=code, sentence=str(fault))
    return Outcome(
        seconds,
        master=examine(target, made.expected),
        recipe=recipe,
        found=result.found,
        assumed=result.assumed,
        done=result.done,
        warnings=tuple(result.warnings),
        bytes_out=target.stat().st_size,
        exact=examine(exact, made.expected).delta_e,
    )


def examine(path: Path, expected: object) -> Master:
    """Everything that Pillow can say about the file."""
    with Image.open(path) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        first = np.asarray(image)
        exif = image.getexif().get_ifd(EXIF)
        kinds = {"exif": bool(exif), "gps": GPS in tags, "iptc": IPTC in tags, "xmp": XMP in tags}
        kinds["makernote"] = MAKER_NOTE in exif
        profile, orientation, density = image.info.get("icc_profile", b""), tags.get(ORIENTATION, 1), _density(tags)
        levels = _levels(image)
    return Master(
        size=levels[0],
        channels=1 if first.ndim == 2 else first.shape[2],
        levels=levels,
        profile=_description(profile),
        orientation=orientation,
        metadata=frozenset(kind for kind, there in kinds.items() if there),
        pixels_per_mm=density,
        delta_e=difference(first, expected.pixels) if isinstance(expected, Picture) else (0.0, 0.0),
    )


def difference(made: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean and 99th percentile of ΔE2000; 100 where the sizes differ. Grey and colour can be compared."""
    if made.shape[:2] != wanted.shape[:2]:
        return 100.0, 100.0
    step = max(1, made.shape[0] * made.shape[1] // COMPARED)
    far = deltae.between(*(_three_channels(pixels[::step]) for pixels in (made, wanted)))
    return float(far.mean()), float(np.percentile(far, 99))


def _convert(process: ConversionProcess, path: Path, target: Path, page: int, asked: str = "") -> tuple[Result, str]:
    """The two trips of the worker: look, choose the recipe, convert."""
    found = process.look(Look(path, page), _unwatched)
    choice = book().choose(found, asked=asked, source="corpus", collections=())
    result = process.convert(Work(path, target, choice.recipe, page=page), _unwatched)
    return result, f"{choice.recipe.name}@{choice.recipe.version}"


def _unwatched(progress: float, stage: str) -> None:
    """Let everything pass."""


def _three_channels(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(pixels[..., None], 3, -1) if pixels.ndim == 2 else pixels


def _levels(image: Image.Image) -> tuple[tuple[int, int], ...]:
    sizes: list[tuple[int, int]] = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        sizes.append(image.size)
    return tuple(sizes)


def _density(tags: Any) -> tuple[float, float] | None:
    """Pixels per millimetre; None where no unit is given, which is how a file says that it does not know."""
    millimetres = _MILLIMETRES.get(tags.get(UNIT, 2))
    if millimetres is None or X_RESOLUTION not in tags or Y_RESOLUTION not in tags:
        return None
    return float(tags[X_RESOLUTION]) / millimetres, float(tags[Y_RESOLUTION]) / millimetres


def _description(profile: bytes) -> str:
    if not profile:
        return ""
    return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
