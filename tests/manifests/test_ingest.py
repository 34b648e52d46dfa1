"""A real folder brought in, changed, and brought in again. What the files hold does not matter here."""

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from images import services as images
from images.models import Image, Source
from manifests import ingest
from manifests.ingest import MARKER, FolderImport, Report
from manifests.models import Canvas, Collection, Manifest
from manifests.payload.folder import scan
from redirects import services as names
from tests.work import convert, fail, fresh, source_bytes, statements, writes

pytestmark = pytest.mark.django_db

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"


class Archive:
    """An import root, and what became of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = 1_700_000_000
        root.mkdir()

    # ------------------------------------------------------------------------------------------------------ the folder
    def write(self, files: str) -> None:
        """`book/1.jpg=one map.jpg=m`: texts by path."""
        for each in files.split():
            self.put(*each.split("="))

    def put(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)
        self.clock += 1  # the clocks of file systems tick slowly
        os.utime(self.root / path, (self.clock, self.clock))

    def rename(self, moves: str) -> None:
        """`a.jpg=b.jpg b.jpg=a.jpg`: all at once, files and folders, by way of names that nothing has."""
        pairs = [each.split("=") for each in moves.split()]
        for number, (was, _) in enumerate(pairs):
            (self.root / was).rename(self.root / f".moving {number}")
        for number, (_, now) in enumerate(pairs):
            (self.root / now).parent.mkdir(parents=True, exist_ok=True)
            (self.root / f".moving {number}").rename(self.root / now)

    # ------------------------------------------------------------------------------------------------ what became of it
    def bring_in(self, **options: Any) -> Report:
        return FolderImport(self.root, jobs.open_batch("Import", "test"), **options).run()

    def tree(self) -> dict[str, list[str]]:
        """The external ids in every collection, and the labels of the pages of every manifest, in order."""
        found = {record.external_id: self.members(record) for record in Collection.objects.all()}
        return found | {record.external_id: self.pages(record) for record in Manifest.objects.all()}

    def members(self, collection: Collection) -> list[str]:
        return [str(member.manifest or member.child) for member in collection.members.order_by("position")]

    def pages(self, manifest: Manifest) -> list[str]:
        return [label(canvas) for canvas in manifest.canvases.order_by("position")]

    def canvas(self, path: str) -> Canvas:
        return Canvas.objects.get(paintings__image=self.image(path).pk)

    def image(self, path: str) -> Image:
        return Image.objects.get(external_id=path)

    def identities(self) -> dict[str, tuple[UUID, ...]]:
        """By content of the file: the picture, its canvas, and the manifest that it is in."""
        rows = Canvas.objects.values_list("paintings__image", "pk", "manifest")
        return {fresh(image).digest: (image, canvas, manifest) for image, canvas, manifest in rows}

    def numbers(self) -> list[tuple[Any, ...]]:
        """Every number that rises with a change."""
        found: list[tuple[Any, ...]] = list(Image.objects.values_list("pk", "revision", "wanted").order_by("pk"))
        for model in (Manifest, Collection):
            found += list(model.objects.values_list("pk", "revision", "dirty").order_by("pk"))
        return [*found, (Event.objects.count(), Job.objects.count())]


def label(record: Any) -> str:
    texts = record.source_layer["label"]  # in any order: PostgreSQL has one of its own
    return str(texts.get("none", next(iter(texts.values())))[0])


def identifier(record: Any) -> str:
    return names.current([record.pk])[record.pk]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "Archive")


# ------------------------------------------------------------------------------------------------ README's folder table
def test_every_kind_of_folder(archive: Archive) -> None:
    archive.write("map.jpg=m book/10.jpg=ten book/2.jpg=two box/a/1.jpg=a box/b/1.jpg=b mixed/1.jpg=own")
    archive.write("mixed/in/1.jpg=in empty/notes.txt=no-picture empty/deeper/x.pdf=nor-this")
    report = archive.bring_in()
    assert archive.tree() == {
        "/": ["book", "box/", "map.jpg", "mixed/"],
        "book": ["2", "10"],
        "box/": ["box/a", "box/b"],
        "box/a": ["1"],
        "box/b": ["1"],
        "map.jpg": ["map"],
        "mixed/": ["mixed", "mixed/in"],
        "mixed": ["1"],
        "mixed/in": ["1"],
    }
    assert label(Collection.objects.get(external_id="/")) == "Archive"
    assert sorted(report.new) == sorted(Image.objects.values_list("external_id", flat=True))
    assert sorted(path for path, _ in report.skipped) == ["empty/deeper/x.pdf", "empty/notes.txt"]
    assert Job.objects.filter(kind=images.CONVERT, batch__label="Import").count() == len(report.new) == 7
    assert archive.image("box/a/1.jpg").file_name == "1.jpg"


def test_what_a_folder_became_it_stays(archive: Archive) -> None:
    archive.write("book/1.jpg=1")
    archive.bring_in()
    book = Manifest.objects.get(external_id="book")
    archive.write("book/more/1.jpg=2")
    archive.bring_in()
    assert archive.tree() == {"/": ["book", "book/more"], "book": ["1"], "book/more": ["1"]}
    assert Manifest.objects.get(external_id="book").pk == book.pk


def test_equal_bytes_at_two_paths_are_two_images(archive: Archive) -> None:
    archive.write("a/1.jpg=same b/1.jpg=same")
    archive.bring_in()
    archive.write("b/2.jpg=same")
    report = archive.bring_in()
    assert (report.new, report.moved, report.missing) == (["b/2.jpg"], [], [])
    assert Image.objects.count() == Canvas.objects.count() == 3


# ------------------------------------------------------------------------------------------------------- the second run
def test_a_second_run_writes_nothing_and_asks_little(archive: Archive) -> None:
    for number in range(30):
        archive.put(f"book/{number}.jpg", str(number))
    archive.write("map.jpg=m box/a/1.jpg=a")
    archive.put("book/metadata.csv", f"file,label,rights\n.,The Book,\n3.jpg,Third,{CC0}\n")
    archive.bring_in()
    before = archive.numbers()
    work = FolderImport(archive.root, jobs.open_batch("Import", "test"))
    with statements() as sent:
        report = work.run()
    assert writes(sent) == []
    assert len(sent) < 40, "it does not depend on the number of pages"
    assert archive.numbers() == before
    assert (len(report.unchanged), report.new, report.replaced, report.moved, report.missing) == (32, [], [], [], [])
    assert report.quiet


def test_a_file_with_another_time_stamp_is_the_same(archive: Archive) -> None:
    archive.write("map.jpg=m")
    archive.bring_in()
    os.utime(archive.root / "map.jpg", ns=(1, 1))
    before = archive.numbers()
    assert archive.bring_in().unchanged == ["map.jpg"]
    assert archive.numbers() == before
    assert archive.image("map.jpg").mtime_ns == 1


def test_a_changed_file_is_a_replacement(archive: Archive) -> None:
    archive.write("book/1.jpg=1 book/2.jpg=2")
    archive.bring_in()
    image = archive.image("book/1.jpg")
    convert(image.pk)
    canvas = archive.canvas("book/1.jpg")
    archive.write("book/1.jpg=another-picture")
    report = archive.bring_in()
    assert (report.replaced, report.unchanged) == (["book/1.jpg"], ["book/2.jpg"])
    again = archive.image("book/1.jpg")
    assert (again.pk, again.wanted, again.state, again.replacement) == (image.pk, 2, "ready", "pending")
    assert archive.canvas("book/1.jpg") == canvas


# ---------------------------------------------------------------------------------------------------------------- moves
def assert_all_followed(archive: Archive, before: dict[str, tuple[UUID, ...]], report: Report, moves: int) -> None:
    """Every file is the picture, on the canvas, in the manifest, that it was; nothing is converted again."""
    assert archive.identities() == before
    assert (len(report.moved), report.new, report.replaced, report.missing) == (moves, [], [], [])
    assert Job.objects.filter(kind=images.CONVERT).count() == len(before)


def test_a_renamed_file_keeps_everything_and_takes_its_new_label(archive: Archive) -> None:
    archive.write("book/1.jpg=1 book/2.jpg=2")
    archive.bring_in()
    before = archive.identities()
    archive.rename("book/1.jpg=book/cover.jpg")
    report = archive.bring_in()
    assert_all_followed(archive, before, report, 1)
    assert report.moved == [("book/1.jpg", "book/cover.jpg")]
    assert archive.tree()["book"] == ["2", "cover"]


def test_a_file_moved_to_another_folder_keeps_picture_and_canvas(archive: Archive) -> None:
    archive.write("a/1.jpg=1 a/2.jpg=2 b/1.jpg=3")
    archive.bring_in()
    picture, canvas = archive.image("a/2.jpg").pk, archive.canvas("a/2.jpg").pk
    dirty = Manifest.objects.get(external_id="a").dirty
    archive.rename("a/2.jpg=b/2.jpg")
    archive.bring_in()
    assert (archive.image("b/2.jpg").pk, archive.canvas("b/2.jpg").pk) == (picture, canvas)
    assert archive.tree() == {"/": ["a", "b"], "a": ["1"], "b": ["1", "2"]}
    assert Manifest.objects.get(external_id="a").dirty > dirty, "it lost a page"


def test_a_renamed_folder_keeps_its_manifest(archive: Archive) -> None:
    archive.write("old/1.jpg=1 old/2.jpg=2 map.jpg=m")
    archive.bring_in()
    before, name = archive.identities(), identifier(Manifest.objects.get(external_id="old"))
    archive.rename("old=new map.jpg=plan.jpg")
    assert_all_followed(archive, before, archive.bring_in(), 3)
    assert archive.tree() == {"/": ["new", "plan.jpg"], "new": ["1", "2"], "plan.jpg": ["plan"]}
    renamed = Manifest.objects.get(external_id="new")
    assert (identifier(renamed), label(renamed)) == (name, "new")


def test_a_renamed_tree_keeps_its_collections(archive: Archive) -> None:
    archive.write("box/a/x/1.jpg=1 box/a/y/1.jpg=2 box/b_1/1.jpg=3 box/2.jpg=4")
    archive.bring_in()
    before = archive.identities()
    collections = {record.external_id: record.pk for record in Collection.objects.all()}
    archive.rename("box=crate")
    assert_all_followed(archive, before, archive.bring_in(), 4)
    after = {record.external_id.replace("crate", "box"): record.pk for record in Collection.objects.all()}
    assert after == collections
    assert archive.tree()["/"] == ["crate/"]


def test_the_whole_root_moves(archive: Archive, tmp_path: Path) -> None:
    archive.write("book/1.jpg=1 map.jpg=m")
    archive.bring_in()
    before = archive.identities()
    archive.root = archive.root.rename(tmp_path / "Elsewhere")
    assert_all_followed(archive, before, archive.bring_in(), 0)
    assert Source.objects.get().location == str(tmp_path / "Elsewhere")
    assert label(Collection.objects.get()) == "Elsewhere"


def test_two_files_exchange_their_names(archive: Archive) -> None:
    archive.write("book/a.jpg=A book/b.jpg=B")
    archive.bring_in()
    before = archive.identities()
    archive.rename("book/a.jpg=book/b.jpg book/b.jpg=book/a.jpg")
    assert_all_followed(archive, before, archive.bring_in(), 2)
    assert archive.tree()["book"] == ["a", "b"]
    assert fresh(archive.image("book/a.jpg").pk).file_name == "a.jpg"


@pytest.mark.parametrize("same_looks", [False, True])
def test_a_chain_of_renames(archive: Archive, same_looks: bool) -> None:
    archive.write("book/1.jpg=A book/2.jpg=B book/3.jpg=C")
    if same_looks:  # equal sizes, and the times that an archive program gives
        for path in (archive.root / "book").iterdir():
            os.utime(path, (1_700_000_000, 1_700_000_000))
    archive.bring_in()
    before = archive.identities()
    archive.rename("book/1.jpg=book/2.jpg book/2.jpg=book/3.jpg book/3.jpg=book/4.jpg")
    assert_all_followed(archive, before, archive.bring_in(), 3)
    assert archive.tree()["book"] == ["2", "3", "4"]


def test_a_page_put_in_front_by_renumbering(archive: Archive) -> None:
    archive.write("book/1.jpg=A book/2.jpg=B")
    archive.bring_in()
    before = archive.identities()
    archive.rename("book/1.jpg=book/2.jpg book/2.jpg=book/3.jpg")
    archive.write("book/1.jpg=new")
    report = archive.bring_in()
    assert (report.new, len(report.moved), report.replaced) == (["book/1.jpg"], 2, [])
    assert {digest: archive.identities()[digest] for digest in before} == before


def test_folders_exchange_their_names_and_move_on(archive: Archive) -> None:
    archive.write("a/1.jpg=A1 a/2.jpg=A2 b/1.jpg=B1 box-1/p/1.jpg=P box-2/p/1.jpg=Q x.jpg=X y.jpg=Y")
    archive.bring_in()
    before = archive.identities()
    collections = {label(record): record.pk for record in Collection.objects.all()}
    archive.rename("a=b b=a x.jpg=y.jpg y.jpg=x.jpg box-1=box-2 box-2=box-3")
    assert_all_followed(archive, before, archive.bring_in(), 7)
    after = {label(record): record.pk for record in Collection.objects.all()}
    assert (after["box-2"], after["box-3"]) == (collections["box-1"], collections["box-2"])
    assert archive.tree()["/"] == ["a", "b", "box-2/", "box-3/", "x.jpg", "y.jpg"]
    assert (archive.tree()["a"], archive.tree()["b"]) == (["1"], ["1", "2"])


def test_a_copy_over_another_file_is_a_replacement(archive: Archive) -> None:
    archive.write("book/1.jpg=A book/2.jpg=B")
    archive.bring_in()
    shutil.copy(archive.root / "book" / "1.jpg", archive.root / "book" / "2.jpg")
    report = archive.bring_in()
    assert (report.replaced, report.moved, report.missing) == (["book/2.jpg"], [], [])


def test_part_of_a_folder_moves_out(archive: Archive) -> None:
    for number in range(5):
        archive.put(f"old/{number}.jpg", str(number))
    archive.bring_in()
    old = Manifest.objects.get(external_id="old")
    archive.rename("old/0.jpg=new/0.jpg old/1.jpg=new/1.jpg old/2.jpg=new/2.jpg")
    archive.bring_in()
    assert Manifest.objects.get(external_id="old").pk == old.pk
    assert (archive.tree()["old"], archive.tree()["new"]) == (["3", "4"], ["0", "1", "2"])


# -------------------------------------------------------------------------------------------------- missing, unreadable
def test_a_missing_page_keeps_its_place(archive: Archive) -> None:
    for number in (1, 2, 3, 4):
        archive.put(f"book/{number}.jpg", str(number))
    archive.bring_in()
    for path in ("book/2.jpg", "book/3.jpg"):
        (archive.root / path).unlink()
    assert archive.bring_in().missing == ["book/2.jpg", "book/3.jpg"]
    assert archive.tree()["book"] == ["1", "2", "3", "4"]
    archive.write("book/5.jpg=5")
    archive.bring_in()
    archive.bring_in()
    assert archive.tree()["book"] == ["1", "2", "3", "4", "5"]
    assert Event.objects.filter(kind="image.missing").count() == 2
    archive.write("book/2.jpg=2")
    report = archive.bring_in()
    assert report.missing == ["book/3.jpg"]
    assert archive.image("book/2.jpg").missing_since is None
    assert archive.image("book/2.jpg").wanted == 1


def test_a_removed_folder_is_reported_and_stays(archive: Archive) -> None:
    archive.write("a/1.jpg=1 b/1.jpg=2 c/1.jpg=3")
    archive.bring_in()
    shutil.rmtree(archive.root / "b")
    assert archive.bring_in().missing == ["b/1.jpg"]
    assert archive.tree() == {"/": ["a", "c", "b"], "a": ["1"], "b": ["1"], "c": ["1"]}
    before = archive.numbers()
    archive.bring_in()
    assert archive.numbers() == before


def test_a_file_that_cannot_be_read_is_left_for_later(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write("book/1.jpg=1 book/2.jpg=2")
    archive.bring_in()
    before = archive.numbers()
    archive.write("book/1.jpg=changed book/3.jpg=3")

    def seen_and_gone(root: Path) -> Any:
        listing = scan(root)
        for path in ("book/1.jpg", "book/3.jpg"):
            (root / path).unlink()
        return listing

    with monkeypatch.context() as patched:
        patched.setattr(ingest, "scan", seen_and_gone)
        report = archive.bring_in()
    assert [warning.partition(" cannot be read")[0] for warning in report.warnings] == ["book/1.jpg", "book/3.jpg"]
    assert (report.missing, report.new, report.replaced) == ([], [], [])
    assert archive.numbers() == before
    archive.write("book/1.jpg=changed book/3.jpg=3")
    report = archive.bring_in()
    assert (report.new, report.replaced) == (["book/3.jpg"], ["book/1.jpg"])


def test_a_vanished_root_changes_nothing(archive: Archive) -> None:
    archive.write("book/1.jpg=1")
    archive.bring_in()
    before = archive.numbers()
    archive.root.rename(archive.root.with_name("unplugged"))
    with pytest.raises(SourceFault, match="cannot be read"):
        archive.bring_in()
    assert (archive.numbers(), Source.objects.count()) == (before, 1)
    assert not archive.root.exists()


def test_a_file_that_was_lost_to_its_conversion_is_converted_when_it_is_back(archive: Archive) -> None:
    archive.write("book/1.jpg=1 book/2.jpg=2")
    archive.bring_in()
    lost, broken = archive.image("book/1.jpg").pk, archive.image("book/2.jpg").pk
    fail(lost, "source_missing", "The file is no longer where it was when it was registered.")
    fail(broken)
    archive.bring_in()
    assert (fresh(lost).wanted, fresh(broken).wanted) == (2, 1)
    archive.bring_in()
    assert fresh(lost).wanted == 2


# --------------------------------------------------------------------------------------------------------- metadata.csv
def test_what_a_table_says(archive: Archive) -> None:
    archive.write("book/1.jpg=1 book/2.jpg=2 map.jpg=m")
    archive.put(
        "metadata.csv",
        "file;label;label@de;order;rights;attribution;navdate;identifier;Place\n"
        f"map.jpg;Map;Karte;2;{CC0};Museum;1850;map-1;Rome | Pisa\n"
        "book;Book;;1;;;;ark:/1/book;\n",
    )
    archive.put("book/metadata.csv", f"file,label,order,rights\n2.jpg,Front,1,{CC0}\n")
    archive.bring_in()
    manifest = Manifest.objects.get(external_id="map.jpg")
    assert manifest.source_layer == {
        "label": {"none": ["Map"], "de": ["Karte"]},
        "rights": CC0,
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"none": ["Museum"]}},
        "navDate": "1850-01-01T00:00:00Z",
        "metadata": [{"label": {"none": ["Place"]}, "value": {"none": ["Rome", "Pisa"]}}],
    }
    assert identifier(manifest) == identifier(archive.image("map.jpg")) == "map-1"
    assert identifier(Manifest.objects.get(external_id="book")) == "ark:/1/book"
    assert archive.tree() == {"/": ["book", "map.jpg"], "book": ["Front", "1"], "map.jpg": ["Map"]}
    assert [archive.image(path).rights_source for path in ("map.jpg", "book/1.jpg", "book/2.jpg")] == [CC0, "", CC0]


def test_a_changed_table_touches_only_what_it_names(archive: Archive) -> None:
    archive.write("a/1.jpg=1 a/2.jpg=2 b/1.jpg=3 map.jpg=m")
    archive.put("a/metadata.csv", f"file,label,rights\n1.jpg,One,{CC0}\n")
    archive.bring_in()
    before = {number[0]: number for number in archive.numbers()}
    manifest, canvas = Manifest.objects.get(external_id="a"), archive.canvas("a/2.jpg")

    archive.put("a/metadata.csv", f"file,label,rights\n1.jpg,First,{CC0}\n")
    archive.bring_in()
    changed = [number[0] for number in archive.numbers() if before.get(number[0]) != number]
    assert changed == [manifest.pk]
    assert archive.tree()["a"] == ["First", "2"]
    assert archive.canvas("a/2.jpg") == canvas

    (archive.root / "a" / "metadata.csv").unlink()
    archive.bring_in()
    assert archive.tree()["a"] == ["1", "2"]
    assert archive.image("a/1.jpg").rights_source == "", "what the table no longer says is not said any more"
    assert archive.image("a/1.jpg").wanted == 1


def test_an_identifier_that_another_has_gives_a_warning_and_a_minted_name(archive: Archive, tmp_path: Path) -> None:
    archive.write("one/1.jpg=1 two/1.jpg=2 map.jpg=m plan.jpg=p")
    archive.put("metadata.csv", "file,identifier\none,book\nmap.jpg,map\n")
    archive.put("two/metadata.csv", "file,identifier\n.,book\n1.jpg,map\n")
    report = archive.bring_in()
    two = Manifest.objects.get(external_id="two")
    assert identifier(Manifest.objects.get(external_id="one")) == "book"
    assert identifier(two) == str(two.pk)
    taken = {identifier(archive.image(path)) for path in ("map.jpg", "two/1.jpg")}
    assert "map" in taken
    assert len(taken) == 2
    assert len([warning for warning in report.warnings if "belongs to something else" in warning]) == 2
    assert archive.bring_in().warnings == []


def test_rows_and_tables_that_do_not_fit_are_told(archive: Archive) -> None:
    archive.write("map.jpg=m book/1.jpg=1")
    archive.put("metadata.csv", "file,label,identifier\nplan.jpg,Plan,\nmap.jpg,Map,3/x\n")
    archive.put("book/metadata.csv", "title\nno file column\n")
    warnings = archive.bring_in().warnings
    assert len(warnings) == 3
    for part in ("plan.jpg", "'3/x' cannot be used", "book/metadata.csv: It is ignored"):
        assert any(part in warning for warning in warnings), part


# --------------------------------------------------------------------------------------------------- roots and copies
def test_a_root_is_known_by_its_marker(archive: Archive, tmp_path: Path) -> None:
    archive.write("map.jpg=m")
    archive.bring_in()
    marker = (archive.root / MARKER).read_text().strip()
    assert str(Source.objects.get().pk) == marker
    other = Archive(tmp_path / "Other")
    other.write("map.jpg=m")
    other.bring_in()
    assert Source.objects.count() == Image.objects.count() == Collection.objects.count() == 2
    (archive.root / MARKER).write_text("scribbled over")
    assert FolderImport(archive.root, jobs.open_batch("Import", "test")).source.pk != UUID(marker)


def test_copies_are_kept_of_what_was_seen(archive: Archive) -> None:
    archive.write("book/1.jpg=1 book/2.jpg=2")
    archive.bring_in(copy=True)
    for path, text in (("book/1.jpg", b"1"), ("book/2.jpg", b"2")):
        assert source_bytes(archive.image(path)) == text
        assert archive.image(path).copy_key
    archive.write("book/1.jpg=newer")
    archive.rename("book/2.jpg=book/3.jpg")
    archive.bring_in(copy=True)
    assert source_bytes(archive.image("book/1.jpg")) == b"newer"
    assert source_bytes(archive.image("book/3.jpg")) == b"2"
    assert len(list(store("sources").keys())) == 3


def test_without_copies_a_replacement_of_a_copied_source_is_read_where_it_lies(archive: Archive) -> None:
    archive.write("map.jpg=m")
    archive.bring_in(copy=True)
    archive.write("map.jpg=newer")
    archive.bring_in()
    assert source_bytes(archive.image("map.jpg")) == b"newer"


def test_keeping_copies_does_not_read_the_whole_source_for_every_picture(archive: Archive) -> None:
    for number in range(20):
        archive.put(f"book/{number}.jpg", str(number))
    with statements() as sent:
        archive.bring_in(copy=True)
    assert len([sql for sql in sent if "images_image" in sql and sql.startswith("SELECT")]) <= 21
