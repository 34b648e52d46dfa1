"""Documents are imported and exported from the command line."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from manifests.models import Collection, Manifest
from tests.manifests import recipes
from tests.manifests.records import fresh
from tests.shell import run
from tests.work import everything, run_due

pytestmark = pytest.mark.django_db(transaction=True)

BOOK = recipes.manifest("1", recipes.canvas("1"), colour="red")
SHELF = recipes.COLLECTIONS["volumes"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection, one of its manifests in a folder below, and what is none of both."""
    (tmp_path / "below").mkdir()
    for name, document in (("a-shelf", SHELF), ("below/book", BOOK), ("canvas", recipes.canvas("x"))):
        (tmp_path / f"{name}.json").write_bytes(orjson.dumps(document))
    (tmp_path / "notes.txt").write_text("no document")
    return tmp_path


def test_a_folder_is_imported_with_what_is_named_first(folder: Path) -> None:
    ended = run("import_manifest", str(folder))
    assert ended.status == 1 and "1 document could not be imported." in ended.err
    manifest, collection = Manifest.objects.get(), Collection.objects.get()
    assert collection.members.get(manifest=manifest)
    lines = "\n".join(ended.lines)
    assert "created\tmanifest\t1\t1 canvas\t" in lines
    assert "created\tcollection\tvolumes\t2 members, 1 member here\t" in lines
    assert f"lost  {folder}/below/book.json  colour: " in lines
    assert "A canvas comes with its manifest" in lines
    assert ended.lines[-1] == "created: 2, updated: 0, unchanged: 0, lost: 1"


def test_a_dry_run_says_what_would_become_of_it(folder: Path) -> None:
    before = everything()
    ended = run("import_manifest", str(folder / "below" / "book.json"), "--dry-run")
    assert ended.status == 0
    assert ended.lines[-1] == "created: 1, updated: 0, unchanged: 0, lost: 1. Nothing was changed."
    assert everything() == before


def test_its_name_its_ids_and_when_it_is_published_can_be_said(folder: Path) -> None:
    ended = run("import_manifest", str(folder / "below/book.json"), "--ids", "mint", "--identifier", "book", "--draft")
    assert ended.status == 0
    manifest = Manifest.objects.get()
    assert manifest.publish_when == "manual"
    assert [canvas.uri for canvas in manifest.canvases.all()] == [""]
    assert "book" in ended.lines[0].split("\t")
    assert run("import_manifest", str(folder), "--identifier", "book").status == 2


@pytest.mark.parametrize(("name", "sentence"), [("gone.json", "cannot be read"), ("notes.txt", "It is no JSON")])
def test_what_cannot_be_read_is_said(folder: Path, name: str, sentence: str) -> None:
    ended = run("import_manifest", str(folder / name))
    assert ended.status == 1
    assert sentence in "\n".join(ended.lines)


def test_addresses_are_guarded() -> None:
    ended = run("import_manifest", "http://127.0.0.1/manifest.json")
    assert ended.status == 1
    assert "The URL cannot be used" in "\n".join(ended.lines)


# --------------------------------------------------------------------------------------------------------------- export
@pytest.fixture
def book(folder: Path) -> Manifest:
    run("import_manifest", str(folder / "below/book.json"), "--identifier", "ark:/1/book")
    run_due()
    return fresh(Manifest.objects.get())  # type: ignore[no-any-return]


def written(folder: Path) -> dict[str, Any]:
    return {path.name: orjson.loads(path.read_bytes()) for path in folder.iterdir()}


def test_export_writes_the_published_document(book: Manifest, tmp_path: Path) -> None:
    ended = run("export_manifest", "ark:/1/book")
    assert orjson.loads("\n".join(ended.lines))["items"] == BOOK["items"]
    for version in ("3", "2"):
        assert (
            run("export_manifest", "ark:/1/book", "--presentation", version, "--to", str(tmp_path / "out")).status == 0
        )
    found = written(tmp_path / "out")
    assert sorted(found) == ["ark-1-book.manifest.2.json", "ark-1-book.manifest.3.json"]
    assert found["ark-1-book.manifest.2.json"]["@type"] == "sc:Manifest"


def test_what_is_not_published_is_exported_as_a_draft_only(folder: Path) -> None:
    run("import_manifest", str(folder / "below/book.json"), "--identifier", "book", "--draft")
    assert "not published yet" in run("export_manifest", "book").err
    assert orjson.loads("\n".join(run("export_manifest", "book", "--draft").lines))["items"] == BOOK["items"]


def test_what_presentation_2_cannot_say_is_not_exported_in_it(tmp_path: Path) -> None:
    path = tmp_path / "sound.json"
    path.write_bytes(orjson.dumps(recipes.MANIFESTS["sound"]))
    run("import_manifest", str(path), "--identifier", "sound")
    run_due()
    for draft in ([], ["--draft"]):
        assert "cannot be said in Presentation 2" in run("export_manifest", "sound", "--presentation", "2", *draft).err


def test_several_documents_need_a_folder(book: Manifest) -> None:
    assert run("export_manifest", "ark:/1/book", "ark:/1/book").status in (0, 2)
    assert run("export_manifest", "ark:/1/book", "nothing").status == 1
