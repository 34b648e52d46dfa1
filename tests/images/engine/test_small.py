"""Pictures that are made of a few tiles without libvips: the same as it would draw, or none at all."""

import numpy as np
import pytest
from PIL import Image

from images.engine.drawing import draw
from images.engine.encode import encode
from images.engine.pyramid import BrokenPyramid, open_pyramid
from images.engine.resample import choose
from images.engine.small import SCALED, small
from images.iiif.derivative import Derivative
from tests.images.engine.masters import HEIGHT, WIDTH, Master, decoded, psnr

FULL = (0, 0, WIDTH, HEIGHT)


def ask(region: tuple[int, int, int, int], width: int, height: int, **more: object) -> Derivative:
    return Derivative(*region, width, height, **more)  # type: ignore[arg-type]


def made(master: Master, asked: Derivative) -> np.ndarray:
    encoded = small(open_pyramid(master.path), asked)
    assert encoded is not None
    return decoded(encoded)


def drawn(master: Master, asked: Derivative) -> np.ndarray:
    return decoded(encode(draw(master.path, open_pyramid(master.path), asked), asked))


@pytest.mark.parametrize("kind", ["colour", "rgb", "grey"])
@pytest.mark.parametrize(
    ("region", "width", "height"),
    [
        (FULL, 128, 93),
        (FULL, 100, 600),  # squashed
        (FULL, 200, 146),
        ((101, 57, 933, 815), 233, 204),
        ((3, 5, 351, 253), 351, 253),  # as it is
        ((1201, 800, 202, 221), 202, 221),  # at the edge, as it is
        ((1024, 512, 379, 509), 190, 255),  # half a pixel beyond the edge of the level
        ((700, 500, 1, 1), 1, 1),
    ],
)
def test_it_is_what_libvips_draws(
    region: tuple[int, int, int, int], width: int, height: int, kind: str, request: pytest.FixtureRequest
) -> None:
    master = request.getfixturevalue(kind)
    asked = ask(region, width, height)
    found, wanted = made(master, asked), drawn(master, asked)
    assert found.shape == wanted.shape
    assert psnr(found, wanted) >= 34


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("rotation", [0.0, 90.0, 180.0, 270.0])
def test_turned_and_mirrored_it_is_what_libvips_draws(mirror: bool, rotation: float, colour: Master) -> None:
    asked = ask((101, 57, 300, 200), 150, 100, mirror=mirror, rotation=rotation)
    assert psnr(made(colour, asked), drawn(colour, asked)) >= 34


def test_pixels_that_are_not_scaled_stay_as_they_are(colour: Master) -> None:
    """But for the second coding: the same as the region of the whole level."""
    asked = ask((411, 300, 350, 250), 350, 250)
    whole = Image.fromarray(drawn(colour, ask(FULL, WIDTH, HEIGHT, format="png")))
    assert psnr(made(colour, asked), np.asarray(whole.crop((411, 300, 761, 550)))) >= 38


def test_the_padding_of_tiles_is_never_seen(grey: Master) -> None:
    """The last columns of each level: they continue the picture, though the tile holds black beside them."""
    pyramid = open_pyramid(grey.path)
    for level in pyramid.levels:
        scale = level.scale_x
        asked = ask((int((level.width - 8) * scale), 0, WIDTH - int((level.width - 8) * scale), int(64 * scale)), 8, 64)
        found, wanted = made(grey, asked), drawn(grey, asked)
        assert abs(found.astype(int)[:, -1].mean() - wanted.astype(int)[:, -1].mean()) < 6
        assert choose(pyramid.levels, asked)[0] is level


def test_it_carries_the_profile_of_the_master(colour: Master) -> None:
    pyramid = open_pyramid(colour.path)
    encoded = small(pyramid, ask(FULL, 128, 93))
    assert encoded is not None
    assert pyramid.profile in encoded


@pytest.mark.parametrize(
    "asked",
    [
        ask(FULL, 128, 93, format="png"),
        ask(FULL, 128, 93, rotation=45.0),
        ask(FULL, 128, 93, quality="bitonal"),
        ask(FULL, 128, 93, quality="gray"),
        ask(FULL, SCALED // 200 + 1, 200),
    ],
    ids=str,
)
def test_what_is_not_for_it_is_left_to_libvips(asked: Derivative, colour: Master) -> None:
    assert small(open_pyramid(colour.path), asked) is None


def test_grey_of_a_grey_master_is_for_it(grey: Master) -> None:
    assert small(open_pyramid(grey.path), ask(FULL, 128, 93, quality="gray")) is not None


def test_a_tile_that_cannot_be_decoded_is_a_broken_pyramid(colour: Master) -> None:
    damaged = bytearray(colour.path.read_bytes())
    for level in open_pyramid(colour.path).levels:
        for start, count in zip(level.offsets, level.counts, strict=True):
            damaged[start + 20 : start + count - 2] = bytes(count - 22)
    path = colour.path.with_name("damaged-small.tif")
    path.write_bytes(damaged)
    with pytest.raises(BrokenPyramid):
        small(open_pyramid(path), ask(FULL, 128, 93))
