"""What most faults happen in: an exhibition that is looked at, a system that sends pictures, and a count at the end."""

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults import effects
from tests.faults.exhibition import open_exhibition
from tests.faults.figures import Figures
from tests.faults.load import READS, WRITES, load
from tests.faults.museum import PAGES, Answers, Museum
from tests.faults.site import Site
from tests.faults.watching import until, waiting

SENDERS = 8
#: Seconds until the work of one turn is done when everything is well.
PATIENCE = 240.0


@dataclass
class Scene:
    """`excused`: when the web server was dead because we killed it."""

    site: Site
    figures: Figures
    museum: Museum
    excused: list[tuple[float, float]] = field(default_factory=list)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(SENDERS))
    _sending: list[Future[None]] = field(default_factory=list)
    _books: Iterator[int] = field(default_factory=itertools.count)

    def send_soon(self, keys: Sequence[str]) -> None:
        """Send books of these pictures beside what else goes on; each until it is accepted."""
        for start in range(0, len(keys), PAGES):
            pages = keys[start : start + PAGES]
            self._sending.append(self._pool.submit(self.museum.bind, f"book-{next(self._books)}", *pages))
            self._sending += [self._pool.submit(self.museum.send, key) for key in pages]

    def sent(self) -> None:
        """Wait until all of that is accepted. AssertionError when something is not."""
        for future in self._sending:
            future.result()
        self._sending.clear()

    def queue_up(self, keys: Sequence[str]) -> None:
        """Send, while no conversion goes on, and return when nearly all of them wait in the queue."""
        self.send_soon(keys)
        most = len(keys) - self.site.plan.threads * len(self.site.workers)
        until(lambda: len(waiting(self.site)) >= most, "nothing waits")

    def settle(self) -> None:
        """Until nothing is left to do of what was sent by `send_soon` (the load goes on)."""
        self.sent()
        until(lambda: not self.unfinished(), "work is left", PATIENCE)

    def unfinished(self) -> int:
        """How many pictures that were accepted, those of the load aside, are not converted yet."""
        keys = [key for key in self.museum.pictures if not key.startswith("live-")]
        sql = "SELECT count(*) FROM images_image WHERE external_id = ANY(%s) AND converted < wanted AND failed < wanted"
        return self.site.count(sql, keys)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def scene(
    site: Site,
    figures: Figures,
    *,
    reads: float = READS,
    writes: float = WRITES,
    size: tuple[int, int] = (900, 600),
    only: str = "",
    failing: frozenset[str] = frozenset(),
) -> Iterator[Scene]:
    """The block is the fault. At its end everything is waited for, counted and told to the row.

    Visitors ask for paths that start with `only`. Pictures in `failing` are to have failed, with a reason.
    """
    museum = Museum(site.base, site.token, width=size[0], height=size[1])
    paths = {path: digest for path, digest in open_exhibition(site, museum).items() if path.startswith(only)}
    museum.answers = Answers()  # those of processes that had just started are not counted
    on = Scene(site, figures, museum)
    try:
        with load(museum, site.base, paths, reads=reads, writes=writes) as going:
            yield on
            on.settle()
    finally:
        on.close()
    figures.must(effects.settle(site, PATIENCE) is not None, "work is left when everything is well again")
    going.tell(figures, on.excused)
    effects.check(site, museum, figures, failing)
