"""The rectangle around an SVG shape, which 2.1 clients want beside the shape (2.1 §6.1, §6.4)."""

import math
import re
from collections.abc import Iterator

Point = tuple[float, float]

_ELEMENT = re.compile(r"<(?:\w+:)?(path|polygon|polyline|rect|circle|ellipse|line)\b([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(rf"[MmLlHhVvCcSsQqTtAaZz]|{_NUMBER.pattern}")
#: How many numbers each command of a path takes (SVG 1.1 §8.3).
_TAKES = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7}


def rectangle_around(svg: str) -> str | None:
    """`xywh=` in whole pixels; None for shapes that are moved by a transform, and for what is no shape.

    Curves lie within the points that bend them, arcs about within the ellipse between their ends.
    """
    if "transform" in svg:
        return None
    points = [point for kind, said in _ELEMENT.findall(svg) for point in _points(kind, _attributes(said))]
    if not points or not all(math.isfinite(each) and abs(each) < 1e9 for point in points for each in point):
        return None
    left, top = (max(0, math.floor(min(each))) for each in zip(*points, strict=True))
    right, bottom = (math.ceil(max(each)) for each in zip(*points, strict=True))
    return f"xywh={left},{top},{max(1, right - left)},{max(1, bottom - top)}"


def _attributes(said: str) -> dict[str, str]:
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(said)}


def _points(kind: str, said: dict[str, str]) -> Iterator[Point]:
    if kind == "path":
        yield from _path(said.get("d", ""))
        return
    if kind in ("polygon", "polyline"):
        numbers = list(map(float, _NUMBER.findall(said.get("points", ""))))
        yield from zip(numbers[::2], numbers[1::2], strict=False)
        return
    x, y = (_number(said, first) or _number(said, second) for first, second in (("x", "cx"), ("y", "cy")))
    if kind == "line":
        yield from ((_number(said, f"x{end}"), _number(said, f"y{end}")) for end in (1, 2))
    elif kind == "rect":
        yield from ((x, y), (x + _number(said, "width"), y + _number(said, "height")))
    else:
        rx, ry = (_number(said, name) or _number(said, "r") for name in ("rx", "ry"))
        yield from ((x - rx, y - ry), (x + rx, y + ry))


def _number(said: dict[str, str], name: str) -> float:
    found = _NUMBER.match(said.get(name, "").strip())
    return float(found[0]) if found else 0.0


def _path(data: str) -> Iterator[Point]:
    """The points of a path. What follows a command that lacks numbers is not read."""
    steps = _STEP.findall(data)
    command, here, begin, place = "", (0.0, 0.0), (0.0, 0.0), 0
    while place < len(steps):
        if steps[place].isalpha():
            command, place = steps[place], place + 1
            if command in "Zz":
                here = begin
                continue
        takes = _TAKES.get(command.upper(), 0)
        given = steps[place : place + takes]
        if not takes or len(given) < takes or any(each.isalpha() for each in given):
            return
        points = list(_reached(command, [float(each) for each in given], here))
        yield from points
        here, place = points[-1], place + takes
        if command in "Mm":
            begin, command = here, "l" if command == "m" else "L"


def _reached(command: str, given: list[float], here: Point) -> Iterator[Point]:
    """The points that one command names; the last is where it ends."""
    x, y = here if command.islower() else (0.0, 0.0)
    kind = command.upper()
    if kind == "H":
        yield x + given[0], here[1]
    elif kind == "V":
        yield here[0], y + given[0]
    elif kind == "A":
        end = (x + given[5], y + given[6])
        middle = ((here[0] + end[0]) / 2, (here[1] + end[1]) / 2)
        yield from ((middle[0] - given[0], middle[1] - given[1]), (middle[0] + given[0], middle[1] + given[1]), end)
    else:
        yield from ((x + a, y + b) for a, b in zip(given[::2], given[1::2], strict=True))
