"""The yardstick itself: CIEDE2000 and the arithmetic of colours, against published numbers."""

import numpy as np
import pytest

from tests.media import deltae

#: Sharma, Wu and Dalal, The CIEDE2000 Color-Difference Formula, 2005, table 1.
PUBLISHED = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.0200 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1
50 -1.1848 -84.8006 50 0 -82.7485 1
50 -0.9009 -85.5211 50 0 -82.7485 1
50 0 0 50 -1 2 2.3669
50 -1 2 50 0 0 2.3669
50 2.49 -0.001 50 -2.49 0.0009 7.1792
50 2.49 -0.001 50 -2.49 0.0010 7.1792
50 2.49 -0.001 50 -2.49 0.0011 7.2195
50 2.49 -0.001 50 -2.49 0.0012 7.2195
50 -0.001 2.49 50 0.0009 -2.49 4.8045
50 -0.001 2.49 50 0.0010 -2.49 4.8045
50 -0.001 2.49 50 0.0011 -2.49 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1
50 2.5 0 50 3.2972 0 1
50 2.5 0 50 1.8634 0.5757 1
50 2.5 0 50 3.2592 0.3350 1
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""


def test_ciede2000_gives_the_published_numbers() -> None:
    pairs = np.array([line.split() for line in PUBLISHED.strip().splitlines()], float)
    assert len(pairs) == 34
    assert deltae.ciede2000(pairs[:, :3], pairs[:, 3:6]) == pytest.approx(pairs[:, 6], abs=6e-5)
    assert deltae.ciede2000(pairs[:, 3:6], pairs[:, :3]) == pytest.approx(pairs[:, 6], abs=6e-5)


def test_srgb_under_d50_has_the_published_matrix() -> None:
    """The colorants of the sRGB profile of the ICC."""
    published = ((0.43607, 0.38515, 0.14307), (0.22249, 0.71687, 0.06061), (0.01392, 0.09708, 0.71410))
    assert pytest.approx(np.array(published), abs=3e-4) == deltae.SRGB


def test_there_and_back_again_is_where_it_began() -> None:
    colours = np.random.default_rng(1).random((500, 3))
    assert deltae.xyz_to_srgb(deltae.srgb_to_xyz(colours)) == pytest.approx(colours)
    lab = deltae.xyz_to_lab(deltae.srgb_to_xyz(colours))
    assert deltae.xyz_to_srgb(deltae.lab_to_xyz(lab)) == pytest.approx(colours)
    assert deltae.of_srgb([[255, 255, 255]])[0] == pytest.approx((100, 0, 0), abs=0.02)
    assert (deltae.between(colours * 255, colours * 255) == 0).all()
