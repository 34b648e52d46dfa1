"""Reading real folders."""

import os
import unicodedata
from pathlib import Path

import pytest

from gcis.core.errors import SourceFault
from manifests.payload.folder import DEEPEST, LONGEST_PATH, scan


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x" * len(path))


def pictures(root: Path) -> set[str]:
    return {picture.path for picture in scan(root).pictures}


def skipped(root: Path) -> dict[str, str]:
    return {each.path: each.reason for each in scan(root).skipped}


def test_listing(tmp_path: Path) -> None:
    write(tmp_path, "b.jpg", "a.tif", "letters/1.png", "letters/metadata.csv", "letters/old/2.webp", "notes.txt")
    os.utime(tmp_path / "a.tif", ns=(1, 1_700_000_000_123_456_789))
    listing = scan(tmp_path)
    assert listing.name == tmp_path.name
    assert set(listing.folders) == {"", "letters", "letters/old"}
    first = listing.folders[""].pictures[0]
    assert (first.path, first.size, first.mtime_ns) == ("a.tif", 5, 1_700_000_000_123_456_789)
    assert [picture.path for picture in listing.folders["letters/old"].pictures] == ["letters/old/2.webp"]
    assert listing.folders["letters"].folders == ("letters/old",)
    assert list(listing.tables) == ["letters/metadata.csv"]
    assert skipped(tmp_path) == {"notes.txt": "is not a picture of a kind that we know"}


def test_hidden_things_are_not_mentioned(tmp_path: Path) -> None:
    write(tmp_path, ".gcis-root", ".git/x.jpg", "__MACOSX/a.jpg", "Thumbs.db", "a.jpg.part", "a.jpg")
    assert pictures(tmp_path) == {"a.jpg"}
    assert skipped(tmp_path) == {}


def test_only_one_table_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "METADATA.csv", "metadata.csv")
    assert list(scan(tmp_path).tables) == ["METADATA.csv"]
    assert list(skipped(tmp_path)) == ["metadata.csv"]


def test_decomposed_names_stay_as_they_are(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Vögel.jpg")
    write(tmp_path, name)
    if name not in {each.name for each in tmp_path.iterdir()}:
        pytest.skip("this file system changes names")
    assert pictures(tmp_path) == {name}


def test_names_that_are_not_utf8_are_named_readably(tmp_path: Path) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/V\xf6gel.jpg"))).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has no such names")
    assert pictures(tmp_path) == set()
    assert skipped(tmp_path) == {"V\ufffdgel.jpg": "has a name that is not UTF-8"}


def test_links(tmp_path: Path) -> None:
    write(tmp_path, "secret.jpg", "root/a.jpg", "root/in/b.jpg")
    root = tmp_path / "root"
    links = {
        "inside.jpg": "in/b.jpg",
        "outside.jpg": "../secret.jpg",
        "absolute.jpg": str(tmp_path / "secret.jpg"),
        "broken.jpg": "nowhere.jpg",
        "loop.jpg": "loop.jpg",
        "folder": "in",
        "in/up": "..",
        "in/detour.jpg": "../outside.jpg",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    assert pictures(root) == {"a.jpg", "in/b.jpg", "inside.jpg"}
    reasons = skipped(root)
    assert set(reasons) == set(links) - {"inside.jpg"}
    assert reasons["outside.jpg"] == reasons["absolute.jpg"] == reasons["in/detour.jpg"]
    assert reasons["outside.jpg"] == "is a link to something outside this folder"
    assert reasons["folder"] == reasons["in/up"] == "is a link to a folder"
    assert reasons["broken.jpg"].startswith("cannot be read: ")
    assert reasons["loop.jpg"].startswith("cannot be read: ")


def test_a_root_may_be_reached_by_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/a.jpg", "real/in/b.jpg")
    (tmp_path / "real" / "c.jpg").symlink_to("in/b.jpg")
    (tmp_path / "link").symlink_to("real")
    assert pictures(tmp_path / "link") == {"a.jpg", "in/b.jpg", "c.jpg"}


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    assert skipped(tmp_path) == {"a.jpg": "is neither a file nor a folder"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_unreadable_folder_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "closed/b.jpg")
    (tmp_path / "closed").chmod(0)
    try:
        assert pictures(tmp_path) == {"a.jpg"}
        assert skipped(tmp_path) == {"closed/": "cannot be read: Permission denied"}
        with pytest.raises(SourceFault):
            scan(tmp_path / "closed")
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_too_deep_and_too_long_are_named(tmp_path: Path) -> None:
    deep = "/".join(["d"] * (DEEPEST + 3))
    write(tmp_path, f"{deep}/a.jpg")
    write(tmp_path, "/".join(["n" * 200] * 5) + "/a.jpg")
    listing = scan(tmp_path)
    assert list(listing.pictures) == []
    reasons = {each.reason for each in listing.skipped}
    assert reasons == {f"lies more than {DEEPEST} folders deep", "has too long a path"}
    assert max(len(path) for path in listing.folders) <= LONGEST_PATH


@pytest.mark.parametrize("name", ["missing", "a.jpg"])
def test_root_must_be_a_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.jpg")
    with pytest.raises(SourceFault) as caught:
        scan(tmp_path / name)
    assert caught.value.code == "folder"
    assert name in caught.value.sentence
