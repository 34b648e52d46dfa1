"""What is measured: the matrix of DESIGN §11 and what stands beside it, each with the ratio that it has to reach."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._delivery_cells import Wish, mix, wishes
from benchmarks._delivery_pictures import GROUPS, Picture
from benchmarks._delivery_servers import DJANGO, LANE

CPU, RATE = "CPU", "req/s"
#: The matrix: kinds of derivatives, each in every group, and by which ratio we have to be better through each way.
MATRIX: dict[str, dict[str, float]] = {
    "tile": {LANE: 5, DJANGO: 3},
    "128": {LANE: 1.3},
    "1024": {LANE: 1.2},
    "4096": {LANE: 1.2},
    "region": {LANE: 1.2},
}
MIXED = {LANE: 1.7}
MIX_CONNECTIONS = (10, 100, 1000)
#: What stands beside it: the groups whose pictures are asked for together, and the ratio.
BESIDE: dict[str, tuple[tuple[str, ...], dict[str, float]]] = {
    "edge tile": (("small", "medium", "large"), {LANE: 1.2}),
    "512 tile": (("medium", "large"), {LANE: 10}),
    "1024 tile": (("medium", "large"), {LANE: 10}),
    "sizes": (("small", "medium"), {LANE: 10}),
    "full/max": (("small",), {LANE: 10}),
}
CONNECTIONS = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """Requests of one list, over so many connections, in so many rounds of so many seconds.

    `reach`: by which ratio of `measure` (processor time of a request, or answers a second) the named server has to be
    better than IIPImage; only these are asked.
    """

    name: str
    kind: str
    groups: tuple[str, ...]
    wishes: tuple[Wish, ...]
    connections: int
    seconds: int
    rounds: int
    measure: str
    reach: dict[str, float]


def cells(pictures: Sequence[Picture], only: Sequence[str], quick: bool) -> list[Cell]:
    """Those of the kinds in `only`, of all where it is empty."""
    found = [*_matrix(pictures, quick), *_mixes(pictures, quick), *_beside(pictures, quick)]
    return [cell for cell in found if cell.wishes and (not only or cell.kind in only)]


def kinds(pictures: Sequence[Picture], found: Sequence[Cell]) -> dict[Picture, list[str]]:
    """The kinds of derivatives that these cells ask of the first picture of each group, and all kinds of line art."""
    first = {picture.group: picture for picture in reversed(pictures)}
    return {
        picture: list(dict.fromkeys(cell.kind for cell in found if cell.kind != "mix" and _looked_at(cell, group)))
        for group, picture in first.items()
    }


def _looked_at(cell: Cell, group: str) -> bool:
    return group in cell.groups or group not in GROUPS


def _matrix(pictures: Sequence[Picture], quick: bool) -> list[Cell]:
    found = []
    for kind, reach in MATRIX.items():
        heavy = kind == "4096"
        for group in GROUPS:
            listed = tuple(wishes(kind, _of(pictures, (group,))))
            rounds = 1 if quick else 2 if heavy else 3
            seconds = 2 if heavy and not quick else 1
            name = f"{kind}, {group}"
            found.append(Cell(name, kind, (group,), listed, CONNECTIONS, seconds, rounds, CPU, reach))
    return found


def _mixes(pictures: Sequence[Picture], quick: bool) -> list[Cell]:
    photographs = _of(pictures, tuple(GROUPS))
    listed, rounds, seconds = tuple(mix(photographs)), 1 if quick else 2, 2 if quick else 3
    return [
        Cell(f"mix, {each:,} connections", "mix", tuple(GROUPS), listed, each, seconds, rounds, RATE, MIXED)
        for each in MIX_CONNECTIONS
    ]


def _beside(pictures: Sequence[Picture], quick: bool) -> list[Cell]:
    found = []
    for kind, (groups, reach) in BESIDE.items():
        listed = tuple(wishes(kind, _of(pictures, groups)))
        found.append(Cell(kind, kind, groups, listed, CONNECTIONS, 1, 1 if quick else 2, CPU, reach))
    return found


def _of(pictures: Sequence[Picture], groups: Sequence[str]) -> list[Picture]:
    return [picture for picture in pictures if picture.group in groups]
