"""The main job from end to end: a folder in, a IIIF service out, and the way back to the prompt."""

import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.journeys.demo import ROOT, RunningDemo, documents, family, get, get_json, leftovers
from tests.media.photograph import photograph

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book, a folder in a folder, a loose picture, two broken files and one that is no picture."""
    root = tmp_path / "Bilder & Töne"
    for number in (1, 2, 10):
        photograph(root / "Buch Ä" / f"Seite {number}.jpg", width=1400, height=2000 + number, seed=number)
    photograph(root / "Sammlung" / "Karten" / "karte.tif", width=2100, height=1300, seed=4)
    photograph(root / "loose.png", width=900, height=700, seed=5)
    (root / "Sammlung" / "Karten" / "kaputt.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    (root / "leer.tif").write_bytes(b"")
    (root / "notes.txt").write_text("no picture")
    (root / "Buch Ä" / "metadata.csv").write_text("file,label,Maker\n.,A book,Somebody\nSeite 2.jpg,Page two,\n")
    return root


def test_a_folder_becomes_a_service(folder: Path, tmp_path: Path) -> None:
    demo = RunningDemo(tmp_path / "home", folder)
    try:
        base = demo.ready()
        figures = demo.summary()
        _look_at_documents(tmp_path / "home", base)
        assert get(f"{base}/")[0] == 200
        assert get(f"{base}/admin/login/")[0] == 200
    finally:
        status = demo.stop()
    text = "\n".join(demo.lines)
    assert status == 0
    assert (figures["converted"], figures["failed"], figures["skipped"]) == (5, 2, 1), text
    assert text.count("READY ") == 1
    assert text.count("password") >= 1
    assert "kaputt.jpg: " in text
    assert "leer.tif: The file is empty" in text
    assert "notes.txt" in text
    assert leftovers(tmp_path / "home") == []
    assert family(tmp_path / "home") == []


def _look_at_documents(home: Path, base: str) -> None:
    """Structure, labels, order and pictures as a viewer finds them."""
    manifests = {next(iter(m["label"].values()))[0]: m for m in documents(home, base)}
    assert set(manifests) == {"A book", "Karten", "loose", "leer"}
    book = manifests["A book"]
    assert book["id"].startswith(f"{base}/presentation/3/")
    assert [next(iter(c["label"].values()))[0] for c in book["items"]] == ["Seite 1", "Page two", "Seite 10"]
    assert book["metadata"][0]["value"] == {"none": ["Somebody"]}
    for canvas in book["items"]:
        body = canvas["items"][0]["items"][0]["body"]
        status, data, headers = get(body["id"])
        assert (status, headers["Content-Type"]) == (200, "image/jpeg")
        assert (
            Image.open(io.BytesIO(data)).size == (body["width"], body["height"]) == (canvas["width"], canvas["height"])
        )
        assert get_json(body["service"][0]["id"] + "/info.json")["width"] == canvas["width"]
        assert get_json(canvas["id"])["partOf"][0]["type"] == "Manifest"
    broken = next(c for c in manifests["Karten"]["items"] if c["label"]["none"] == ["kaputt"])
    assert not broken.get("items")
    assert "could not be converted" in json.dumps(broken["summary"])


@pytest.mark.long
def test_a_second_start_has_nothing_to_do(folder: Path, tmp_path: Path) -> None:
    first = RunningDemo(tmp_path / "home", folder)
    base = first.ready()
    first.summary()
    before = documents(tmp_path / "home", base)
    assert first.stop(signal.SIGINT) == 0
    again = RunningDemo(tmp_path / "home", folder)
    try:
        assert again.ready() == base
        figures = again.summary()
        assert (figures["converted"], figures["unchanged"], figures["failed"]) == (0, 7, 2)
        assert documents(tmp_path / "home", base) == before
        assert not any("password" in line for line in again.lines)
    finally:
        again.stop()


def test_two_demos_in_one_home_do_not_meet(folder: Path, tmp_path: Path) -> None:
    first = RunningDemo(tmp_path / "home", folder)
    try:
        first.ready()
        second = RunningDemo(tmp_path / "home", folder)
        assert second.process.wait(40) == 1
        second.wait_for("already runs", 5)
    finally:
        first.stop()


@pytest.mark.long
def test_an_empty_folder_still_serves(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    demo = RunningDemo(tmp_path / "home", tmp_path / "nothing")
    try:
        base = demo.ready()
        assert demo.summary()["converted"] == 0
        assert get(f"{base}/")[0] == 200
    finally:
        demo.stop()


@pytest.mark.long
def test_a_stop_in_the_middle_leaves_nothing_half_done(tmp_path: Path) -> None:
    for number in range(6):
        photograph(tmp_path / "pictures" / f"{number}.jpg", width=5000, height=4000, seed=number)
    demo = RunningDemo(tmp_path / "home", tmp_path / "pictures")
    demo.ready()
    assert demo.stop(seconds=10) == 0
    assert leftovers(tmp_path / "home") == []
    assert family(tmp_path / "home") == []
    again = RunningDemo(tmp_path / "home", tmp_path / "pictures")
    try:
        again.summary()
        assert len(documents(tmp_path / "home", again.ready())) == 6
    finally:
        again.stop()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gcis.embedded", str(tmp_path / "nowhere"), "--home", str(tmp_path / "home")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "is not a folder" in ended.stderr
