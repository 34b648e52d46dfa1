"""Files replaced, moved, renamed, removed and added on disk, while the demo runs and between two runs."""

import io
import os
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.journeys.demo import RunningDemo, documents
from tests.media.photograph import photograph, picture

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
SIZE = {"width": 900, "height": 700}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2, 3):
        photograph(tmp_path / "in" / "Album" / f"{number}.png", seed=number, **SIZE)
    photograph(tmp_path / "in" / "Maps" / "Old" / "coast.png", seed=4, **SIZE)
    photograph(tmp_path / "in" / "loose.png", seed=5, **SIZE)
    return tmp_path / "in"


@pytest.fixture(params=["while it runs", "between two runs"])
def when(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Session:
    """A demo that is changed under its feet, or between two starts."""

    def __init__(self, home: Path, folder: Path, when: str) -> None:
        self.home, self.folder, self.when = home, folder, when
        self.demo = RunningDemo(home, folder)
        self.base = self.demo.ready()
        self.demo.summary()

    def after(self, change: Any) -> dict[str, int]:
        """Make the change; the figures of the import that takes it up."""
        if self.when == "while it runs":
            seen = len(self.demo.lines)
            change()
            return self.demo.summary(after=seen)
        self.demo.stop()
        change()
        self.demo = RunningDemo(self.home, self.folder)
        assert self.demo.ready() == self.base
        return self.demo.summary()

    def canvases(self) -> dict[str, dict[str, Any]]:
        """Every canvas by its label."""
        return {c["label"]["none"][0]: c for m in documents(self.home, self.base) for c in m["items"]}

    def shows(self, canvas: dict[str, Any], seed: int) -> bool:
        """Whether the picture on the canvas is that of the seed."""
        with urllib.request.urlopen(canvas["items"][0]["items"][0]["body"]["id"], timeout=20) as response:
            shown = np.asarray(Image.open(io.BytesIO(response.read())).convert("RGB"), np.float32)
        expected = np.asarray(picture(seed=seed, **SIZE), np.float32)
        return bool(shown.shape == expected.shape and np.abs(shown - expected).mean() < 6)


@pytest.fixture
def session(tmp_path: Path, folder: Path, when: str) -> Iterator[Session]:
    running = Session(tmp_path / "home", folder, when)
    yield running
    running.demo.stop()


def test_everything_at_once(session: Session) -> None:
    folder, before = session.folder, session.canvases()
    manifests = {m["id"] for m in documents(session.home, session.base)}

    def change() -> None:
        photograph(folder / "Album" / "2.png", seed=22, **SIZE)
        (folder / "Album" / "1.png").rename(folder / "Album" / "cover.png")
        (folder / "Album" / "3.png").unlink()
        photograph(folder / "Album" / "4.png", seed=6, **SIZE)
        (folder / "Maps" / "Old").rename(folder / "Maps" / "Ancient")
        shutil.copy(folder / "loose.png", folder / "Album" / "twin.png")

    figures = session.after(change)
    assert {word: figures[word] for word in ("converted", "moved", "replaced", "missing", "failed")} == {
        "converted": 3,
        "moved": 2,
        "replaced": 1,
        "missing": 1,
        "failed": 0,
    }
    after = session.canvases()
    assert set(after) == {"2", "cover", "3", "4", "coast", "loose", "twin"}
    for was, now, seed in (
        ("1", "cover", 1),
        ("2", "2", 22),
        ("3", "3", 3),
        ("coast", "coast", 4),
        ("loose", "loose", 5),
    ):
        assert after[now]["id"] == before[was]["id"], now
        assert service(after[now]) == service(before[was]), now
        assert session.shows(after[now], seed), now
    assert service(after["twin"]) != service(after["loose"])
    assert session.shows(after["twin"], 5)
    assert manifests <= {m["id"] for m in documents(session.home, session.base)}


def test_a_broken_replacement_never_takes_a_picture_down(session: Session) -> None:
    before = session.canvases()["1"]
    figures = session.after(lambda: (session.folder / "Album" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n broken"))
    assert figures["failed"] == 1
    after = session.canvases()["1"]
    assert after == before
    assert session.shows(after, 1)


def test_a_touched_file_is_unchanged(session: Session) -> None:
    figures = session.after(lambda: os.utime(session.folder / "loose.png", (1_700_000_000, 1_700_000_000)))
    assert (figures["converted"], figures["unchanged"], figures["replaced"]) == (0, 5, 0)


def test_the_whole_root_may_move(tmp_path: Path, folder: Path) -> None:
    session = Session(tmp_path / "home", folder, "between two runs")
    before = session.canvases()
    session.folder = tmp_path / "elsewhere"
    figures = session.after(lambda: folder.rename(session.folder))
    try:
        assert (figures["converted"], figures["unchanged"], figures["missing"]) == (0, 5, 0)
        assert session.canvases() == before
    finally:
        session.demo.stop()


def service(canvas: dict[str, Any]) -> str:
    return str(canvas["items"][0]["items"][0]["body"]["service"][0]["id"])
