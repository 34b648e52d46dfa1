"""What a web process knows of open images for two seconds: visitors ask for the same ones again and again.

Of what anybody may have, and only what the database has just said. What is closed, withdrawn, renamed or replaced is
so at the latest after WINDOW seconds; what is not open is looked up each time.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from gcis.core import lastknown
from gcis.core.lanes import RENEW, WINDOW
from gcis.events.models import Event
from images.facts import ImageFacts

#: What happens to an image after which visitors are to get something else.
NEWS = tuple(
    f"image.{what}"
    for what in ("ready", "renamed", "merged", "took_over", "withdrawn", "erased", "restored", "purged", "restricted")
)

clock = time.monotonic


@dataclass(slots=True, eq=False)
class Held:
    """An open image under its current name: good until a moment of the clock, to be looked up again before that.

    It is the same object as long as the facts are the same.
    """

    facts: ImageFacts
    until: float = 0.0
    renew: float = 0.0


_lock = threading.Lock()
_held: OrderedDict[str, Held] = OrderedDict()


def forget() -> None:
    with _lock:
        _held.clear()


def on_news(event: Event) -> None:
    """In the process in which it happens it shows at once; in the others within WINDOW seconds."""
    transaction.on_commit(forget, robust=True)


def hold(identifier: str, found: ImageFacts | None, now: datetime, began: float) -> Held | None:
    """This is what the database has under that name, asked no earlier than `began`. None: it is not held."""
    if not settings.GCIS_KNOWN_IMAGES or lastknown.recalled():
        return None
    open_ = found and found.ready and found.identifier == identifier and found.policy.is_open(now)
    with _lock:
        held = _held.pop(identifier, None)
        if not found or not open_:
            return None
        if held is None or held.facts != found:
            held = Held(found)
        held.until, held.renew = began + WINDOW, began + RENEW
        _held[identifier] = held
        if len(_held) > settings.GCIS_KNOWN_IMAGES:
            _held.popitem(last=False)
    return held


def settled(identifier: str) -> Held | None:
    """What is held under that name, unless somebody should look it up again."""
    held = _held.get(identifier)
    return held if held and clock() < held.renew else None


def fresh(identifier: str) -> Held | None:
    """What is held under that name; None for who has to look it up: one before it is over, then everybody."""
    held, now = _held.get(identifier), clock()
    if held is None or now >= held.until:
        return None
    if now >= held.renew:
        held.renew = held.until  # this one has it looked up; the others are answered meanwhile
        return None
    return held
