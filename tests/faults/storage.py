"""S3 answers wrongly, slowly, not at all, with other bytes; a worker dies in the middle of an upload: 16, 17, 18."""

import hashlib
import time

import pyvips

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.museum import Museum
from tests.faults.scenes import scene
from tests.faults.site import Plan, Site
from tests.faults.watching import running, until, until_over_or_free

EVERYBODY = ("web", "host-a", "host-b")
BROKEN = ("500", "rst", "hang", "slow:10000")
#: Bytes of answers and requests beyond which there are no headers any more, only a picture.
INSIDE = 20_000
DAMAGED = (f"flip:{INSIDE}", f"cut:{INSIDE}", f"flip-up:{INSIDE}", f"cut-up:{INSIDE}")
#: Seconds that one call may take altogether (reliability.md, row 16).
CALL = 60.0
#: Pixels of a picture whose master is sent in several parts.
IN_PARTS = (5000, 4000)
TOLD = "SELECT DISTINCT error_code FROM jobs_job WHERE error_code <> ''"
#: On demand, not only what is a day old.
SWEEP = "from gcis.core.blobs import stores; stores.sweep(0)"
WAITS = "SELECT sum(waits) FROM jobs_job"


@fault(
    "16",
    "S3 answers 500, resets, hangs, crawls",
    "by a proxy before every host: " + ", ".join(BROKEN),
    Plan(proxied=frozenset((client, "s3") for client in EVERYBODY)),
)
def fault_16(site: Site, figures: Figures, amount: Amount) -> None:
    """Pictures that can be seen stay so; jobs wait and are tried again; no call holds a thread for a minute."""
    with scene(site, figures, only="/iiif/") as on:
        for turn in range(amount.times):
            for mode in BROKEN:
                on.send_soon([f"s3-{turn}-{BROKEN.index(mode)}-{number}" for number in range(8)])
                until(lambda: bool(running(site)), "work begins")
                _set(site, EVERYBODY, mode)
                time.sleep(amount.away)
                _set(site, EVERYBODY, "pass")
                on.settle()
                figures.times += 1
        slowest = max(on.museum.answers.seconds)
        figures.must(site.count(WAITS) > 0, "no job noticed anything")
    figures.must(slowest < CALL, f"one request to the API took {slowest:.0f} s")
    figures.remarks.append(f"each for {amount.away:.0f} s")


@fault(
    "17",
    "S3 truncates and flips bits",
    "by a proxy before the workers, in what they read and in what they write: " + ", ".join(DAMAGED),
    Plan(proxied=frozenset((client, "s3") for client in EVERYBODY[1:])),
)
def fault_17(site: Site, figures: Figures, amount: Amount) -> None:
    """Damaged bytes are noticed: nothing is published from them, the job says `checksum` and is tried again."""
    codes: set[str] = set()
    with scene(site, figures, writes=0, size=(1600, 1200)) as on:
        for turn in range(amount.times):
            for mode in DAMAGED:
                before = site.count(WAITS)
                _set(site, EVERYBODY[1:], mode)
                on.send_soon([f"bits-{turn}-{DAMAGED.index(mode)}-{number}" for number in range(4)])
                on.sent()
                # Some of it the client of S3 mends by itself, with a second request.
                until(lambda: site.count(WAITS) > before or not on.unfinished(), f"{mode} is noticed", 60)  # noqa: B023
                codes |= {code for (code,) in site.query(TOLD)}
                _set(site, EVERYBODY[1:], "pass")
                on.settle()
                figures.times += 1
        _are_as_sent(site, figures, on.museum)
    figures.must("checksum" in codes, f"no job said `checksum`: {sorted(codes)}")
    figures.remarks.append(f"jobs waited for: {', '.join(sorted(codes))}")


def _are_as_sent(site: Site, figures: Figures, museum: Museum) -> None:
    """Every master has the sha256 that its record says, and was made of what was sent."""
    for key, digest, source in site.query("SELECT key, digest, source_digest FROM images_accessmaster"):
        found = hashlib.sha256(site.objects.read("masters", key)).hexdigest()
        figures.must(found == digest, f"{key} has other bytes than were recorded")
        figures.must(source in museum.digests, f"{key} was made of something that nobody sent")


@fault(
    "18",
    "killed in an upload",
    "kill -9 of the worker while it sends a master in parts, slowly",
    Plan(("host-a",), proxied=frozenset({("host-a", "s3")})),
)
def fault_18(site: Site, figures: Figures, amount: Amount) -> None:
    """Nothing of it can be seen; the upload is ended by the sweep; the job is done by the next who takes it up."""
    figures.expect_within(site.times.worker_lost + 10, site.times.lease)
    host = site.workers["host-a"]
    with scene(site, figures, writes=0) as on:
        for turn in range(amount.times):
            key, before = f"parts-{turn}", set(site.objects.keys("masters"))
            site.proxies["host-a", "s3"].mode = "slow-up:4000000"
            on.museum.send_file(key, _noise(*IN_PARTS))
            until(lambda: bool(site.objects.unfinished()), "an upload in parts is under way", 60)
            held, killed = running(site), time.monotonic()
            host.kill()
            site.proxies["host-a", "s3"].mode = "pass"
            figures.must(set(site.objects.keys("masters")) == before, "an unfinished object can be seen")
            figures.recovered(until_over_or_free(site, held, killed))
            on.settle()
            figures.remarks.append(f"left behind: {site.objects.unfinished()}")
            figures.times += 1
    site.manage("shell", "--command", SWEEP)
    left = site.objects.unfinished()
    figures.must(not left, f"uploads after the sweep: {left}")


def _noise(width: int, height: int) -> bytes:
    """A picture that nothing compresses well: its master is larger than what is sent in one piece."""
    grains = [pyvips.Image.gaussnoise(width, height, sigma=60, mean=128) for _ in range(3)]
    data: bytes = grains[0].bandjoin(grains[1:]).cast("uchar").jpegsave_buffer(Q=90)
    return data


def _set(site: Site, clients: tuple[str, ...], mode: str) -> None:
    for client in clients:
        site.proxies[client, "s3"].mode = mode
