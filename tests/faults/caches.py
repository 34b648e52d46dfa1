"""The shared cache dies, has no room, forgets: fault 8."""

import contextlib
import itertools
import re
import time
from collections.abc import Callable

import redis
import requests

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.scenes import scene
from tests.faults.site import Plan, Site
from tests.world.valkey import Valkey

BALLAST = "ballast-"
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@fault("8", "cache dead, full, flushed", "kill -9; maxmemory 1 MB; FLUSHALL", Plan(cache=True))
def fault_08(site: Site, figures: Figures, amount: Amount) -> None:
    """Readers and systems notice nothing. Who wants to log in while tries cannot be counted is told to come later."""
    with scene(site, figures) as on:
        for turn in range(amount.times):
            for name, break_it, mend in FAULTS:
                break_it(_cache(site))
                time.sleep(amount.away / 2)
                on.museum.send(f"cache-{name}-{turn}")
                _login(site, figures, name)
                mend(_cache(site))
                figures.times += 1
        status = _try_to_log_in(site)
        figures.must(status == 200, f"with the cache back, a wrong password is answered with {status}")
    figures.must(not figures.later, f"the API said 503 {figures.later} times: it does not need the cache")


def _login(site: Site, figures: Figures, name: str) -> None:
    """While nothing can be counted no password is looked at; when the cache only forgot, all is as ever."""
    status, wanted = _try_to_log_in(site), 200 if name == "flushed" else 503
    figures.must(status == wanted, f"cache {name}: a wrong password is answered with {status}, not {wanted}")


def _try_to_log_in(site: Site) -> int:
    with requests.Session() as browser:
        page = browser.get(f"{site.base}/admin/login/", timeout=20)
        found = FORM_TOKEN.search(page.text)
        if found is None:
            return page.status_code
        form = {"csrfmiddlewaretoken": found[1], "username": "jane", "password": "wrong"}
        return browser.post(f"{site.base}/admin/login/", data=form, timeout=20).status_code


def _fill(cache: Valkey) -> None:
    """Until it takes nothing more."""
    client = cache.client()
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1mb")
    with contextlib.suppress(redis.exceptions.OutOfMemoryError):
        for number in itertools.count():
            client.set(f"{BALLAST}{number}", "x" * 1000)


def _unlimited(cache: Valkey) -> None:
    client = cache.client()
    client.config_set("maxmemory", "0")
    for key in client.scan_iter(f"{BALLAST}*"):
        client.delete(key)


FAULTS: tuple[tuple[str, Callable[[Valkey], object], Callable[[Valkey], object]], ...] = (
    ("dead", lambda cache: cache.kill(), lambda cache: cache.start()),
    ("full", _fill, _unlimited),
    ("flushed", lambda cache: cache.client().flushall(), lambda cache: None),
)


def _cache(site: Site) -> Valkey:
    server = site.servers["cache"]
    assert isinstance(server, Valkey)
    return server
