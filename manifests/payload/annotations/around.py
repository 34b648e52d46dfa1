"""What annotations may be about, by the names that senders know, and the regions of it that there are."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from manifests.payload.properties.way import Way

#: Media Fragments 1.0 §4.2: a rectangle, in pixels or percent; a span of time in seconds.
_NUMBER = r"\d{1,15}(?:\.\d{1,15})?"
_XYWH = re.compile(rf"xywh=(?P<unit>pixel:|percent:)?({_NUMBER}),({_NUMBER}),({_NUMBER}),({_NUMBER})")
_TIME = re.compile(rf"t=(?:npt:)?(?P<begin>{_NUMBER})?(?:,(?P<end>{_NUMBER}))?")


@dataclass(frozen=True, slots=True)
class Spot:
    """Something of ours that can be annotated: its internal reference, and its size as far as it has one."""

    reference: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """`find` knows what is named by a uuid, a reference, an address of ours, or its source's key; None: not here.

    `annotation` knows the annotations of ours by their names. `subject` is what is annotated where nothing is said.
    """

    find: Callable[[str], Spot | None]
    annotation: Callable[[str], UUID | None]
    subject: Spot | None = None


def region(text: str, spot: Spot, way: Way) -> str:
    """A fragment (`xywh=0,0,10,10`, `t=1,2`, both with & between them) that lies within the thing."""
    for part in text.split("&"):
        if found := _XYWH.fullmatch(part):
            _check_rectangle(found["unit"], [float(found[n]) for n in range(2, 6)], spot, way)
        elif (found := _TIME.fullmatch(part)) and part != "t=":
            _check_span(found["begin"], found["end"], spot, way)
        else:
            raise way.fault("region", "It must be a region such as xywh=0,0,100,100, or a span of time such as t=1,2.")
    return text


def _check_rectangle(unit: str | None, numbers: list[float], spot: Spot, way: Way) -> None:
    x, y, width, height = numbers
    if not width or not height:
        raise way.fault("region", "The region is empty.")
    most = (100, 100) if unit == "percent:" else (spot.width or math.inf, spot.height or math.inf)
    if way.lenient or (x + width <= most[0] and y + height <= most[1]):
        return
    size = "100 per cent" if unit == "percent:" else f"{spot.width} by {spot.height}"
    raise way.fault("outside", f"The region reaches beyond what it is on, which is {size}.")


def check_point(x: float | None, y: float | None, spot: Spot, way: Way) -> None:
    """Faulty for a point outside."""
    beyond = (x or 0) > (spot.width or math.inf) or (y or 0) > (spot.height or math.inf)
    if beyond and not way.lenient:
        raise way.fault("outside", f"The point is beyond what it is on, which is {spot.width} by {spot.height}.")


def _check_span(begin: str | None, end: str | None, spot: Spot, way: Way) -> None:
    first, last = float(begin or 0), float(end) if end else math.inf
    if first >= last:
        raise way.fault("region", "The span of time is empty.")
    beyond = first >= (spot.duration or math.inf) or (end is not None and last > (spot.duration or math.inf))
    if beyond and not way.lenient:
        raise way.fault("outside", f"The span reaches beyond its end, which is at {spot.duration} seconds.")
