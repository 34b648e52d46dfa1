"""The mirror of a host holds what is public under its current name, and nothing else."""

import gzip
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault
from gcis.events import services as events
from gcis.events.models import Event
from images.access import Access
from images.curation import Restriction
from manifests import curation, members, publications
from manifests.mirror import follow, services, upkeep
from manifests.mirror.folder import MirrorFolder
from manifests.mirror.follow import Follower
from manifests.mirror_models import MirrorHost, MirrorSlot
from manifests.models import Collection, Manifest
from redirects.models import Identifier
from tests.manifests.records import When, a_collection, a_manifest, a_page, fresh, published, relabel
from tests.work import convert

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "host-a"
BOOK, SHELF = "manifest/ok/ark:%2F1%2Fbook.json", "collection/lf/shelf.json"


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book", identifier="ark:/1/book")
    convert(a_page(made))
    a_collection("shelf", made, identifier="shelf")
    published()
    return made


@pytest.fixture
def mirror(tmp_path: Path) -> MirrorFolder:
    return MirrorFolder(tmp_path / "mirror")


@pytest.fixture
def follower(book: Manifest, mirror: MirrorFolder) -> Follower:
    made = Follower(mirror, HOST)
    with mirror.held():
        made.begin()
    return made


def caught_up(follower: Follower) -> None:
    while follower.step():
        pass


def there(mirror: MirrorFolder) -> set[str]:
    return set(mirror.paths())


def names(mirror: MirrorFolder) -> set[str]:
    """The identifiers that it has documents of."""
    return {Path(path).name.partition(".json")[0] for path in mirror.paths()}


def etags(mirror: MirrorFolder) -> dict[str, tuple[int, int]]:
    """What nginx makes its ETags of."""
    found = {path: (mirror.folder / path).stat() for path in mirror.paths()}
    return {path: (int(each.st_mtime), each.st_size) for path, each in found.items()}


def shut(record: Any, **restriction: Any) -> None:
    curation.restrict(fresh(record), Restriction(**{"access": Access.CLOSED, **restriction}), actor="test")


# ------------------------------------------------------------------------------------------------------ what is in it
def test_every_form_of_every_public_document_is_there_in_every_encoding(follower: Follower) -> None:
    mirror = follower.mirror
    suffixes = ("", ".br", ".gz")
    wanted = {
        f"{form}/{path}{suffix}" for form in ("3", "3n", "2", "2n") for path in (BOOK, SHELF) for suffix in suffixes
    }
    assert there(mirror) == wanted
    publication = fresh(Manifest.objects.get()).publication
    for form in ("3", "3n", "2", "2n"):
        whole = publications.read(publication, form)
        file = mirror.folder / form / BOOK
        assert file.read_bytes() == whole
        assert brotli.decompress(file.with_name(f"{file.name}.br").read_bytes()) == whole
        assert gzip.decompress(file.with_name(f"{file.name}.gz").read_bytes()) == whole
        assert file.stat().st_mode & 0o777 == 0o644
    for forms in (("3n", "2n"), ("3", "3")):
        made = {path: etag for path, etag in etags(mirror).items() if SHELF in path and path.split("/")[0] in forms}
        assert len(set(made.values())) == len(made) == 3 * len(set(forms)), "each of one address has its own ETag"


def test_what_changes_is_brought_and_no_etag_comes_back(book: Manifest, follower: Follower) -> None:
    seen: dict[tuple[str, int, int], bytes] = {}
    for label in ("first", "other", "first", "other"):
        relabel(book, label)
        published()
        caught_up(follower)
        found = json.loads((follower.mirror.folder / "3" / BOOK).read_bytes())
        assert found["label"] == {"none": [label]}
        for path, (modified, size) in etags(follower.mirror).items():
            data = (follower.mirror.folder / path).read_bytes()
            assert seen.setdefault((path, modified, size), data) == data
    slots = list(MirrorSlot.objects.filter(resource=book.pk).values_list("slot", flat=True))
    assert len(slots) == len(set(slots)) == 5


def test_drafts_and_what_is_shut_never_get_in(book: Manifest, follower: Follower) -> None:
    draft = a_manifest("draft", identifier="draft", when=When.MANUAL)
    convert(a_page(draft))
    embargoed = a_manifest("later", identifier="later")
    Manifest.objects.filter(pk=embargoed.pk).update(access_from=timezone.now() + timedelta(days=1))
    convert(a_page(embargoed))
    published()
    caught_up(follower)
    assert names(follower.mirror) == {"ark:%2F1%2Fbook", "shelf"}
    with follower.mirror.held():
        follower.rebuild()
    assert names(follower.mirror) == {"ark:%2F1%2Fbook", "shelf"}


def test_of_what_has_no_2_1_form_the_neutral_address_is_djangos(book: Manifest, follower: Follower) -> None:
    publication = fresh(book).publication
    publication.documents = {form: publication.documents[form] for form in ("3", "3n")}
    publication.save()
    ask_again(book)
    caught_up(follower)
    assert {path.split("/")[0] for path in there(follower.mirror) if BOOK in path} == {"3"}


def ask_again(record: Any) -> None:
    with transaction.atomic():
        events.record(f"{record._meta.model_name}.{follow.AGAIN}", record.pk, "test")


# -------------------------------------------------------------------------------------------------- what comes and goes
def test_what_is_withdrawn_goes_and_comes_back_with_its_own_etags(book: Manifest, follower: Follower) -> None:
    before = etags(follower.mirror)
    curation.withdraw(book, actor="test", reason="Wrong rights.")
    caught_up(follower)
    assert not any(BOOK in path for path in there(follower.mirror))
    curation.restore(fresh(book), actor="test")
    ask_again(book)
    follower.step()
    assert {path: made for path, made in etags(follower.mirror).items() if BOOK in path} == {
        path: made for path, made in before.items() if BOOK in path
    }


def test_a_new_name_takes_the_files_along_and_back(book: Manifest, follower: Follower) -> None:
    curation.rename(book, "new/name", actor="test")
    caught_up(follower)
    assert names(follower.mirror) == {"shelf"}, "its documents still bear the old address"
    published()
    caught_up(follower)
    assert names(follower.mirror) == {"new%2Fname", "shelf"}
    curation.rename(fresh(book), "ark:/1/book", actor="test")
    published()
    caught_up(follower)
    assert names(follower.mirror) == {"ark:%2F1%2Fbook", "shelf"}
    found = json.loads((follower.mirror.folder / "3" / BOOK).read_bytes())
    assert found["id"].endswith("/presentation/3/ark:%2F1%2Fbook/manifest")


def test_what_is_merged_into_another_goes(book: Manifest, follower: Follower) -> None:
    other = a_manifest("other", identifier="other")
    convert(a_page(other))
    published()
    caught_up(follower)
    curation.merge(book, fresh(other), actor="test")
    caught_up(follower)
    assert names(follower.mirror) == {"other", "shelf"}


def test_what_is_closed_goes_with_everything_below_it(book: Manifest, follower: Follower) -> None:
    shelf = Collection.objects.get()
    shut(shelf)
    caught_up(follower)
    assert there(follower.mirror) == set()
    shut(shelf, access=Access.INHERIT)
    caught_up(follower)
    assert names(follower.mirror) == {"ark:%2F1%2Fbook", "shelf"}


def test_what_is_put_into_a_closed_collection_goes(book: Manifest, follower: Follower) -> None:
    closed = a_collection("closed", identifier="closed")
    shut(closed)
    caught_up(follower)
    members.put_in(closed, fresh(book), actor="test")
    caught_up(follower)
    assert names(follower.mirror) == {"shelf"}
    members.take_out(closed, fresh(book), actor="test")
    caught_up(follower)
    assert names(follower.mirror) == {"ark:%2F1%2Fbook", "shelf"}


def test_an_embargo_that_ends_lets_it_in(book: Manifest, follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "OPENINGS", 0)
    shut(book, access=Access.INHERIT, opens=timezone.now() + timedelta(seconds=0.5))
    caught_up(follower)
    assert names(follower.mirror) == {"shelf"}
    time.sleep(0.6)
    follower.step()
    assert names(follower.mirror) == {"ark:%2F1%2Fbook", "shelf"}


# ------------------------------------------------------------------------------------------------------------ how far
def test_removing_does_not_wait_behind_what_is_brought(
    book: Manifest, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "RECORDS", 1)
    more = [a_manifest(f"more {number}", identifier=f"more-{number}") for number in range(4)]
    for each in more:
        convert(a_page(each))
    published()
    curation.withdraw(book, actor="test", reason="Wrong rights.")
    events.number_committed()
    gone = Event.objects.get(kind="manifest.withdrawn")
    assert services.lagging(gone.number) == [HOST]
    assert follower.step(), "one of several is brought"
    assert services.lagging(gone.number) == []
    assert services.await_removal(gone, seconds=0) == []
    row = MirrorHost.objects.get()
    assert row.number < row.removed
    caught_up(follower)
    assert MirrorHost.objects.get().number >= gone.number


def test_a_host_that_does_not_follow_is_named(book: Manifest, follower: Follower) -> None:
    services.reached("host-b", 0, 0)
    curation.withdraw(book, actor="test", reason="Wrong rights.")
    gone = Event.objects.get(kind="manifest.withdrawn")
    assert services.await_removal(gone, seconds=0.2) == [HOST, "host-b"], "it has no number yet"
    caught_up(follower)
    assert services.await_removal(gone, seconds=0.2) == ["host-b"]
    assert services.late() == [], "it has ten seconds"
    Event.objects.update(at=datetime(2026, 1, 1, tzinfo=UTC))
    assert services.late() == ["host-b"]
    MirrorHost.objects.filter(name="host-b").update(seen=datetime(2026, 1, 1, tzinfo=UTC))
    assert services.silent() == ["host-b"]
    services.forget("host-b")
    assert services.await_removal(gone, seconds=0.2) == []
    with pytest.raises(SourceFault, match="No host called 'host-b'"):
        services.forget("host-b")


def test_the_command_names_hosts_that_may_still_serve_what_it_withdrew(
    book: Manifest, follower: Follower, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(services, "REMOVED_WITHIN", 0)
    services.reached("host-b", 0, 0)
    call_command("withdraw", "presentation", Identifier.objects.get(resource=book.pk).value, reason="Wrong rights.")
    said = capsys.readouterr()
    assert "is withdrawn" in said.out and "host-b" in said.err


def test_who_comes_back_goes_on_where_it_stopped(book: Manifest, follower: Follower) -> None:
    caught_up(follower)
    relabel(book, "meanwhile")
    published()
    again = Follower(follower.mirror, HOST)
    again.begin()
    assert again.number == MirrorHost.objects.get().number
    caught_up(again)
    assert json.loads((follower.mirror.folder / "3n" / BOOK).read_bytes())["label"] == {"none": ["meanwhile"]}


def test_a_folder_of_another_host_or_time_is_made_anew(book: Manifest, follower: Follower) -> None:
    curation.withdraw(book, actor="test", reason="Wrong rights.")
    events.number_committed()
    stranger = Follower(follower.mirror, "host-b")
    stranger.begin()
    assert names(follower.mirror) == {"shelf"}
    assert services.lagging(Event.objects.get(kind="manifest.withdrawn").number) == [HOST]


def test_one_process_at_a_time(mirror: MirrorFolder) -> None:
    with mirror.held(), pytest.raises(SourceFault, match="Another process"), MirrorFolder(mirror.folder).held():
        pass


def test_what_a_killed_writer_left_goes(mirror: MirrorFolder) -> None:
    with mirror.held():
        (mirror.folder / ".incoming" / "half").write_bytes(b"{")
    with mirror.held():
        assert list((mirror.folder / ".incoming").iterdir()) == []


def test_what_the_store_has_lost_is_not_there_either(book: Manifest, follower: Follower) -> None:
    store("published").delete_prefix(f"{book.pk.hex[:2]}/{book.pk}/")
    relabel(book, "book")
    for path in there(follower.mirror):
        if BOOK in path:
            os.utime(follower.mirror.folder / path, (1, 1))  # so that it is to be written again
    ask_again(book)
    caught_up(follower)
    assert names(follower.mirror) == {"shelf"}


# ------------------------------------------------------------------------------------------------- upkeep and command
def test_upkeep_finds_what_is_lacking_and_what_should_not_be_there(
    book: Manifest, follower: Follower, settings: Any
) -> None:
    settings.GCIS_MIRROR_DIR = str(follower.mirror.folder)
    assert list(upkeep.differences(follower.mirror, lambda number: None)) == []
    (follower.mirror.folder / "3" / BOOK).unlink()
    stray = follower.mirror.folder / "3" / "manifest" / "et" / "secret.json"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")
    os.utime(follower.mirror.folder / "2" / SHELF, (5, 5))
    found = list(upkeep.differences(follower.mirror, lambda number: None))
    assert {finding.what for finding in found} == {
        "3/manifest/et/secret.json",
        f"2/{SHELF}",
        str(book.pk),
        str(Collection.objects.get().pk),
    }
    with pytest.raises(CommandError, match="4 differences"):
        call_command("mirror", check=True)
    for finding in found:
        assert upkeep._is_wrong(finding)
        assert upkeep._mend(finding, "test")
    caught_up(follower)
    assert list(upkeep.differences(follower.mirror, lambda number: None)) == []


def test_the_command_needs_a_folder(settings: Any) -> None:
    settings.GCIS_MIRROR_DIR = ""
    with pytest.raises(CommandError, match="GCIS_MIRROR_DIR names no folder"):
        call_command("mirror", rebuild=True)


def test_the_command_rebuilds_and_tells(book: Manifest, tmp_path: Path, settings: Any, capsys: Any) -> None:
    settings.GCIS_MIRROR_DIR, settings.GCIS_MIRROR_HOST = str(tmp_path / "mirror"), HOST
    call_command("mirror", rebuild=True)
    call_command("mirror", check=True)
    call_command("mirror")
    said = capsys.readouterr().out
    assert (
        "24 files written" in said and "The mirror is what it should be." in said and f"{HOST}  removed up to" in said
    )
