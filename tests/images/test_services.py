"""The transitions of an image, and what others may ask."""

import shutil
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.core.errors import SourceFault, Unavailable
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.claims import Superseded
from gcis.jobs.models import Job
from images import services
from images.models import AccessMaster, Image
from redirects.models import Identifier
from tests.work import (
    a_file,
    a_source,
    an_image,
    convert,
    fail,
    finish,
    fresh,
    made,
    source_bytes,
    statements,
    take,
    writes,
)

pytestmark = pytest.mark.django_db


def happened(image: uuid.UUID) -> list[str]:
    return list(Event.objects.filter(subject=image).order_by("id").values_list("kind", flat=True))


def conversions(image: uuid.UUID) -> list[str]:
    """The states of the image's jobs, oldest first."""
    return list(Job.objects.filter(subject=image).order_by("args__wanted").values_list("state", flat=True))


def row(image: uuid.UUID) -> dict[str, object]:
    return Image.objects.filter(pk=image).values()[0]


# --------------------------------------------------------------------------------------------------------- registration
def test_registering_records_names_and_wants() -> None:
    image = an_image("maps/coast.tif", identifier="ark:/1/coast")
    found = services.find("ark:/1/coast")
    assert found
    assert (found.id, found.state, found.file_name, found.ready) == (image, "registered", "maps/coast.tif", False)
    assert (fresh(image).wanted, conversions(image)) == (1, ["queued"])
    assert happened(image) == ["image.registered", "image.wanted"]


def test_without_a_given_name_the_uuid_is_one() -> None:
    image = an_image()
    assert services.facts([image])[image].identifier == str(image)


@pytest.mark.parametrize("name", ["2/x", "a//b", "taken"])
def test_a_name_that_cannot_be_had_leaves_nothing_behind(name: str) -> None:
    an_image("first.tif", identifier="taken")
    source = a_source()
    with pytest.raises(SourceFault):
        services.register(source, "x.tif", a_file(), actor="test", identifier=name)
    assert Image.objects.filter(source=source).count() == 0
    assert (Job.objects.count(), Identifier.objects.count()) == (1, 1)


def test_one_picture_of_a_source_is_registered_once() -> None:
    source = a_source()
    an_image("x.tif", source)
    with pytest.raises(IntegrityError), transaction.atomic():
        an_image("x.tif", source)
    an_image("x.tif", a_source())


# ---------------------------------------------------------------------------------------------------------- newest wins
def test_a_conversion_that_ends_after_a_newer_one_was_wanted_changes_nothing() -> None:
    image = an_image()
    late = take(image)
    services.replace(image, a_file(text="newer"), actor="test")
    before, events = row(image), happened(image)
    with pytest.raises(Superseded):
        finish(late, 400, 300)
    assert (row(image), happened(image)) == (before, events)
    assert not AccessMaster.objects.exists()
    convert(image, 640, 480)
    assert (fresh(image).width, fresh(image).converted, fresh(image).wanted) == (640, 2, 2)


def test_an_older_one_that_ends_last_is_superseded_too() -> None:
    image = an_image()
    late = take(image)
    services.replace(image, a_file(text="newer"), actor="test")
    convert(image, 640, 480)
    before = row(image)
    with pytest.raises(Superseded):
        finish(late, 400, 300)
    assert row(image) == before


def test_the_failure_of_an_older_one_is_not_the_pictures() -> None:
    image = an_image()
    services.replace(image, a_file(text="newer"), actor="test")
    before = row(image)
    with transaction.atomic():
        services.fail_conversion(image, 1, "cut_off", "The file is cut off.")
    assert row(image) == before
    assert "image.failed" not in happened(image)


def test_queued_predecessors_end_and_running_ones_find_out_themselves() -> None:
    image = an_image()
    take(image)
    services.replace(image, a_file(text="2"), actor="test")
    services.replace(image, a_file(text="3"), actor="test")
    services.convert_again(image, actor="test")
    assert conversions(image) == ["running", "superseded", "superseded", "queued"]
    assert fresh(image).wanted == 4


def test_a_withdrawn_picture_is_not_swapped() -> None:
    image = an_image()
    held = take(image)
    Image.objects.filter(pk=image).update(withdrawn="2026-01-01T00:00Z")
    with pytest.raises(Superseded):
        finish(held)
    assert fresh(image).current_id is None


def test_generation_rises_by_one_with_every_swap() -> None:
    image = an_image()
    convert(image, 800, 600)
    first = fresh(image)
    assert (first.generation, first.revision) == (1, 2)
    services.convert_again(image, actor="test")
    convert(image, 800, 600)
    again = fresh(image)
    assert (again.generation, again.current_id) == (2, first.current_id)
    services.replace(image, a_file(text="newer"), actor="test")
    convert(image, 801, 600)
    assert fresh(image).generation == 3
    assert AccessMaster.objects.filter(image=image).count() == 2
    assert [event.data["replaced"] for event in Event.objects.filter(kind="image.ready").order_by("id")] == [
        False,
        True,
        True,
    ]


# --------------------------------------------------------------------------------------------------------------- states
def test_a_failed_replacement_never_takes_a_picture_down() -> None:
    image = an_image(identifier="map")
    convert(image)
    before = services.find("map")
    services.replace(image, a_file("x.tif", "broken"), actor="test")
    assert (fresh(image).state, fresh(image).replacement) == ("ready", "pending")
    fail(image)
    assert (fresh(image).state, fresh(image).replacement, fresh(image).error_code) == ("ready", "failed", "cut_off")
    after = services.find("map")
    assert before
    assert after
    for name in ("state", "digest", "generation", "master_key", "width", "height", "levels"):
        assert getattr(after, name) == getattr(before, name), name
    services.replace(image, a_file("x.tif", "mended"), actor="test")
    convert(image, 900, 600)
    assert (fresh(image).replacement, fresh(image).error_code, fresh(image).error_text) == ("", "", "")


def test_what_never_could_be_shown_says_why() -> None:
    image = an_image(identifier="map")
    assert fresh(image).state == "registered"
    fail(image)
    found = services.find("map")
    assert found
    assert (found.state, found.reason) == ("failed", "The file is cut off.")
    services.convert_again(image, actor="test")
    assert fresh(image).state == "registered"


def test_what_still_waits() -> None:
    ready, failed, waiting, again, gone = (an_image(f"{n}.tif") for n in range(5))
    convert(ready)
    fail(failed)
    convert(again)
    services.convert_again(again, actor="test")
    Image.objects.filter(pk=gone).update(withdrawn="2026-01-01T00:00Z")
    assert services.unfinished([ready, failed, gone]) == 0
    assert services.unfinished([ready, waiting, again]) == services.waiting() == 2
    assert services.usable([failed, again])
    assert not services.usable([failed, waiting, gone])


# ------------------------------------------------------------------------------------------------- the source elsewhere
def test_a_move_changes_where_it_came_from_and_nothing_else() -> None:
    image = an_image("a.tif", identifier="map")
    convert(image)
    before = services.find("map")
    services.move({image: ("b/c.tif", a_file("c.tif", "a.tif"))}, actor="test")
    assert (fresh(image).external_id, fresh(image).file_name) == ("b/c.tif", "c.tif")
    after = services.find("map")
    assert before
    assert after
    assert (after.id, after.digest, after.generation) == (before.id, before.digest, before.generation)
    assert conversions(image) == ["succeeded"]
    moved = Event.objects.get(kind="image.moved")
    assert moved.data == {"was": "a.tif", "now": "b/c.tif"}


def test_pictures_may_exchange_their_places() -> None:
    source = a_source()
    one, two, three = (an_image(name, source) for name in ("1", "2", "3"))
    services.move({one: ("2", a_file("2")), two: ("3", a_file("3")), three: ("1", a_file("1"))}, actor="test")
    assert [fresh(image).external_id for image in (one, two, three)] == ["2", "3", "1"]
    assert Event.objects.filter(kind="image.moved").count() == 3


def test_a_file_out_of_reach_is_converted_when_it_is_back() -> None:
    lost, broken = an_image("lost.tif"), an_image("broken.tif")
    fail(lost, "source_missing", "The file is no longer where it was.")
    fail(broken)
    for image in (lost, broken):
        services.touch(image, a_file(), actor="test")
    assert (conversions(lost), conversions(broken)) == (["failed", "queued"], ["failed"])
    fail(lost, "source_missing", "The file is no longer where it was.")
    services.move({lost: ("found.tif", a_file()), broken: ("elsewhere.tif", a_file())}, actor="test")
    assert (conversions(lost)[-1], conversions(broken)) == ("queued", ["failed"])


def test_a_missing_source_is_told_once_and_takes_nothing_down() -> None:
    image = an_image()
    convert(image)
    for _ in range(3):
        services.report_missing(image, actor="test")
    assert happened(image).count("image.missing") == 1
    assert fresh(image).state == "ready"
    assert services.known_files(fresh(image).source)["x.tif"].missing
    services.touch(image, a_file(), actor="test")
    assert not services.known_files(fresh(image).source)["x.tif"].missing


def test_what_is_known_of_a_source() -> None:
    source = a_source()
    image = an_image("a/x.tif", source)
    an_image("other.tif")
    known = services.known_files(source)
    assert list(known) == ["a/x.tif"]
    seen = a_file("a/x.tif", "a/x.tif")
    assert known["a/x.tif"] == services.KnownFile(image, "a/x.tif", seen.digest, seen.size, 1, "", False)
    services.describe(image, rights="http://creativecommons.org/licenses/by/4.0/")
    assert services.known_files(source)["a/x.tif"].rights.endswith("by/4.0/")


def test_describing_twice_is_describing_once() -> None:
    image = an_image()
    services.describe(image, rights="http://creativecommons.org/licenses/by/4.0/")
    before = row(image)
    services.describe(image, rights="http://creativecommons.org/licenses/by/4.0/")
    assert row(image) == before
    services.describe(image, rights="")
    assert fresh(image).rights_source == ""


# ------------------------------------------------------------------------------------------------------ where bytes are
def test_where_the_source_is_read(tmp_path: Path) -> None:
    source = a_source(str(tmp_path))
    image = an_image("a/x.tif", source)
    assert services.source_path(fresh(image)) == tmp_path / "a" / "x.tif"
    store("sources").put("aa/copy", b"bytes")
    services.keep_copy(image, "aa/copy")
    assert source_bytes(fresh(image)) == b"bytes"
    assert services.fetch_copy(fresh(image), tmp_path / "fetched", lambda _: None).size == 5
    services.replace(image, a_file(text="newer"), actor="test")
    assert services.source_path(fresh(image)) == tmp_path / "a" / "x.tif", "the copy is of the bytes before"


def test_bytes_that_are_not_at_hand_are_waited_for(tmp_path: Path) -> None:
    image = an_image("x.tif", a_source(str(tmp_path / "unplugged")))
    with pytest.raises(Unavailable, match="unplugged"):
        services.source_path(fresh(image))
    services.keep_copy(image, "aa/lost")
    with pytest.raises(Unavailable, match="kept copy"):
        services.fetch_copy(fresh(image), tmp_path / "fetched", lambda _: None)
    convert(image)
    found = services.facts([image])[image]
    assert services.master_path(found).exists()
    store("masters").delete(found.master_key)
    shutil.rmtree(settings.GCIS_MASTER_CACHE_DIR, ignore_errors=True)
    with pytest.raises(Unavailable):
        services.master_path(found)


def test_facts_cost_the_same_for_one_and_for_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    several = [an_image(f"{n}.tif") for n in range(12)]
    for image in several[:6]:
        convert(image)
    with django_assert_num_queries(2):
        found = services.facts(several)
    assert [found[image].ready for image in several] == [True] * 6 + [False] * 6
    with django_assert_num_queries(0):
        assert services.facts([]) == {}
    assert services.find("nobody") is None


def test_a_folder_is_one_source_wherever_it_lies(tmp_path: Path) -> None:
    key = uuid.uuid4()
    first = services.folder_source(key, tmp_path / "here")
    moved = services.folder_source(key, tmp_path / "there")
    assert (first.pk, moved.name, moved.location) == (moved.pk, "there", str(tmp_path / "there"))
    with statements() as sent:
        assert services.folder_source(key, tmp_path / "there") == moved
    assert (len(sent), writes(sent)) == (1, [])


# ------------------------------------------------------------------------------------------------------------ collector
def test_the_collector_takes_old_masters_that_serve_no_longer() -> None:
    image = an_image()
    convert(image, 800, 600)
    old = services.facts([image])[image].master_key
    services.replace(image, a_file(text="newer"), actor="test")
    convert(image, 900, 600)
    current = services.facts([image])[image].master_key
    young = announced(image, 10).key
    given_up = announced(image, 20).key
    stranger = made(uuid.uuid4(), 10, 10).key
    made_long_ago(old, current, given_up)

    assert services.collect_masters(older_than=3600) == 2
    assert set(store("masters").keys()) == {current, young, stranger}, "one serves, one is young, one is not ours"
    assert set(AccessMaster.objects.values_list("key", flat=True)) == {current, young}
    assert services.collect_masters(older_than=3600) == 0


def test_the_collector_leaves_alone_what_somebody_works_on() -> None:
    image = an_image()
    key = announced(image).key
    made_long_ago(key)
    assert not services.collect_master(key), "queued"
    held = take(image)
    assert services.collect_masters(older_than=3600) == 0, "running"
    finish(held)
    assert services.facts([image])[image].master_key == key
    assert not services.collect_master(key), "serving"
    assert store("masters").size(key)


def test_the_collector_asks_nothing_about_what_serves(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(8):
        image = an_image(f"{number}.tif")
        convert(image)
        made_long_ago(services.facts([image])[image].master_key)
    with django_assert_num_queries(1):
        assert services.collect_masters(older_than=3600) == 0


def test_jobs_of_other_pictures_do_not_hold_the_collector_up() -> None:
    image, busy = an_image("a.tif"), an_image("b.tif")
    key = announced(image, 10).key
    convert(image)
    made_long_ago(key)
    assert jobs.live(services.CONVERT, [busy]) == 1
    assert services.collect_masters(older_than=3600) == 1


def announced(image: uuid.UUID, edge: int = 800) -> services.Made:
    """A master that was stored by a conversion which has not ended."""
    stored = made(image, edge, edge * 3 // 4)
    services.announce_master(image, stored)
    return stored


def made_long_ago(*keys: str) -> None:
    assert AccessMaster.objects.filter(key__in=keys).update(created=DbNow(-4000)) == len(keys)
