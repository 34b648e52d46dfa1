"""Pyramids with restart markers, as the converter writes them; and what is in their tiles, each decoded alone."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from images.conversion import coded
from images.conversion.recipes.recipe import AUTO, DEFAULT, FIDELITY, Recipe
from images.engine.pyramid import Level, Pyramid, open_pyramid
from images.engine.splice import splice
from images.iiif.derivative import Derivative


def recipe(*, full: bool = False, **changed: Any) -> Recipe:
    return replace(FIDELITY if full else DEFAULT, **{"restart": AUTO, **changed})


def pyramid(path: Path, picture: Image.Image, made_by: Recipe, profile: bytes = b"") -> Pyramid:
    """The pyramid of a picture, in the mode L or RGB."""
    bands = len(picture.getbands())
    coded.write(path, strips(picture, made_by.tile), picture.size, bands, made_by, profile or b"none")
    return open_pyramid(path)


def strips(picture: Image.Image, rows: int) -> Iterator[bytes]:
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height))).tobytes()


def plainly(data: bytes) -> np.ndarray:
    """The pixels of a JPEG whose blocks do not look at their neighbours: no smoothing of colour between them."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.decoderconfig = (1, 1)  # type: ignore[attr-defined]  # what Pillow's own draft mode sets
        return np.asarray(picture)


def stitched(opened: Pyramid, level: Level) -> np.ndarray:
    """A level with all that its tiles hold, every tile decoded alone."""
    rows = [
        np.concatenate([plainly(splice(opened, level, column, row)) for column in range(level.columns)], axis=1)
        for row in range(level.rows)
    ]
    return np.concatenate(rows)


def whole(opened: Pyramid, level: Level, **changed: Any) -> Derivative:
    """The whole picture in the size of a level."""
    return replace(Derivative(0, 0, opened.width, opened.height, level.width, level.height), **changed)
