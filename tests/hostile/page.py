"""What was seen, as docs/hostile.md."""

import os
from collections import Counter
from collections.abc import Sequence

from tests.hostile.campaign import SMALL, Tally
from tests.hostile.catalogue import Attack
from tests.hostile.trial import ACCEPTED, BROKEN, CRASHED, LIMITS, Outcome

_HEAD = """\
# Hostile files

Every file goes through the conversion process as a worker gives it: a look, then the conversion. Each must end within
its limits of time, memory and disk; the worker and its next picture must not notice; nothing may be left behind; and
what is accepted must decode completely, in another process, at every level.

* **verdict**: *accepted*, or the code of the refusal that the sender reads, in a sentence. *crashed N*: the child was
  ended by signal N, which the job treats as a crash (it is tried again, and given up after three). *broken*: our fault.
* **peak**: the highest resident memory of the child during this file.

"""


def page(command: str, attacks: Sequence[tuple[Attack, Outcome]], tallies: Sequence[Tally], seconds: float) -> str:
    """The page of this run."""
    machine = f"{os.cpu_count()} cores"
    parts = [_HEAD, f"`{command}` on {machine}, {seconds:.0f} s.\n\n", _attacks(attacks)]
    if tallies:
        parts.append(_mutations(tallies))
    return "".join(parts)


def _attacks(attacks: Sequence[tuple[Attack, Outcome]]) -> str:
    wrong = [(a, o) for a, o in attacks if o.wrong or o.verdict not in a.verdicts]
    lines = [
        "## The attacks by file\n\n",
        f"{len(attacks)} files; numbers are those of the threat list. At most {LIMITS.seconds:g} s, "
        f"{LIMITS.memory >> 20} MB of address space, {LIMITS.pixels / 1e6:g} Mpx and {LIMITS.file >> 20} MB on disk, "
        "or what a site has by default (*).\n\n",
        "| # | file | verdict | seconds | peak MB |  |\n|---|---|---|---|---|---|\n",
    ]
    for attack, outcome in attacks:
        star = "" if attack.limits == LIMITS else " *"
        state = "**not as it must be**" if (attack, outcome) in wrong else ""
        lines.append(
            f"| {attack.number} | {attack.name}{star} | {outcome.verdict} | {outcome.seconds:.2f} | "
            f"{outcome.peak >> 20} | {state} |\n"
        )
    lines += [f"\n* {a}: {o.verdict} {o.sentence} {'; '.join(o.wrong)}" for a, o in wrong]
    return "".join(lines) + "\n"


def _mutations(tallies: Sequence[Tally]) -> str:
    total: Counter[str] = sum((tally.verdicts for tally in tallies), Counter())
    names = sorted(total, key=lambda name: (name != ACCEPTED, name.startswith(CRASHED), -total[name]))
    many = total.total()
    slowest, largest = max(tally.slowest for tally in tallies), max(tally.peak for tally in tallies)
    crashed = sum(count for name, count in total.items() if name.startswith(CRASHED))
    lines = [
        "\n## Mutated files\n\n",
        f"{many} files: flipped bits, changed, lost and repeated bytes, zeros, cut ends, numbers at the edge of their "
        f"range, tags with other types, counts and values; of {len(tallies)} kinds of picture of 200 x 150. At most "
        f"{SMALL.seconds:g} s, {SMALL.memory >> 20} MB, {SMALL.pixels / 1e6:g} Mpx.\n\n",
        f"{total[ACCEPTED]} accepted and decoded at every level, {many - total[ACCEPTED] - crashed - total[BROKEN]} "
        f"refused with a reason, {crashed} ended by a signal, {total[BROKEN]} broken; the slowest took "
        f"{slowest:.1f} s, the largest held {largest >> 20} MB.\n\n",
        "| picture | " + " | ".join(names) + " | slowest s | peak MB |\n" + "|---" * (len(names) + 3) + "|\n",
    ]
    for tally in tallies:
        counts = " | ".join(str(tally.verdicts[name] or "") for name in names)
        lines.append(f"| {tally.seed} | {counts} | {tally.slowest:.2f} | {tally.peak >> 20} |\n")
    lines.append("| **all** | " + " | ".join(str(total[name]) for name in names) + " |  |  |\n")
    lines += [f"\n* {line}" for tally in tallies for line in tally.wrong]
    return "".join(lines) + "\n"
