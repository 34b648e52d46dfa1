"""Texts brought in from the command line."""

from pathlib import Path

import pytest

from manifests.models import Annotation, AnnotationPage, Canvas, Manifest
from tests.manifests.ocr import alto, hocr
from tests.manifests.records import a_collection, a_manifest, a_page, fresh
from tests.shell import rehearse, run
from tests.work import a_source, an_image, convert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    """Two pages with the pictures 1.tif and 2.tif."""
    made, source = a_manifest("book", identifier="book"), a_source()
    for name in ("1.tif", "2.tif"):
        convert(a_page(made, an_image(name, source)))
    return fresh(made)  # type: ignore[no-any-return]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.xml").write_bytes(alto("one two"))
    (tmp_path / "2.xml").write_bytes(alto("three"))
    (tmp_path / ".DS_Store").write_bytes(b"x")
    return tmp_path


def test_a_folder_of_texts_finds_its_pages(book: Manifest, folder: Path) -> None:
    ended = run("import_text", "book", folder)
    assert (ended.status, ended.lines) == (
        0,
        [
            "created  1.xml  page 1, by its picture's file, 1 line, 2 words",
            "created  2.xml  page 2, by its picture's file, 1 line, 1 word",
            "2 texts imported.",
        ],
    )
    assert {page.place for page in AnnotationPage.objects.all()} == {"referenced"}


def test_imported_again_nothing_is_new(book: Manifest, folder: Path) -> None:
    run("import_text", "book", folder)
    before = fresh(book).dirty
    assert run("import_text", "book", folder).lines[0].startswith("unchanged  1.xml")
    assert fresh(book).dirty == before


def test_lines_alone_within_the_manifest(book: Manifest, folder: Path) -> None:
    run("import_text", "book", folder / "1.xml", "--lines", "--embed")
    assert Annotation.objects.get().extra == {"textGranularity": "line"}
    assert AnnotationPage.objects.get().place == "embedded"


def test_what_is_refused_is_said_and_counted(book: Manifest, folder: Path) -> None:
    (folder / "3.xml").write_bytes(alto("four"))
    (folder / "2.xml").write_bytes(b"<alto")
    ended = run("import_text", "book", folder, folder / "absent.xml")
    assert ended.status == 1
    assert "refused  3.xml: No page has this name." in ended.lines
    assert any(line.startswith("refused  2.xml: It is not well-formed XML") for line in ended.lines)
    assert ended.err.strip().endswith("1 text imported. 3 refused.")


def test_a_book_in_one_file(book: Manifest, tmp_path: Path) -> None:
    (tmp_path / "whole.hocr").write_bytes(hocr("first", "second"))
    assert (
        "created  whole.hocr, page 2  page 2, by their order, 1 line, 1 word"
        in run("import_text", "book", tmp_path / "whole.hocr").lines
    )
    assert Canvas.objects.filter(manifest=book).count() == AnnotationPage.objects.count() == 2


def test_a_rehearsal_changes_nothing(book: Manifest, folder: Path) -> None:
    ended = rehearse("import_text", "book", folder)
    assert ended.lines == [
        "would import  1.xml  page 1, by its picture's file",
        "would import  2.xml  page 2, by its picture's file",
        "2 texts would be imported. Nothing was changed.",
    ]


def test_a_collection_has_no_pages(folder: Path) -> None:
    a_collection("shelf", identifier="shelf")
    ended = run("import_text", "shelf", folder)
    assert (ended.status, "it has no pages" in ended.err) == (1, True)


def test_what_there_is_not_cannot_be_imported(book: Manifest, folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "There are no files." in run("import_text", "book", empty).err
    assert run("import_text", "nobody", folder).status == 1
    ended = run("import_text", "book", folder / "9.xml")
    assert (ended.status, ended.err) == (1, "9.xml cannot be read: No such file or directory.\n")
