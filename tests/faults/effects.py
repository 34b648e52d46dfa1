"""What must hold when a fault is over: everything that was accepted is there, once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.hosts import marked
from tests.faults.museum import SOURCE, Museum
from tests.faults.site import Site

#: Seconds that processes may take to notice that the one which started them is gone.
LAST_SECONDS = 5
#: What a site has to do for its records; sweeps and checks, which never end, are not counted.
WORK = "('images.convert', 'manifests.publish')"
UNFINISHED = f"SELECT count(*) FROM jobs_job WHERE state IN ('queued', 'running') AND kind IN {WORK}"
BEHIND = "SELECT coalesce(sum(dirty - published), 0) FROM manifests_manifest"
UNNUMBERED = "SELECT count(*) FROM events_event WHERE number IS NULL"

PICTURES = f"""
SELECT external_id, image.wanted, image.converted, image.generation, image.current_id IS NOT NULL, image.error_text,
       (SELECT count(*) FROM images_accessmaster WHERE image_id = image.id),
       (SELECT count(*) FROM events_event WHERE kind = 'image.ready' AND subject = image.id),
       (SELECT key FROM images_accessmaster WHERE id = image.current_id)
FROM images_image image JOIN images_source source ON source.id = image.source_id WHERE source.slug = '{SOURCE}'
"""
BOOKS = "SELECT external_id, dirty, published, publication_id IS NOT NULL, publish_error FROM manifests_manifest"


@dataclass(frozen=True, slots=True)
class Picture:
    """One row of PICTURES."""

    key: str
    wanted: int
    converted: int
    generation: int
    shown: bool
    error: str
    masters: int
    ready: int
    master: str

    @property
    def whole(self) -> bool:
        return self.shown and self.wanted == self.converted

    @property
    def too_many(self) -> int:
        """Effects beyond one for each wanted source."""
        return sum(max(0, count - self.wanted) for count in (self.generation, self.masters, self.ready))


def settle(site: Site, seconds: float) -> float | None:
    """Seconds until nothing is left to do; None when something still is after so many."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if not any(site.count(sql) for sql in (UNFINISHED, BEHIND, UNNUMBERED)):
            return time.monotonic() - began
        time.sleep(0.2)
    return None


def check(site: Site, museum: Museum, figures: Figures, failing: frozenset[str] = frozenset()) -> None:
    """Count what was lost and doubled, and what else is wrong. Pictures in `failing` had to fail."""
    found = {row[0]: Picture(*row) for row in site.query(PICTURES)}
    books = {row[0]: row[1:] for row in site.query(BOOKS)}
    missing = [key for key in museum.pictures - failing if key not in found or not found[key].whole]
    silent = [key for key in failing if key not in found or found[key].shown or not found[key].error]
    unpublished = [key for key in museum.books if key not in books or not _published(*books[key])]
    figures.lost = (figures.lost or 0) + len(missing) + len(unpublished)
    figures.doubled = (figures.doubled or 0) + sum(picture.too_many for picture in found.values())
    figures.must(not missing, f"pictures without effect: {_some([(key, found.get(key)) for key in missing])}")
    figures.must(not silent, f"pictures that ought to have failed with a reason: {silent}")
    figures.must(not unpublished, f"books that are not as sent: {_some([(k, books.get(k)) for k in unpublished])}")
    doubled = [picture for picture in found.values() if picture.too_many]
    figures.must(not doubled, f"pictures with more than one effect: {_some(doubled)}")
    _jobs(site, figures, len(failing))
    _events(site, figures)
    _masters(site, figures, {picture.master for picture in found.values() if picture.master})


def _published(dirty: int, published: int, has_publication: bool, error: str) -> bool:
    return has_publication and dirty == published and not error


def _jobs(site: Site, figures: Figures, failing: int) -> None:
    live = site.count(UNFINISHED)
    figures.must(not live, f"{live} jobs have not ended")
    ended = "('succeeded', 'superseded')"
    bad = site.query(f"SELECT kind, state, error_text FROM jobs_job WHERE kind IN {WORK} AND state NOT IN {ended}")
    figures.must(len(bad) == failing, f"{len(bad)} jobs that ended badly: {_some(bad)}")


def _events(site: Site, figures: Figures) -> None:
    all_of_them, numbered, highest = site.query("SELECT count(*), count(number), max(number) FROM events_event")[0]
    whole = all_of_them == numbered == (highest or 0)
    figures.must(whole, f"events: {all_of_them}, {numbered} of them numbered, the last {highest}")


def _masters(site: Site, figures: Figures, wanted: set[str]) -> None:
    there = set(site.objects.keys("masters"))
    figures.must(wanted <= there, f"masters without bytes: {_some(sorted(wanted - there))}")
    figures.must(there <= wanted, f"masters that nobody wants: {_some(sorted(there - wanted))}")


def half_sent(site: Site) -> list[Path]:
    """Files that were on their way in."""
    return [path for path in site.folder.glob("*/incoming/*") if path.is_file()]


def leftovers(site: Site) -> list[str]:
    """What killed processes left: scratch folders, files that were being sent, objects that did not become any."""
    left = [*site.folder.glob("*/work/*"), *half_sent(site)]
    return [str(path.relative_to(site.folder)) for path in left] + site.objects.unfinished()


def check_leftovers(site: Site, figures: Figures) -> None:
    left = leftovers(site)
    figures.must(not left, f"leftovers: {_some(left)}")


def check_orphans(site: Site, figures: Figures) -> None:
    """After a stop of every host: nothing of the site lives, but for the moment that the last child takes to go."""
    deadline = time.monotonic() + LAST_SECONDS
    while (orphans := marked(str(site.folder))) and time.monotonic() < deadline:
        time.sleep(0.05)
    figures.must(not orphans, f"orphans: {_some(orphans)}")


def _some(things: Sequence[object]) -> str:
    return f"{list(things[:3])}" + (f" and {len(things) - 3} more" if len(things) > 3 else "")
