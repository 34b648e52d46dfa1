"""What the database says the public may see is what `exposure` says of each picture."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from images import services
from images.access import Access
from images.exposure import public_view
from images.models import AccessMaster, Image
from images.visible import public
from tests import work

pytestmark = pytest.mark.django_db

#: The smallest level of the test's master is 400 x 300.
EDGES = (None, 0, 1, 399, 400, 799, 800, 5000)


def visible() -> set[Any]:
    return set(Image.objects.filter(public(timezone.now())).values_list("pk", flat=True))


def seen() -> set[Any]:
    found = services.facts(Image.objects.values_list("pk", flat=True))
    now = timezone.now()
    return {key for key, facts in found.items() if facts.ready and public_view(facts, now)}


def test_both_say_the_same_of_every_policy() -> None:
    now = timezone.now()
    moments = (None, now - timedelta(seconds=1), now + timedelta(days=1))
    source = work.a_source()
    words = list(product(Access.values, EDGES, moments))
    for number, (access, edge, opens) in enumerate(words):
        own = {"access": access, "access_edge": edge, "access_from": opens}
        above = {"inherited_access": access, "inherited_edge": edge, "inherited_from": opens}
        for which, columns in (("own", own), ("above", above)):
            image = work.an_image(f"{which} {number}", source)
            work.convert(image)
            Image.objects.filter(pk=image).update(**columns)
    assert visible() == seen()
    # inherit, open: any edge, no moment or a past one; limited: from the smallest level on
    each = 2 * len(EDGES) * 2 + 4 * 2
    assert len(visible()) == 2 * each


def test_the_stricter_of_both_words_counts() -> None:
    source = work.a_source()
    edges = (399, 400, 800)
    for own, above in product(edges, edges):
        image = work.an_image(f"{own} {above}", source)
        work.convert(image)
        limited = {"access": Access.LIMITED, "access_edge": own}
        Image.objects.filter(pk=image).update(**limited, inherited_access=Access.LIMITED, inherited_edge=above)
    assert visible() == seen()
    assert len(visible()) == 4


def test_only_what_is_ready_is_visible() -> None:
    source = work.a_source()
    registered, failed, withdrawn, replaced, ready = (work.an_image(str(n), source) for n in range(5))
    work.fail(failed)
    for image in (withdrawn, replaced, ready):
        work.convert(image)
    Image.objects.filter(pk=withdrawn).update(withdrawn=timezone.now())
    services.convert_again(replaced, actor="test")
    assert visible() == seen() == {replaced, ready}
    assert registered not in visible()


def test_a_tall_picture_is_measured_by_its_longer_edge() -> None:
    image = work.an_image()
    work.convert(image, 100, 900)
    Image.objects.filter(pk=image).update(access=Access.LIMITED, access_edge=449)
    assert visible() == seen() == set()
    Image.objects.filter(pk=image).update(access_edge=450)
    assert visible() == seen() == {image}


def test_a_master_without_levels_shows_nothing() -> None:
    image = work.an_image()
    work.convert(image)
    AccessMaster.objects.update(levels=[])
    Image.objects.filter(pk=image).update(access=Access.LIMITED, access_edge=900)
    assert visible() == set()
