"""From a resolution that somebody vouches for to what a picture shows, and to the service that says so."""

import pytest

from images.iiif.physical import extent, service

INCH = 25.4


def test_pixels_and_their_density_make_millimetres():
    assert extent(3000, 2000, (10.0, 10.0)) == (300.0, 200.0)
    assert extent(3000, 2000, (10.0, 20.0)) == (300.0, 100.0)


@pytest.mark.parametrize("density", [None, (0.0, 0.0), (72 / INCH, 72 / INCH), (96 / INCH, 96 / INCH), (2.835, 2.835)])
def test_numbers_that_programs_write_by_themselves_say_nothing(density):
    assert extent(3000, 2000, density) is None


def test_what_looks_like_a_default_in_one_direction_only_was_measured():
    assert extent(720, 600, (72 / INCH, 60 / INCH)) == pytest.approx((254, 254))


def test_the_scale_is_the_millimetres_of_a_pixel():
    said = service("https://example.org/x", 3000, 2000, (300.0, 200.0))
    assert said is not None
    assert (said["physicalScale"], said["physicalUnits"], said["@id"]) == (0.1, "mm", "https://example.org/x")
    inches = service("https://example.org/x", 1, 1, extent(1, 1, (400 / INCH, 400 / INCH)))
    assert inches is not None
    assert inches["physicalScale"] == 0.0635


def test_pixels_that_are_not_square_have_no_scale():
    assert service("https://example.org/x", 3000, 2000, (300.0, 100.0)) is None
    assert service("https://example.org/x", 3000, 2000, (300.0, 199.0)) is not None, "whole millimetres are not exact"
    assert service("https://example.org/x", 0, 0, (300.0, 200.0)) is None
    assert service("https://example.org/x", 3000, 2000, None) is None
