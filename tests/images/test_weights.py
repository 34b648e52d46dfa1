"""Which conversions leave room for others."""

import pytest

from gcis.jobs.models import Job
from images import services
from images.services import HEAVY, SourceFile
from tests.work import a_source, fresh

pytestmark = pytest.mark.django_db


def register(size: int, **where: str) -> services.Image:
    return services.register(a_source(), f"{size}.tif", SourceFile("x.tif", "", size, 1, **where), actor="test")


def weights() -> list[bool]:
    return list(Job.objects.filter(state="queued").order_by("created", "id").values_list("heavy", flat=True))


@pytest.mark.parametrize(("size", "heavy"), [(0, False), (HEAVY, False), (HEAVY + 1, True)])
def test_large_files_are_heavy(size: int, heavy: bool) -> None:
    register(size)
    assert weights() == [heavy]


def test_what_is_still_to_be_fetched_is_light_until_its_size_is_known() -> None:
    image = register(0, url="https://dam.example.org/1.tif")
    assert weights() == [False]
    services.Image.objects.filter(pk=image.pk).update(size=HEAVY + 1)
    services.convert_again(image.pk, actor="test")
    assert weights() == [True]


def test_the_new_file_decides_not_the_one_before() -> None:
    image = register(HEAVY + 1)
    services.replace(image.pk, SourceFile("x.tif", "", 10, 2), actor="test")
    assert weights() == [False]
    services.replace(image.pk, SourceFile("x.tif", "", HEAVY * 2, 3), actor="test")
    assert weights() == [True]
    assert fresh(image.pk).size == HEAVY * 2
