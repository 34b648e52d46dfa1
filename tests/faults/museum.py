"""The collection management system that sends pictures and records to the site, by the real API."""

import hashlib
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import requests

from tests.media.photograph import photograph

SOURCE = "museum"
#: So many pages make a book.
PAGES = 5
TIMEOUT = 30.0


@dataclass
class Answers:
    """What the API said, with the seconds that it took; `unreached` is what never got an answer, and when."""

    accepted: int = 0
    later: int = 0
    unreached: list[tuple[float, str]] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, asked: float, text: str = "") -> None:
        with self._lock:
            if kind == "unreached":
                self.unreached.append((time.monotonic(), text))
                return
            self.seconds.append(time.monotonic() - asked)
            if kind == "other":
                self.other.append(text)
            else:
                setattr(self, kind, getattr(self, kind) + 1)


class Museum:
    """`pictures` and `books`: what was accepted, by our ids. Each picture was sent in one version only."""

    def __init__(self, base: str, token: str, *, width: int = 900, height: int = 600) -> None:
        self.base = f"{base}/api/v1"
        self.answers = Answers()
        self.pictures: set[str] = set()
        self.books: set[str] = set()
        #: The sha256 of every file that was sent.
        self.digests: set[str] = set()
        self._headers = {"Authorization": f"Bearer {token}"}
        self._size = (width, height)

    def open(self) -> None:
        """Make the source that everything belongs to."""
        self._until_accepted("PUT", f"/sources/{SOURCE}", json={"name": "Museum"})

    def send(self, *keys: str, patience: float = 300) -> None:
        """Send pictures of these ids, each until it is accepted, as a system does that has a queue."""
        for key in keys:
            self._until_accepted("PUT", picture_path(key), patience=patience, picture=key)
            self.pictures.add(key)

    def send_file(self, key: str, data: bytes, patience: float = 300) -> None:
        """Send this file, whatever it is."""
        self.digests.add(hashlib.sha256(data).hexdigest())
        self._until_accepted("PUT", picture_path(key), patience=patience, files={"file": (key, data)})
        self.pictures.add(key)

    def bind(self, book: str, *keys: str, patience: float = 300) -> None:
        """Send a manifest with these pictures as its pages; they may come later."""
        canvases = [{"id": key, "label": key, "image": key} for key in keys]
        body = {"identifier": f"{SOURCE}-{book}", "label": {"en": [book]}, "canvases": canvases}
        self._until_accepted("PUT", f"/sources/{SOURCE}/manifests/{book}", patience=patience, json=body)
        self.books.add(book)

    def _until_accepted(self, method: str, path: str, *, patience: float = 60, **what: Any) -> None:
        """Again and again, as the guide says. AssertionError after so many seconds, or when it is refused for good."""
        deadline = time.monotonic() + patience
        while True:
            pause = self._once(method, path, **what)
            if pause is None:
                return
            assert time.monotonic() < deadline, (
                f"{method} {path} was not accepted: {self.answers.other[-3:]} {self.answers.unreached[-3:]}"
            )
            time.sleep(pause)

    def _once(self, method: str, path: str, picture: str = "", **what: Any) -> float | None:
        """None when it was accepted, else after how many seconds to try again."""
        if picture:
            data = image(picture, *self._size)
            self.digests.add(hashlib.sha256(data).hexdigest())
            what = {"files": {"file": (f"{picture}.jpg", data)}, "data": {"identifier": f"{SOURCE}-{picture}"}}
        asked = time.monotonic()
        try:
            answer = requests.request(method, self.base + path, headers=self._headers, timeout=TIMEOUT, **what)
        except requests.RequestException as error:
            self.answers.note("unreached", asked, f"{type(error).__name__}: {path}")
            return 0.5
        if answer.ok:
            self.answers.note("accepted", asked)
            return None
        if answer.status_code == 503 and "Retry-After" in answer.headers:
            self.answers.note("later", asked)
            return min(float(answer.headers["Retry-After"]), 2.0)
        self.answers.note("other", asked, f"{answer.status_code}: {path}: {answer.text[:200]}")
        return 1.0


def picture_path(key: str) -> str:
    return f"/sources/{SOURCE}/images/{key}"


@cache
def _photograph(width: int, height: int, seed: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return photograph(Path(folder) / "picture.jpg", width=width, height=height, seed=seed).read_bytes()


def image(key: str, width: int, height: int) -> bytes:
    """A JPEG unlike every other key's: one of a few photographs, with the key as a comment (T.81 B.2.4.5)."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:2], "big") % 4
    drawn = _photograph(width, height, number)
    text = key.encode()
    return drawn[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + drawn[2:]
