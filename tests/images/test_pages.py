"""Files of several pages: each page becomes a picture of its own, and follows its file."""

from pathlib import Path

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from gcis.jobs import people, runner
from gcis.jobs import services as jobs
from gcis.jobs.claims import LeaseLost, Superseded
from gcis.jobs.models import Job
from images import curation, deliveries, files, fixity, paging, services
from images.curation import Restriction
from images.models import AccessMaster, Image
from images.refetch import refetch
from images.services import CONVERT, SourceFile
from redirects import services as names
from tests.images.paged import a_ledger, converted, finish, leaves, rewritten, wanted
from tests.work import a_file, a_source, an_image, fail, fresh, happened, run_due, statements, take, writes

pytestmark = pytest.mark.django_db(transaction=True)


# --------------------------------------------------------------------------------------------------- becoming pictures
def test_every_page_of_a_file_becomes_a_picture_of_its_own() -> None:
    image = a_ledger(3, "books/ledger.tif", rights="http://creativecommons.org/publicdomain/zero/1.0/")
    rows = leaves(image)
    assert [(row.page, row.pages, row.file_name, row.state) for row in rows] == [
        (0, 3, "books/ledger.tif", "ready"),
        (1, 3, "books/ledger.tif", "registered"),
        (2, 3, "books/ledger.tif", "registered"),
    ]
    assert {(row.digest, row.size, row.rights_source) for row in rows} == {
        (rows[0].digest, rows[0].size, "http://creativecommons.org/publicdomain/zero/1.0/")
    }
    assert wanted(rows) == [1, 2]
    finish(rows[1:])
    assert {row.state for row in leaves(image)} == {"ready"}
    assert happened(rows[1].pk) == ["image.registered", "image.wanted", "image.ready"]
    assert happened(image)[-2:] == ["image.ready", "image.paged"]


def test_a_file_of_one_page_makes_no_work() -> None:
    image = an_image()
    converted(image, 1)
    assert not Job.objects.filter(kind=files.PAGES).exists()
    assert fresh(image).pages == 1


def test_pages_are_named_after_the_first_where_people_named_that() -> None:
    image = a_ledger(3, identifier="ms-12")
    assert [names.current([row.pk])[row.pk] for row in leaves(image)] == ["ms-12", "ms-12-p2", "ms-12-p3"]


def test_pages_beside_a_minted_name_have_minted_names() -> None:
    assert all(names.current([row.pk])[row.pk] == str(row.pk) for row in leaves(a_ledger(3)))


def test_a_name_that_is_anothers_or_too_long_is_not_given() -> None:
    other = an_image("other.tif", identifier="ms-12-p2")
    second, third = (names.current([row.pk])[row.pk] for row in leaves(a_ledger(3, identifier="ms-12"))[1:])
    assert (names.resource("image", "ms-12-p2"), third) == (other, "ms-12-p3")
    assert len(second) == 36
    long = leaves(a_ledger(2, "long.tif", identifier="x" * 199))[1]
    assert names.current([long.pk])[long.pk] == str(long.pk)


def test_a_new_page_may_be_seen_by_whom_the_first_may_be_seen() -> None:
    image = an_image()
    curation.restrict(image, Restriction("limited", 800), actor="test")
    curation.describe(image, actor="test", rights="http://rightsstatements.org/vocab/InC/1.0/", recipe="fidelity")
    Image.objects.filter(pk=image).update(inherited_access="closed")
    converted(image, 2)
    run_due(files.PAGES)
    page = leaves(image)[1]
    assert (page.access, page.access_edge, page.inherited_access, page.recipe) == ("limited", 800, "closed", "fidelity")
    assert page.rights_curated == "http://rightsstatements.org/vocab/InC/1.0/"
    assert page.policy == fresh(image).policy


def test_a_batch_is_over_when_its_pages_are() -> None:
    batch = jobs.open_batch("delivery", "test")
    image = services.register(a_source(), "ledger.tif", a_file(), actor="test", batch=batch).pk
    jobs.close_batch(batch)
    converted(image, 3)
    assert batch.figures()["finished"] < batch.figures()["submitted"]
    run_due(files.PAGES)
    assert batch.figures() == {"submitted": 4, "completed": 2, "errors": 0, "finished": 2}
    finish(leaves(image)[1:])
    assert batch.figures() == {"submitted": 4, "completed": 4, "errors": 0, "finished": 4}


def test_a_cancelled_batch_registers_no_pages() -> None:
    batch = jobs.open_batch("delivery", "test")
    image = services.register(a_source(), "ledger.tif", a_file(), actor="test", batch=batch).pk
    converted(image, 3)
    people.cancel_batch(batch.pk, "test")
    assert run_due(files.PAGES) == []
    assert len(leaves(image)) == 1
    assert happened(image)[-1] == "image.not_paged"
    people.retry(Job.objects.get(kind=files.PAGES).pk, "test")
    run_due(files.PAGES)
    assert len(leaves(image)) == 3


def test_what_shows_the_first_page_waits_for_the_others() -> None:
    image = an_image()
    converted(image, 3)
    assert services.unfinished([image]) == 1
    run_due(files.PAGES)
    assert services.unfinished([image]) == 0
    assert services.unfinished([row.pk for row in leaves(image)]) == 2


def test_more_pages_than_anybody_binds_are_refused_in_words() -> None:
    image = a_ledger(paging.MOST + 1)
    job = Job.objects.get(kind=files.PAGES)
    assert (job.state, job.error_code) == ("failed", "too_many_pages")
    assert "10,001" in job.error_text
    assert (len(leaves(image)), services.unfinished([image])) == (1, 0)


# ---------------------------------------------------------------------------------------------------------- by and by
def test_many_pages_are_registered_in_steps_with_the_same_work_for_each() -> None:
    image = an_image()
    converted(image, 5)
    with statements() as few:
        run_due(files.PAGES)
    other = an_image("other.tif")
    converted(other, 305)
    with statements() as many:
        run_due(files.PAGES)
    assert [row.page for row in leaves(other)] == list(range(305))
    assert happened(other).count("image.paged") == 4
    assert (len(many) - len(few)) / 300 < 12


def test_an_attempt_that_lost_its_job_writes_nothing() -> None:
    image = an_image()
    converted(image, 3)
    held = jobs.claim(Job.objects.get(kind=files.PAGES).pk, "slow")
    assert held
    Job.objects.filter(pk=held.id).update(state="queued", token=held.token + 1)
    with pytest.raises(LeaseLost):
        paging.PagesHandler().run(held)
    assert len(leaves(image)) == 1
    run_due(files.PAGES)
    assert len(leaves(image)) == 3


def test_done_twice_it_is_done_once() -> None:
    image = a_ledger(3)
    with transaction.atomic():
        files.have_pages_follow(services.lock(image), "test")
    with statements() as sent:
        run_due(files.PAGES)
    assert not [sql for sql in writes(sent) if "images_image" in sql or "events_event" in sql]
    assert wanted(leaves(image)) == [1, 2]


# ---------------------------------------------------------------------------------------------------------- converting
def test_to_convert_the_first_again_leaves_the_others_alone() -> None:
    image = a_ledger(3)
    finish(leaves(image)[1:])
    services.convert_again(image, actor="test")
    converted(image, 3)
    run_due(files.PAGES)
    assert [row.wanted for row in leaves(image)] == [2, 1, 1]


def test_one_page_is_converted_again_alone() -> None:
    image = a_ledger(3)
    finish(leaves(image)[1:])
    page = leaves(image)[2]
    services.convert_again(page.pk, actor="test")
    assert wanted(leaves(image)) == [2]
    converted(page.pk, 3)
    assert not Job.objects.filter(state="queued").exists()


def test_when_the_file_has_other_bytes_all_its_pages_are_wanted_again() -> None:
    image = a_ledger(3)
    finish(leaves(image)[1:])
    rewritten(image, 4)
    rows = leaves(image)
    assert [(row.page, row.pages, row.wanted) for row in rows] == [(0, 4, 2), (1, 4, 2), (2, 4, 2), (3, 4, 1)]
    assert wanted(rows) == [1, 2, 3]
    assert [row.replacement for row in rows] == ["", "pending", "pending", ""]
    assert len({row.digest for row in rows}) == 1


def test_pages_that_the_file_has_no_longer_go_on_serving_and_say_so() -> None:
    image = a_ledger(5)
    finish(leaves(image)[1:4])  # the last one is still waiting
    masters = [row.current_id for row in leaves(image)]
    rewritten(image, 3)
    rows = leaves(image)
    assert wanted(rows) == [1, 2]
    assert [(row.state, row.replacement, row.error_code, row.error_text) for row in rows[3:]] == [
        ("ready", "failed", "page_missing", "The file has only 3 pages now."),
        ("failed", "", "page_missing", "The file has only 3 pages now."),
    ]
    assert [row.current_id for row in rows][1:] == masters[1:]
    assert services.unfinished([rows[3].pk, rows[4].pk]) == 0

    rewritten(image, 1, "one page")
    assert leaves(image)[1].error_text == "The file has only one page now."
    rewritten(image, 5, "all again")
    assert wanted(leaves(image)) == [1, 2, 3, 4]


def test_a_conversion_under_way_of_a_page_that_is_gone_comes_to_nothing() -> None:
    image = a_ledger(2)
    page = leaves(image)[1]
    held = take(page.pk)
    rewritten(image, 1)
    runner.run(held.id, "test")
    with pytest.raises(Superseded), transaction.atomic():
        services.commit_conversion(page.pk, held.args["wanted"], _made(page))
    assert fresh(page.pk).state == "failed"


def _made(page: Image) -> services.Made:
    return services.Made("k", "d", 1, 1, 1, [[1, 1, 256, 256]], "test", 1, page.digest, {})


def test_a_file_that_cannot_be_converted_takes_no_page_along() -> None:
    image = a_ledger(3)
    finish(leaves(image)[1:])
    services.replace(image, a_file("ledger.tif", "broken"), actor="test")
    fail(image)
    services.describe(image, rights="http://rightsstatements.org/vocab/InC/1.0/")
    run_due(files.PAGES)
    rows = leaves(image)
    assert [(row.state, row.replacement, row.wanted) for row in rows] == [
        ("ready", "failed", 2),
        ("ready", "", 1),
        ("ready", "", 1),
    ]
    assert {row.rights_source for row in rows} == {"http://rightsstatements.org/vocab/InC/1.0/"}


# ----------------------------------------------------------------------------------------------- words and withdrawals
def test_to_withdraw_one_page_withdraws_no_other() -> None:
    image = a_ledger(3)
    finish(leaves(image)[1:])
    curation.withdraw(image, actor="test", reason="Blank")
    assert [row.state for row in leaves(image)] == ["withdrawn", "ready", "ready"]


def test_a_page_that_was_withdrawn_is_converted_from_the_new_file_when_it_is_restored() -> None:
    image = a_ledger(2)
    page = leaves(image)[1].pk
    converted(page)
    curation.withdraw(page, actor="test", reason="Blank")
    rewritten(image, 2)
    run_due(CONVERT)  # which finds that it is withdrawn
    curation.restore(page, actor="test")
    assert wanted(leaves(image)) == [1]


def test_what_the_source_says_of_the_file_it_says_of_all_pages_and_people_of_one() -> None:
    image = a_ledger(3)
    services.describe(image, rights="http://creativecommons.org/licenses/by/4.0/")
    curation.describe(image, actor="test", rights="http://rightsstatements.org/vocab/InC/1.0/")
    run_due(files.PAGES)
    assert {row.rights_source for row in leaves(image)} == {"http://creativecommons.org/licenses/by/4.0/"}
    assert [bool(row.rights_curated) for row in leaves(image)] == [True, False, False]


# ----------------------------------------------------------------------------------------------------- where it lies
def test_a_file_that_moved_takes_its_pages_along() -> None:
    source = a_source()
    first, second = a_ledger(3, "a.tif", source, identifier="a"), a_ledger(2, "b.tif", source)
    pages = [row.pk for row in leaves(first)]
    was = fresh(first)
    services.move(
        {
            first: ("b.tif", SourceFile("b.tif", was.digest, was.size, 2)),
            second: ("a.tif", SourceFile("a.tif", fresh(second).digest, fresh(second).size, 2)),
        },
        actor="test",
    )
    run_due(files.PAGES)
    assert [(row.pk, row.file_name, row.mtime_ns) for row in leaves(first)] == [(key, "b.tif", 2) for key in pages]
    assert [row.external_id for row in leaves(second)] == ["a.tif", "a.tif"]
    assert names.current([pages[1]])[pages[1]] == "a-p2"


def test_a_file_that_is_missing_is_missing_for_all_its_pages() -> None:
    image = a_ledger(3)
    services.report_missing(image, actor="test")
    run_due(files.PAGES)
    assert all(row.missing_since for row in leaves(image))
    file = fresh(image)
    services.touch(image, SourceFile("ledger.tif", file.digest, file.size, 9), actor="test")
    run_due(files.PAGES)
    assert not any(row.missing_since for row in leaves(image))


def test_pages_that_could_not_be_reached_are_tried_again_when_the_file_is_there_again() -> None:
    image = a_ledger(3)
    rows = leaves(image)
    converted(rows[1].pk)
    fail(rows[2].pk, "source_missing", "The file is no longer where it was when it was registered.")
    known = services.known_files(rows[0].source)["ledger.tif"]
    assert known.missing
    services.touch(image, SourceFile("ledger.tif", known.digest, known.size, known.mtime_ns), actor="test")
    run_due(files.PAGES)
    assert wanted(leaves(image)) == [2]
    assert not services.known_files(rows[0].source)["ledger.tif"].missing


# ---------------------------------------------------------------------------------------------------------- the bytes
def test_only_the_first_page_knows_where_the_bytes_are() -> None:
    image = a_ledger(2)
    services.keep_copy(image, f"aa/{image}/{fresh(image).digest}")
    page = leaves(image)[1]
    assert page.copy_key == page.url == ""
    assert (files.file_of(page).pk, files.file_of(fresh(image)).pk) == (image, image)
    assert [held.what for held in fixity.of_image(page.pk)] == []


def test_a_damaged_master_of_a_page_is_made_again_from_the_file(tmp_path: Path) -> None:
    image = a_ledger(2, source=a_source(str(tmp_path)))
    (tmp_path / "ledger.tif").write_bytes(b"as it was")
    page = leaves(image)[1]
    converted(page.pk)
    AccessMaster.objects.filter(image=page.pk).update(digest="0" * 64)
    (held,) = fixity.of_image(page.pk)
    assert fixity.check(held) == "damaged"
    assert wanted(leaves(image)) == [1]


def test_a_page_is_neither_replaced_nor_fetched_by_itself() -> None:
    page = leaves(a_ledger(2))[1]
    with pytest.raises(SourceFault, match=r"page 2 of ledger\.tif"):
        deliveries.replace(page.pk, deliveries.Delivery(), actor="test")
    with pytest.raises(SourceFault, match=r"page 2 of ledger\.tif"):
        refetch(page.pk, actor="test")
