"""One master of each kind, made once."""

from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from tests.images.engine.masters import HEIGHT, WIDTH, Master, photograph, write_master


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("masters")


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    return photograph(WIDTH, HEIGHT)


@pytest.fixture(scope="session")
def colour(folder: Path, picture: Image.Image) -> Master:
    """The default recipe: YCbCr 4:2:0."""
    return write_master(folder / "colour.tif", picture)


@pytest.fixture(scope="session")
def rgb(folder: Path, picture: Image.Image) -> Master:
    """From quality 90 on libvips writes RGB 4:4:4."""
    return write_master(folder / "rgb.tif", picture, quality=95)


@pytest.fixture(scope="session")
def grey(folder: Path, picture: Image.Image) -> Master:
    return write_master(folder / "grey.tif", picture.convert("L"))


@pytest.fixture(scope="session")
def big(folder: Path, picture: Image.Image) -> Master:
    return write_master(folder / "big.tif", picture, bigtiff=True)


@pytest.fixture(scope="session")
def soft(folder: Path, picture: Image.Image) -> Master:
    """Without detail: for comparisons in which half a pixel must not count."""
    return write_master(folder / "soft.tif", picture.filter(ImageFilter.GaussianBlur(15)))
