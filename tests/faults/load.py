"""What goes on beside a fault: visitors who read, and a system that writes; both counted."""

import contextlib
import hashlib
import http.client
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.faults.figures import Figures, percentile
from tests.faults.museum import Museum

READS = 50.0
WRITES = 2.0
READERS, WRITERS = 10, 32
TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Failure:
    at: float
    path: str
    what: str


class Readers:
    """Visitors: so many requests a second for known paths, each body compared with the one that is expected.

    A request on a connection that the server closed meanwhile is made once more on a new one, as browsers do.
    """

    def __init__(self, base: str, paths: dict[str, str], rate: float = READS) -> None:
        self._host = urlsplit(base).netloc
        self._paths, self._pause = paths, READERS / rate
        self._done = threading.Event()
        self.total, self.seconds = 0, [0.0]
        self.failures: list[Failure] = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._read, args=(n,), daemon=True) for n in range(READERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(TIMEOUT + 5)

    def failed(self, excused: list[tuple[float, float]]) -> list[Failure]:
        """Those outside of these stretches of time."""
        return [one for one in self.failures if not _within(one.at, excused)]

    def _read(self, number: int) -> None:
        connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT)
        paths = list(itertools.islice(itertools.cycle(self._paths.items()), number * 3, number * 3 + len(self._paths)))
        due = time.monotonic() + self._pause * number / READERS
        for path, expected in itertools.cycle(paths):
            if self._done.wait(max(0.0, due - time.monotonic())):
                break
            due = max(due + self._pause, time.monotonic() - 1)
            began = time.monotonic()
            what = self._ask(connection, path, expected)
            with self._lock:
                self.total += 1
                self.seconds.append(time.monotonic() - began)
                if what:
                    self.failures.append(Failure(time.monotonic(), path, what))
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, path: str, expected: str) -> str:
        """What is wrong with the answer; empty when nothing is."""
        for again in (connection.sock is not None, False):
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except TimeoutError:
                connection.close()
                return "no answer in time"
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if not again:
                    return type(error).__name__
                continue
            if answer.status != 200:
                return f"status {answer.status}"
            return "" if hashlib.sha256(body).hexdigest() == expected else "another body"
        return ""


class Writers:
    """A system that sends `WRITES` pictures a second, whatever the answers; each is sent until it is accepted."""

    def __init__(self, museum: Museum, rate: float = WRITES) -> None:
        self._museum, self._rate = museum, rate
        self._done = threading.Event()
        self._pool = ThreadPoolExecutor(WRITERS)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self.sent: list[str] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No more pictures; those that were not accepted yet are waited for."""
        self._done.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _write(self) -> None:
        for number in itertools.count():
            key = f"live-{id(self) % 10**6}-{number:04}"
            self.sent.append(key)
            self._pool.submit(self._museum.send, key)
            if self._done.wait(1 / self._rate):
                return


@dataclass
class Load:
    readers: Readers
    writers: Writers
    museum: Museum

    def tell(self, figures: Figures, excused: list[tuple[float, float]]) -> None:
        """Into the row. Failures in `excused` (while the web server was dead, say) are told, not counted."""
        failed, answers = self.readers.failed(excused), self.museum.answers
        figures.public, figures.public_failures = self.readers.total, len(failed)
        figures.accepted, figures.later = answers.accepted, answers.later
        unreached = [text for at, text in answers.unreached if not _within(at, excused)]
        figures.refused = len(answers.other) + len(unreached)
        figures.p99 = percentile(answers.seconds, 0.99)
        figures.jobs = max(figures.jobs, len(self.museum.pictures))
        figures.must(not answers.other, f"{len(answers.other)} answers of the API were neither: {answers.other[:3]}")
        figures.must(not unreached, f"{len(unreached)} requests to the API had no answer: {unreached[:3]}")
        if late := len(self.readers.failures) - len(failed):
            figures.remarks.append(f"{late} public requests met the web server while it was down")
        slow = percentile(self.readers.seconds, 0.99)
        figures.remarks.append(f"public p99 {slow:.2f} s, API p50 {percentile(answers.seconds, 0.5) or 0:.2f} s")
        figures.must(not failed, f"{len(failed)} public requests failed, the first: {failed[:3]}")
        wrong = [one for one in self.readers.failures if one.what == "another body"]
        figures.must(not wrong, f"{len(wrong)} answers had another body: {wrong[:3]}")


def _within(moment: float, stretches: list[tuple[float, float]]) -> bool:
    return any(begin <= moment <= end for begin, end in stretches)


@contextlib.contextmanager
def load(
    museum: Museum, base: str, paths: dict[str, str], *, reads: float = READS, writes: float = WRITES
) -> Iterator[Load]:
    """Readers and writers while the block lasts."""
    going = Load(Readers(base, paths, reads), Writers(museum, writes), museum)
    going.readers.start()
    if writes:
        going.writers.start()
    try:
        yield going
    finally:
        if writes:
            going.writers.stop()
        going.readers.stop()
