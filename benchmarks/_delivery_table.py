"""What was found, for people: a line for each server of each cell, the quality gate, and which aims were reached."""

import statistics
from collections.abc import Mapping, Sequence

from benchmarks._delivery_load import Load
from benchmarks._delivery_pictures import GROUPS
from benchmarks._delivery_plan import CPU, Cell
from benchmarks._delivery_quality import MOST_DELTA_E, Judged
from benchmarks._delivery_servers import IIPIMAGE

#: The loads of a cell by the server's name, one for each round.
Loads = Mapping[str, Sequence[Load]]


def ratio(loads: Loads, name: str, measure: str) -> float | None:
    """The median over the rounds of how many times better that server is than IIPImage in the same round."""
    if IIPIMAGE not in loads:
        return None
    pairs = zip(loads[name], loads[IIPIMAGE], strict=True)
    if measure == CPU:
        return statistics.median(theirs.cpu / ours.cpu if ours.cpu else 0.0 for ours, theirs in pairs)
    return statistics.median(ours.rate / theirs.rate if theirs.rate else 0.0 for ours, theirs in pairs)


def head() -> str:
    names = ("req/s", "p50 ms", "p95", "p99", "CPU ms", "MB before", "after", "kB", "failed", "x req/s", "x CPU")
    widths = (9, 9, 8, 8, 9, 11, 7, 8, 8, 9, 8)
    return f"{'':38}" + "".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True))


def line(cell: Cell, name: str, loads: Loads) -> str:
    """The medians of one server's rounds; failures are those of all rounds."""
    middle = {
        field: statistics.median(getattr(load, field) for load in loads[name])
        for field in ("rate", "p50", "p95", "p99", "cpu", "size")
    }
    before, after = loads[name][0].before, loads[name][-1].after
    text = f"{cell.name:24}{name:14}{middle['rate']:9,.0f}{middle['p50']:9,.1f}{middle['p95']:8,.0f}"
    text += f"{middle['p99']:8,.0f}{middle['cpu']:9.2f}{before:11.0f}{after:7.0f}{middle['size'] / 1e3:8.1f}"
    text += f"{sum(load.failed for load in loads[name]):8}"
    if name == IIPIMAGE or IIPIMAGE not in loads:
        return text
    return text + f"{ratio(loads, name, 'req/s'):8.2f}x{ratio(loads, name, CPU):7.2f}x"


def quality(judged: Sequence[Judged]) -> str:
    """A line for each kind and group: its picture that is nearest to the limits, or furthest beyond.

    The last column is the reference itself as a JPEG of the same quality: nobody can be better.
    """
    names = ("PSNR dB", "IIPImage", "at best", "dE00", "IIPImage", "at best")
    lines = [f"\n{'quality, worst picture':38}" + "".join(f"{name:>10}" for name in names)]
    for kind, group in dict.fromkeys((each.kind, each.picture.group) for each in judged):
        same = [each for each in judged if (each.kind, each.picture.group) == (kind, group)]
        worst = min(same, key=lambda each: min(each.ours.psnr - each.floor, MOST_DELTA_E - each.ours.delta_e))
        each_one = (worst.ours, worst.theirs, worst.reference)
        decibels = "".join(f"{each.psnr:10.2f}" if each else " " * 10 for each in each_one)
        differences = "".join(f"{each.delta_e:10.2f}" if each else " " * 10 for each in each_one)
        lines.append(f"{kind:18}{group:20}{decibels}{differences}{'' if worst.good else '  fails'}")
    return "\n".join(lines)


def verdicts(cells: Sequence[Cell], loads: Mapping[str, Loads], judged: Sequence[Judged]) -> tuple[str, bool]:
    """A line for each aim, and whether all of them were reached."""
    lines, all_reached = [f"\n{'aim':38}{'measure':>9}{'ratio':>9}{'reach':>8}"], True
    for cell in cells:
        poor = _poor(cell, judged)
        for name, reach in cell.reach.items():
            found = ratio(loads[cell.name], name, cell.measure)
            failed = sum(load.failed for load in loads[cell.name][name])
            told = _told(found, reach, failed, poor)
            all_reached = all_reached and told == "reached"
            said = "" if found is None else f"{found:.2f}x"
            lines.append(f"{cell.name:24}{name:14}{cell.measure:>9}{said:>9}{reach:7.1f}x  {told}")
    return "\n".join(lines), all_reached


def _told(found: float | None, reach: float, failed: int, poor: str) -> str:
    if failed:
        return f"lost: {failed} failed"
    if poor:
        return f"lost: quality of {poor}"
    if found is None:
        return "not compared"
    return "reached" if found >= reach else "missed"


def _poor(cell: Cell, judged: Sequence[Judged]) -> str:
    """The pictures of this cell whose quality is not good enough; line art and rings count with every group."""
    groups = {*cell.groups, *(each.picture.group for each in judged if each.picture.group not in GROUPS)}
    names = [
        each.picture.name
        for each in judged
        if each.kind == cell.kind and each.picture.group in groups and not each.good
    ]
    return ", ".join(names)
