"""A client that remembers redirects for as long as they allow, as browsers and caches do."""

import re
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import requests


class Circle(Exception):
    """Redirects lead back to where they began."""


class CachingClient:
    """Follows redirects; what a 301 said counts while it is fresh (RFC 9111 §4.2), without asking again.

    `asked` are the addresses for which the server was asked, in order. Times are in seconds, from any beginning.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._kept: dict[str, tuple[str, float]] = {}
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between us and a server of our own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def get(self, url: str, now: float) -> requests.Response:
        """What is there in the end. `url` of the answer is where that was; Circle if there is no end."""
        seen: list[str] = []
        while url not in seen:
            seen.append(url)
            target, fresh_until = self._kept.get(url, ("", now))
            if fresh_until <= now:
                response = self._ask(url, now)
                if not response.is_redirect:
                    return response
                target = urljoin(url, response.headers["Location"])
            url = target
        raise Circle(" -> ".join([*seen, url]))

    def _ask(self, url: str, now: float) -> requests.Response:
        self.asked.append(url)
        response = self._session.get(url, allow_redirects=False, timeout=30)
        self._kept.pop(url, None)
        if response.status_code == 301:
            self._kept[url] = (urljoin(url, response.headers["Location"]), now + _lifetime(response))
        return response


def _lifetime(response: requests.Response) -> float:
    """For how many seconds this answer may be used without asking again."""
    rules = response.headers.get("Cache-Control", "")
    age = re.search(r"(?<![\w-])max-age=(\d+)", rules)
    if not age or "no-store" in rules or "no-cache" in rules:
        return 0
    return int(age[1]) - int(response.headers.get("Age", 0))
