"""Two do different things to the same records at once; every statement is followed by a pause, so that they meet."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs.models import Job
from images import curation as pictures
from images import deliveries, services
from images.models import Image, Source
from manifests import curation as works
from manifests import delivery, members
from manifests import services as manifests
from manifests.models import Collection, Manifest, Member
from manifests.payload.delivery import CollectionSent, ManifestSent, MemberSent, PageSent, PaintingSent, PictureSent
from redirects.models import Identifier
from tests import work
from tests.manifests.records import a_collection, a_manifest, a_page, fresh

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
#: Seconds of the longest pause. SQLite has one writer at a time: there it only takes longer.
PAUSE = 0.01


@contextmanager
def pauses(seed: int) -> Iterator[None]:
    """This thread sleeps for a moment after each of its statements, inside transactions too."""
    dice = random.Random(seed)

    def execute(run: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        try:
            return run(sql, params, many, context)
        finally:
            time.sleep(dice.random() * PAUSE if connection.vendor == "postgresql" else 0)

    with connection.execute_wrapper(execute):
        yield


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Begin them all at the same moment. What each returned, or the code of a refusal; other errors are raised."""
    gate = threading.Barrier(len(tasks))

    def run(seed: int, task: Callable[[], object]) -> object:
        gate.wait()
        try:
            with pauses(seed):
                return task()
        except SourceFault as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        begun = [pool.submit(run, *each) for each in enumerate(tasks)]
    return [each.result(60) for each in begun]


def a_system() -> Source:
    return Source.objects.create(kind=Source.Kind.SYSTEM, slug="museum", name="museum")


def a_delivery(folder: Path, number: int, content: bytes, **options: Any) -> deliveries.Delivery:
    folder.mkdir(exist_ok=True)
    path = folder / f"{number}.jpg"
    path.write_bytes(content)
    return deliveries.Delivery(path, "x.jpg", **options)


def kept_copies() -> set[str]:
    return set(store("sources").keys())


# -------------------------------------------------------------------------------------------- the same thing sent often
def test_a_picture_that_is_sent_by_many_is_there_once(tmp_path: Path) -> None:
    source = a_system()

    def send(number: int) -> str:
        sent = a_delivery(tmp_path / "in", number, b"the same", identifier="coast")
        return deliveries.put(source, "1", sent, actor="token dam").what

    outcomes = Counter(at_once(*(partial(send, number) for number in range(THREADS))))
    assert outcomes == {"created": 1, "unchanged": THREADS - 1}
    image = Image.objects.get()
    assert kept_copies() == {image.copy_key}
    assert Job.objects.filter(subject=image.pk).count() == 1
    assert work.happened(image.pk) == ["image.registered", "image.wanted"]
    assert Identifier.objects.get().resource == image.pk
    assert list((tmp_path / "in").iterdir()) == []


def test_of_many_versions_of_a_picture_one_is_kept_with_its_bytes(tmp_path: Path) -> None:
    source = a_system()

    def send(number: int) -> str:
        sent = a_delivery(tmp_path / "in", number, f"version {number}".encode())
        return deliveries.put(source, "1", sent, actor="token dam").what

    outcomes = Counter(at_once(*(partial(send, number) for number in range(THREADS))))
    assert outcomes == {"created": 1, "replaced": THREADS - 1}
    image = Image.objects.get()
    assert image.wanted == THREADS
    assert image.copy_key in kept_copies()
    assert Job.objects.filter(subject=image.pk, state=Job.State.QUEUED).count() == 1


def sent_manifest(label: str, *pages: str, identifier: str | None = None) -> ManifestSent:
    painted = tuple(PageSent(key, (PaintingSent(PictureSent(key)),), {"label": {"none": [key]}}) for key in pages)
    return ManifestSent({"label": {"none": [label]}}, identifier=identifier, pages=painted)


def test_a_manifest_that_is_sent_by_many_is_there_once() -> None:
    source = a_system()
    sent = sent_manifest("book", "p1", "p2", identifier="book")

    def send() -> str:
        return delivery.put_manifest(source, "1", sent, actor="token dam").what

    outcomes = Counter(at_once(*[send] * THREADS))
    assert outcomes == {"created": 1, "unchanged": THREADS - 1}
    manifest = Manifest.objects.get()
    assert [canvas.external_id for canvas in manifest.canvases.order_by("position")] == ["p1", "p2"]
    assert Image.objects.count() == 2
    assert work.happened(manifest.pk) == ["manifest.created"]


def test_manifests_that_share_pictures_in_other_orders() -> None:
    source = a_system()
    keys = [f"p{number}" for number in range(5)]

    def send(number: int) -> str:
        pages = keys[number % 5 :] + keys[: number % 5]
        return delivery.put_manifest(source, str(number % 4), sent_manifest("book", *pages), actor="token dam").what

    at_once(*(partial(send, number) for number in range(THREADS)))
    assert (Manifest.objects.count(), Image.objects.count()) == (4, 5)
    for manifest in Manifest.objects.all():
        assert manifest.canvases.filter(dropped=None).count() == 5


def test_a_collection_that_is_sent_by_many_is_there_once() -> None:
    source = a_system()

    def send(number: int) -> str:
        named = [MemberSent("manifest", key) for key in ("a", "b", "c")]
        sent = CollectionSent({"label": {"none": ["all"]}}, members=tuple(named if number % 2 else named[::-1]))
        return delivery.put_collection(source, "1", sent, actor="token dam").what

    outcomes = at_once(*(partial(send, number) for number in range(THREADS)))
    assert outcomes.count("created") == 1
    collection = Collection.objects.get()
    assert (collection.members.count(), Manifest.objects.count()) == (3, 3)
    assert sorted(collection.members.values_list("place", flat=True)) == [0, 1, 2]


# ------------------------------------------------------------------------------------------------ one thing, two wishes
def test_two_replacements_of_a_picture(tmp_path: Path) -> None:
    image = work.an_image()
    work.convert(image)
    files = [work.a_file("x.tif", f"version {number}") for number in range(2)]
    at_once(*(partial(services.replace, image, file, actor="test") for file in files))
    row = work.fresh(image)
    assert (row.wanted, row.state) == (3, Image.State.READY)
    waiting = Job.objects.get(subject=image, state=Job.State.QUEUED)
    assert waiting.args == {"wanted": 3}
    work.convert(image)
    assert work.fresh(image).converted == 3


def test_a_conversion_that_ends_while_the_picture_is_replaced() -> None:
    image = work.an_image()
    held = work.take(image)
    from gcis.jobs.claims import Superseded

    def end() -> str:
        try:
            work.finish(held)
        except Superseded:
            return "superseded"
        return "done"

    outcomes = at_once(end, partial(services.replace, image, work.a_file("x.tif", "new"), actor="test"))
    row = work.fresh(image)
    assert row.wanted == 2
    assert row.converted == (1 if outcomes[0] == "done" else 0)
    assert (row.current is not None) == (outcomes[0] == "done")


@pytest.mark.parametrize("first", range(3))
def test_publishing_and_withdrawing(first: int) -> None:
    manifest = a_manifest()
    image = a_page(manifest)
    work.convert(image)
    withdraw = partial(works.withdraw, manifest, actor="test", reason="not ours")
    at_once(work.run_due, withdraw)
    assert fresh(manifest).withdrawn
    assert Identifier.objects.get(resource=manifest.pk).status == "withdrawn"
    assert not Job.objects.filter(state__in=Job.LIVE).exists() or work.run_due()
    assert works.restore(manifest, actor="test")
    work.run_due()
    row = fresh(manifest)
    assert (row.published, row.withdrawn) == (row.dirty, None)


def test_a_picture_that_is_withdrawn_while_its_manifest_is_published(settings: Any) -> None:
    settings.GCIS_PUBLISH_PAUSE = 0
    manifest = a_manifest()
    image = a_page(manifest)
    work.convert(image)
    at_once(work.run_due, partial(pictures.withdraw, image, actor="test", reason="not ours"))
    work.run_due()
    row = fresh(manifest)
    assert row.published == row.dirty
    assert work.fresh(image).state == Image.State.WITHDRAWN


def test_a_picture_and_its_manifest_are_changed_at_once() -> None:
    manifest = a_manifest()
    images = [a_page(manifest) for _ in range(3)]
    tasks: list[Callable[[], object]] = []
    for image in images:
        tasks.append(partial(pictures.withdraw, image, actor="test", reason="x"))
        tasks.append(partial(pictures.rename, image, f"new-{image}", actor="test"))
    tasks.append(partial(works.restrict, manifest, pictures.Restriction("closed"), actor="test"))
    tasks.append(partial(works.withdraw, manifest, actor="test", reason="x"))
    at_once(*tasks)
    assert {work.fresh(image).state for image in images} == {Image.State.WITHDRAWN}
    assert {work.fresh(image).inherited_access for image in images} == {"closed"}


# ---------------------------------------------------------------------------------------------------------- collections
def there(collection: Collection) -> set[UUID | None]:
    rows = Member.objects.filter(collection=collection).values_list("manifest", "child")
    return {one or other for one, other in rows}


def is_in_order(collection: Collection) -> bool:
    """Whether no two have one place. (Who is taken out leaves a gap.)"""
    places = list(Member.objects.filter(collection=collection).values_list("place", flat=True))
    return len(set(places)) == len(places)


def test_many_are_put_into_one_collection() -> None:
    collection = a_collection("all")
    books = [a_manifest(f"book {number}") for number in range(THREADS)]
    outcomes = at_once(*(partial(members.put_in, collection, book, actor="test") for book in books))
    assert outcomes == [True] * THREADS
    assert there(collection) == {book.pk for book in books}
    assert is_in_order(collection)


def test_one_is_put_into_many_collections_from_both_ends() -> None:
    shelves = [a_collection(f"shelf {number}") for number in range(4)]
    books = [a_manifest(f"book {number}") for number in range(2)]

    def place(order: Sequence[Collection], book: Manifest) -> list[bool]:
        return [members.put_in(shelf, book, actor="test") for shelf in order]

    at_once(*(partial(place, order, book) for order in (shelves, shelves[::-1]) for book in books))
    for shelf in shelves:
        assert there(shelf) == {book.pk for book in books}
        assert is_in_order(shelf)


def test_putting_in_taking_out_and_sending_at_once() -> None:
    source = a_system()
    sent = CollectionSent(
        {"label": {"none": ["all"]}}, members=tuple(MemberSent("manifest", key) for key in ("a", "b", "c"))
    )
    collection: Any = delivery.put_collection(source, "1", sent, actor="token dam").record
    extra = [a_manifest(f"extra {number}") for number in range(3)]
    named = list(Manifest.objects.filter(source=source).order_by("external_id"))
    tasks: list[Callable[[], object]] = [partial(members.put_in, collection, each, actor="test") for each in extra]
    tasks += [partial(members.take_out, collection, each, actor="test") for each in named[:1]]
    backwards = CollectionSent({"label": {"none": ["all"]}}, members=sent.members[::-1] if sent.members else ())
    tasks += [partial(delivery.put_collection, source, "1", each, actor="token dam") for each in (sent, backwards)]
    tasks += [partial(works.restrict, collection, pictures.Restriction("closed"), actor="test")]
    at_once(*tasks)
    assert there(collection) == {each.pk for each in [*extra, *named[1:]]}
    assert is_in_order(collection)
    for record in [*extra, *named[1:]]:
        assert fresh(record).inherited_access == "closed"


def test_a_collection_and_its_member_are_restricted_at_once() -> None:
    for step in range(3):
        book = a_manifest(f"book {step}")
        image = a_page(book)
        inner = a_collection(f"inner {step}", book)
        outer = a_collection(f"outer {step}", inner)
        shut, opened = pictures.Restriction("closed"), pictures.Restriction("open")
        at_once(
            partial(works.restrict, outer, shut, actor="test"),
            partial(works.restrict, inner, opened, actor="test"),
            partial(works.restrict, book, opened, actor="test"),
            partial(pictures.restrict, image, opened, actor="test"),
            partial(works.withdraw, book, actor="test", reason="x"),
        )
        assert fresh(inner).inherited_access == fresh(book).inherited_access == "closed"
        assert work.fresh(image).inherited_access == "closed"


def test_two_collections_cannot_be_put_into_each_other_at_once() -> None:
    for step in range(4):
        one, other = a_collection(f"one {step}"), a_collection(f"other {step}")
        outcomes = at_once(
            partial(members.put_in, one, other, actor="test"), partial(members.put_in, other, one, actor="test")
        )
        assert sorted(map(str, outcomes)) == ["True", "circle"]


def test_a_folder_is_imported_while_people_work_on_it(tmp_path: Path) -> None:
    from gcis.jobs import services as jobs
    from manifests.ingest import FolderImport
    from tests.media.sources import corners

    for folder in ("a", "b"):
        (tmp_path / "root" / folder).mkdir(parents=True)
        for number in range(2):
            corners(40, 30).save(tmp_path / "root" / folder / f"{number}.png")

    def bring() -> None:
        FolderImport(tmp_path / "root", jobs.open_batch("x", "test"), actor="test").run()

    bring()
    [root] = Collection.objects.filter(memberships=None)
    books = list(Manifest.objects.all())
    assert len(books) == 2
    for _ in range(3):
        (tmp_path / "root" / "c").mkdir(exist_ok=True)
        corners(50, 30).save(tmp_path / "root" / "c" / f"{time.monotonic_ns()}.png")
        at_once(
            bring,
            partial(works.restrict, root, pictures.Restriction("closed"), actor="test"),
            *(partial(works.restrict, book, pictures.Restriction("open"), actor="test") for book in books),
            *(partial(members.take_out, root, book, actor="test") for book in books[:1]),
        )
    assert is_in_order(root)
    assert {manifests.find(key) is not None for key in there(root) if key} == {True}
    assert Event.objects.filter(kind="image.registered").count() == Image.objects.count()
