"""Thumbnails: their sizes, and when they name a service."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images.addresses import ImageAddresses
from manifests.build.thumbnail import BOX, fitted, thumbnail
from tests.manifests.build.samples import BASE, picture

IMAGES = ImageAddresses(BASE)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (4032, 3024, (200, 150)),
        (3024, 4032, (150, 200)),
        (201, 201, (200, 200)),
        (800, 2, (200, 1)),  # 0.5 is rounded up
        (800, 10, (200, 3)),  # 2.5 is rounded up, not to even
        (100_000, 3, (200, 1)),  # 0.006 is at least 1
    ],
)
def test_fitted(width: int, height: int, expected: tuple[int, int]) -> None:
    assert fitted(width, height) == expected


@settings(deadline=None)
@given(st.integers(1, 200_000), st.integers(1, 200_000))
def test_fitted_is_never_an_enlargement(width: int, height: int) -> None:
    if max(width, height) > BOX:
        small = fitted(width, height)
        assert max(small) == BOX
        assert 1 <= small[0] <= width
        assert 1 <= small[1] <= height


def test_large_picture_names_its_levels_smallest_first() -> None:
    assert thumbnail(picture(1, 1000, 501), IMAGES) == [
        {
            "id": f"{BASE}/iiif/3/picture-1/full/200,100/0/default.jpg",
            "type": "Image",
            "format": "image/jpeg",
            "width": 200,
            "height": 100,
            "service": [
                {
                    "id": f"{BASE}/iiif/3/picture-1",
                    "type": "ImageService3",
                    "profile": "level2",
                    "width": 1000,
                    "height": 501,
                    "sizes": [
                        {"width": 250, "height": 126},
                        {"width": 500, "height": 251},
                        {"width": 1000, "height": 501},
                    ],
                }
            ],
        }
    ]


@pytest.mark.parametrize(("width", "height"), [(200, 200), (200, 1), (90, 60)])
def test_small_picture_comes_whole_without_service(width: int, height: int) -> None:
    (made,) = thumbnail(picture(1, width, height), IMAGES) or []
    assert made["id"] == f"{BASE}/iiif/3/picture-1/full/max/0/default.jpg"
    assert (made["width"], made["height"]) == (width, height)
    assert "service" not in made


def test_no_picture_no_thumbnail() -> None:
    assert thumbnail(None, IMAGES) is None
