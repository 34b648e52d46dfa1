"""What of a picture its viewers get."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from images.exposure import not_public, public_view, seen_by
from images.facts import ImageFacts
from images.policy import CLOSED, OPEN, PUBLIC, STAFF, Policy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAST, SOON = NOW - timedelta(days=1), NOW + timedelta(days=1)
LEVELS = ((3000, 2001, 256, 256), (1500, 1000, 256, 256), (750, 500, 512, 128), (375, 250, 512, 128))
IMAGE = ImageFacts(UUID(int=1), "x", "ready", 3000, 2001, LEVELS, master_key="k", digest="d", generation=3)
UPRIGHT = replace(IMAGE, width=2001, height=3000, levels=tuple((h, w, *tile) for w, h, *tile in LEVELS))


@pytest.mark.parametrize(
    ("edge", "left"), [(9999, 4), (3000, 4), (2999, 3), (1500, 3), (1499, 2), (750, 2), (375, 1), (374, 0), (1, 0)]
)
@pytest.mark.parametrize("image", [IMAGE, UPRIGHT], ids=["lying", "upright"])
def test_within_a_limit_the_largest_level_that_fits_is_the_picture(image, edge, left):
    seen = public_view(replace(image, policy=Policy(edge=edge)), NOW)
    if not left:
        assert seen is None
        return
    assert seen.levels == image.levels[len(LEVELS) - left :]
    assert (seen.width, seen.height) == seen.levels[0][:2]
    assert replace(seen, width=image.width, height=image.height, levels=image.levels, policy=OPEN) == image


@pytest.mark.parametrize(
    ("policy", "public"),
    [
        (OPEN, True),
        (Policy(opens=PAST), True),
        (Policy(opens=NOW), True),
        (Policy(opens=SOON), False),
        (CLOSED, False),
        (Policy(edge=800, opens=SOON), False),
        (Policy(edge=9999, opens=PAST), True),
    ],
)
def test_shut_is_shut_for_the_public_only(policy, public):
    image = replace(IMAGE, policy=policy)
    assert seen_by(PUBLIC, image, NOW) == (image if public else None)
    assert seen_by(STAFF, image, NOW) is image


def test_what_is_not_ready_is_not_made_smaller():
    waiting = ImageFacts(UUID(int=1), "x", "registered", policy=Policy(edge=800))
    assert public_view(waiting, NOW) is waiting


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (CLOSED, "This image is not public."),
        (Policy(edge=1), "This image is not public."),
        (Policy(opens=SOON), "This image is not public before 2026-06-02."),
        (Policy(edge=1, opens=SOON), "This image is not public before 2026-06-02."),
        (Policy(closed=True, opens=SOON), "This image is not public."),
    ],
)
def test_the_sentence_names_a_day_where_time_alone_opens(policy, sentence):
    assert not_public("image", policy, NOW) == sentence
