"""Rules and recipes in real conversions: what is chosen, and what becomes old and is made anew when they change."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from images import reconversion, services
from images.conversion import pipeline
from images.models import AccessMaster, Image
from images.services import SourceFile
from tests.manifests.records import a_collection, a_manifest, a_page
from tests.media.photograph import photograph
from tests.work import a_source, fresh, run_due

pytestmark = pytest.mark.django_db(transaction=True)

OWN = """
[[recipe]]
name = "maps"
version = {version}
tile = 512
quality = {quality}

[[rule]]
when.collection = "charts"
when.format = "jpeg"
use = "maps"
"""


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    yield
    pipeline._warm.process.close()
    del pipeline._warm.process


def write(path: Path, settings: Settings, version: int, quality: int) -> None:
    path.write_text(OWN.format(version=version, quality=quality))
    settings.GCIS_RECIPES = str(path)


def current(image: Image) -> AccessMaster:
    master = fresh(image.pk).current
    assert master
    return master


def test_a_recipe_is_chosen_by_rules_and_its_new_version_makes_masters_anew(tmp_path: Path, settings: Settings) -> None:
    write(tmp_path / "first.toml", settings, version=1, quality=60)
    source = a_source(str(tmp_path))
    pictures = []
    for number, name in enumerate(("chart.jpg", "letter.jpg")):
        photograph(tmp_path / name, width=600, height=400, seed=number)
        size = (tmp_path / name).stat().st_size
        pictures.append(services.register(source, name, SourceFile(name, size=size), actor="test"))
    chart, letter = pictures
    book = a_manifest("book")
    a_page(book, chart.pk)
    a_collection("charts", book, identifier="charts")
    run_due(services.CONVERT)
    assert (current(chart).recipe, current(chart).levels[0]) == ("maps", [600, 400, 512, 512])
    assert current(chart).provenance["recipe_why"] == "rule 1: collection 'charts' and format 'jpeg' use maps"
    assert (current(letter).recipe, current(letter).recipe_version) == ("default", 2)
    assert current(letter).provenance["recipe_why"] == "no rule applies: default"

    write(tmp_path / "second.toml", settings, version=2, quality=95)
    assert [image.pk for image in Image.objects.filter(reconversion.old("current__"))] == [chart.pk]
    before = current(chart), current(letter)
    reconversion.ask("maps", actor="test")
    assert current(chart) == before[0], "what serves goes on serving"
    run_due("images.")
    assert (current(chart).recipe_version, current(letter)) == (2, before[1])
    assert current(chart).size > before[0].size * 1.5
    assert not Image.objects.filter(reconversion.old("current__")).exists()


def test_a_recipe_that_was_asked_for_and_is_no_more_is_said(tmp_path: Path) -> None:
    photograph(tmp_path / "a.jpg", width=64, height=64)
    file = SourceFile("a.jpg", size=1)
    image = services.register(a_source(str(tmp_path)), "a.jpg", file, actor="test", recipe="of-old")
    (job,) = run_due(services.CONVERT)
    assert (job.state, job.error_code) == ("failed", "recipe")
    assert fresh(image.pk).error_text == "There is no recipe 'of-old'; there are default, fidelity, lossless."
