"""Pictures converted once more from the command line."""

from uuid import UUID

import pytest

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs import waiting
from gcis.jobs.models import Batch, Job
from images import curation, services
from images.models import AccessMaster, Image
from images.selection import why_not
from tests.shell import rehearse, run
from tests.work import a_source, an_image, convert, fail, fresh

pytestmark = pytest.mark.django_db


def a_picture(name: str) -> UUID:
    """Converted, and called as it is."""
    image = an_image(name, identifier=name)
    convert(image)
    return image


def asked() -> set[str]:
    """The pictures that wait for a conversion."""
    waiting = Job.objects.filter(kind=services.CONVERT, state=Job.State.QUEUED).values_list("subject", flat=True)
    return set(Image.objects.filter(pk__in=list(waiting)).values_list("file_name", flat=True))


def test_pictures_are_found_by_any_name_and_asked_for_once_in_one_batch() -> None:
    coast, _ = a_picture("coast"), a_picture("hill")
    curation.rename(coast, "shore", actor="test")
    ended = run("convert", "coast", "shore", "hill", "--actor", "nightly")
    assert (ended.status, ended.lines) == (0, ["2 will be converted."])
    assert asked() == {"coast", "hill"}
    batch = Batch.objects.get()
    assert (batch.label, batch.actor) == ("Conversion of coast, shore, hill", "nightly")
    assert batch.closed
    assert batch.jobs.count() == 2
    assert Event.objects.filter(kind="image.wanted", actor="nightly").count() == 2


def test_a_name_that_nothing_ever_had_stops_all() -> None:
    a_picture("coast")
    ended = run("convert", "coast", "coats", "hil")
    assert ended.status == 1
    assert ended.err == "No image is or ever was called 'coats'.\nNo image is or ever was called 'hil'.\n"
    assert (asked(), Batch.objects.count()) == (set(), 0)


def test_what_is_refused_is_told_and_the_others_are_converted() -> None:
    _, hill = a_picture("coast"), a_picture("hill")
    curation.withdraw(hill, actor="test", reason="no")
    ended = run("convert", "coast", "hill")
    assert (ended.status, asked()) == (1, {"coast"})
    assert ended.err == "1 will be converted; 1 not: hill is withdrawn. Restore it first.\n"


@pytest.mark.parametrize(
    "words",
    [(), ("coast", "--all"), ("coast", "--source", "x"), ("--source", "x"), ("--failed", "--all")],
)
def test_what_does_not_go_together_is_refused(words: tuple[str, ...]) -> None:
    a_picture("coast")
    ended = run("convert", *words)
    assert ended.status in (1, 2)
    assert (asked(), Batch.objects.count()) == (set(), 0)


def test_what_failed_is_converted_again_and_what_waits_is_left_alone() -> None:
    broken, mended = an_image("broken"), an_image("mended")
    fail(broken)
    fail(mended)
    services.convert_again(mended, actor="test")
    a_picture("coast")
    assert run("convert", "--failed").lines == ["1 will be converted."]
    assert (fresh(broken).wanted, fresh(mended).wanted) == (2, 2)
    assert run("convert", "--failed").lines == ["There is nothing to convert."]
    assert Batch.objects.count() == 1


def test_masters_of_an_older_recipe_are_made_again() -> None:
    for name, recipe, version in (("old", "default", 0), ("new", "default", 1), ("other", "fidelity", 0)):
        AccessMaster.objects.filter(image=a_picture(name)).update(recipe=recipe, recipe_version=version)
    assert run("convert", "--recipe-older-than", "default@1").status == 0
    assert asked() == {"old"}


@pytest.mark.parametrize("recipe", ["default", "default@", "@1", "default@one", "default@3", "nonesuch@1"])
def test_a_recipe_that_cannot_be_is_refused(recipe: str) -> None:
    a_picture("coast")
    ended = run("convert", "--recipe-older-than", recipe)
    assert ended.status in (1, 2)
    assert "default@" in ended.err
    assert asked() == set()


def test_all_are_all_that_can_be_converted_of_a_source() -> None:
    here = a_source()
    for name in ("coast", "hill"):
        convert(an_image(name, here))
    curation.withdraw(an_image("gone", here), actor="test", reason="no")
    services.register(here, "announced", None, actor="test")
    a_picture("elsewhere")
    assert run("convert", "--all", "--source", here.slug).lines == ["2 will be converted."]
    assert asked() == {"coast", "hill"}
    ended = run("convert", "--all", "--source", "nonesuch")
    assert (ended.status, ended.err) == (1, "There is no source 'nonesuch'.\n")


# -------------------------------------------------------------------------------------------------------------- dry run
def test_a_dry_run_says_which_and_changes_nothing() -> None:
    a_picture("coast")
    ended = rehearse("convert", "--all")
    assert (ended.status, ended.lines) == (
        0,
        ["would convert  coast  coast", "1 would be converted. Nothing was changed."],
    )


def test_a_dry_run_refuses_as_the_service_does() -> None:
    withdrawn = a_picture("withdrawn")
    curation.withdraw(withdrawn, actor="test", reason="no")
    announced = services.register(a_source(), "announced", None, actor="test", identifier="announced").pk
    a_picture("coast")
    ended = rehearse("convert", "withdrawn", "announced", "coast")
    assert (ended.status, ended.lines[0]) == (1, "would convert  coast  coast")
    foretold = why_not([withdrawn, announced])
    assert len(foretold) == 2
    for image, sentence in foretold.items():
        assert f"cannot convert  {sentence}" in ended.lines
        with pytest.raises(SourceFault) as refused:
            services.convert_again(image, actor="test")
        assert refused.value.sentence == sentence


# ----------------------------------------------------------------------------------------------------------------- wait
def test_waiting_ends_with_the_work_and_tells_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    coast, hill = a_picture("coast"), a_picture("hill")

    def meanwhile(seconds: float) -> None:
        convert(coast)
        fail(hill)

    monkeypatch.setattr(waiting.time, "sleep", meanwhile)
    ended = run("convert", "--all", "--wait")
    assert (ended.status, ended.lines) == (1, ["failed  hill: The file is cut off."])
    assert ended.err == "1 of 2 could not be converted.\n"


def test_waiting_for_what_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    coast = a_picture("coast")
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: convert(coast))
    ended = run("convert", "coast", "--wait")
    assert (ended.status, ended.lines) == (0, ["1 converted."])


def test_without_a_worker_one_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    a_picture("coast")
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.05)
    ended = run("convert", "coast", "--wait")
    assert (ended.status, ended.err) == (75, f"{waiting.NO_WORKER}\n")
    assert asked() == {"coast"}
