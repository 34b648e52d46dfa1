"""Who may have pictures drawn that no viewer asks for: so many megapixels a minute for each client and each image.

What viewers ask for is free: tiles, the sizes that info.json lists, thumbnails. Everything else has a price in
megapixels. Budgets are kept all the time and count only while others wait: docs/adr/0024-budgets.md says why. They are
those of one process; several processes allow so many times as much.
"""

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address
from math import ceil

from django.conf import settings

from gcis.core.errors import Unavailable
from images.facts import ImageFacts
from images.iiif.derivative import Derivative
from images.iiif.limits import Bounds
from images.iiif.tiling import sizes, tilings

#: Pixels of the whole picture, or of its middle square, up to which a derivative is a thumbnail.
THUMBNAIL_AREA = 200_000
#: What a pixel costs in a format, as many times as much as in JPEG (measured on a photograph); what anything costs at
#: least, in megapixels.
WEIGHTS = {"jpg": 1.0, "tif": 2.0, "png": 2.5, "avif": 3.0, "webp": 4.5, "jp2": 5.0, "gif": 12.0}
LEAST_PRICE = 0.1
#: Clients, and images, whose budgets are remembered: those that spent last.
MOST = 10_000
#: Of the places, the part that is for clients who have none yet.
RESERVED = 1 / 4


class OverBudget(Exception):
    """This client, or this image, has had its share for now. `seconds` is when to come back, at least 1."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = max(1, ceil(seconds))
        self.sentence = (
            "More pictures off the tile grid were asked for than can be drawn just now. "
            f"Please try again in {self.seconds} seconds."
        )


# ------------------------------------------------------------------------------------------------------------ the price
def price(asked: Derivative, image: ImageFacts, bounds: Bounds) -> float:
    """In megapixels; 0 for what is free. `image` is as the caller has it."""
    if is_tile(asked, image, bounds) or is_listed_size(asked, image, bounds) or is_thumbnail(asked, image):
        return 0.0
    width, height = asked.turned()
    return max(LEAST_PRICE, width * height / 1e6 * WEIGHTS[asked.format])


def is_tile(asked: Derivative, image: ImageFacts, bounds: Bounds) -> bool:
    """Whether viewers that go by info.json ask for it: a tile, cut off at the right and lower edge of the picture."""
    return _is_plain(asked) and any(
        _is_tile_of(asked, image, tiling.width * factor, tiling.height * factor, factor)
        for tiling in tilings(image, bounds)
        for factor in tiling.factors
    )


def _is_tile_of(asked: Derivative, image: ImageFacts, across: int, down: int, factor: int) -> bool:
    """`across` and `down` are of the full image. However the size of a cut tile was rounded, it is one."""
    return (
        asked.x % across == 0
        and asked.y % down == 0
        and asked.w == min(across, image.width - asked.x)
        and asked.h == min(down, image.height - asked.y)
        and abs(asked.width * factor - asked.w) < factor
        and abs(asked.height * factor - asked.h) < factor
    )


def is_listed_size(asked: Derivative, image: ImageFacts, bounds: Bounds) -> bool:
    """Whether it is the whole picture in a size that info.json lists."""
    whole = _is_plain(asked) and asked.is_whole(image.width, image.height)
    return whole and (asked.width, asked.height) in sizes(image, bounds)


def is_thumbnail(asked: Derivative, image: ImageFacts) -> bool:
    """Whether it is the whole picture, or its middle square, small."""
    if asked.rotation or asked.mirror or asked.width * asked.height > THUMBNAIL_AREA:
        return False
    side = min(image.width, image.height)
    square = ((image.width - side) // 2, (image.height - side) // 2, side, side)
    return asked.is_whole(image.width, image.height) or (asked.x, asked.y, asked.w, asked.h) == square


def _is_plain(asked: Derivative) -> bool:
    return asked.format == "jpg" and asked.quality == "default" and not asked.mirror and not asked.rotation


def client_of(address: str) -> str:
    """Who pays: an IPv4 address, or the /64 network that one IPv6 subscriber has at least."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return found.packed[:8].hex()
    return str(found)


# ---------------------------------------------------------------------------------------------------------- the budgets
@dataclass(slots=True)
class _Purse:
    """So many megapixels were left at that moment; below 0 is debt."""

    left: float
    at: float


class Budgets:
    """A token bucket for each key: `a_minute` megapixels at once and in every minute; 0 for no limit.

    Spending is never refused here, and debts are at most one minute's worth: who asks first decides what to do.
    """

    def __init__(self, a_minute: float, most: int = MOST) -> None:
        self._size = a_minute
        self._most = most
        self._purses: OrderedDict[str, _Purse] = OrderedDict()

    def seconds_left(self, key: str, now: float) -> float:
        """Seconds until this key may spend again; 0 for now."""
        purse = self._purses.get(key)
        if not self._size or purse is None:
            return 0.0
        return max(0.0, -self._left(purse, now) / self._size * 60)

    def spend(self, key: str, megapixels: float, now: float) -> None:
        if not self._size:
            return
        purse = self._purses.pop(key, None) or _Purse(self._size, now)
        self._purses[key] = _Purse(max(-self._size, self._left(purse, now) - megapixels), now)
        if len(self._purses) > self._most:
            self._purses.popitem(last=False)

    def _left(self, purse: _Purse, now: float) -> float:
        return min(self._size, purse.left + (now - purse.at) * self._size / 60)


class Desk:
    """Where one process lets in who is to have a picture drawn that has a price: one at a time, the others wait.

    `places` are those being drawn and waiting together, `seconds` is how long anybody waits; who finds no place is sent
    away at once. As long as nobody else is there, budgets refuse nobody.
    """

    def __init__(self, places: int, seconds: float, client_budget: float, image_budget: float) -> None:
        self.places = places
        self._seconds = seconds
        self._clients, self._images = Budgets(client_budget), Budgets(image_budget)
        self._inside: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    @contextmanager
    def admit(self, client: str, image: str, megapixels: float) -> Iterator[None]:
        """The block runs when its turn has come. Raises OverBudget, or Unavailable("busy") where it does not in time.

        Only who has his turn pays.
        """
        with self.place(client, image):
            if not self._turn.acquire(timeout=self._seconds):
                raise _busy()
            try:
                self._spend(client, image, megapixels)
                yield
            finally:
                self._turn.release()

    @contextmanager
    def place(self, client: str, image: str) -> Iterator[None]:
        """Hold a place while the block runs. Raises OverBudget, or Unavailable("busy") where there is none."""
        with self._lock:
            self._check(client, image)
            self._inside[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[client] -= 1
                self._inside += Counter()  # who has none any more is forgotten

    def _check(self, client: str, image: str) -> None:
        taken, now = self._inside.total(), time.monotonic()
        if not taken:
            return
        if seconds := max(self._clients.seconds_left(client, now), self._images.seconds_left(image, now)):
            raise OverBudget(seconds)
        if taken >= self.places:
            raise _busy()
        if self._inside[client] and taken >= self.places * (1 - RESERVED):
            raise OverBudget(1)

    def _spend(self, client: str, image: str, megapixels: float) -> None:
        with self._lock:
            now = time.monotonic()
            self._clients.spend(client, megapixels, now)
            self._images.spend(image, megapixels, now)


def _busy() -> Unavailable:
    sentence = "Too many pictures off the tile grid are being drawn just now. Please try again in a few seconds."
    return Unavailable("busy", sentence)


@cache
def desk() -> Desk:
    """The one of this process."""
    return Desk(
        settings.GCIS_DRAW_PLACES,
        settings.GCIS_DRAW_SECONDS,
        settings.GCIS_CLIENT_MEGAPIXELS,
        settings.GCIS_IMAGE_MEGAPIXELS,
    )
