"""The figures of a run as a page of Markdown."""

import os
from collections.abc import Iterable, Sequence

import psutil

from tests.faults.catalogue import FAULTS
from tests.faults.figures import Figures, table
from tests.faults.times import Times

HEAD = """\
# Faults

Every row breaks a whole site on one machine on purpose: PostgreSQL, Valkey, an S3 server, a web server of two processes
and two worker hosts, each a process of its own; row 1b breaks the embedded installation. Meanwhile visitors ask for 50
pages and pictures a second, and a collection management system sends 2 pictures a second and books of them.

* **lost** and **doubled**: each picture that was accepted must have one access master, one object, one step of its
  generation and one event; each book must be published as it was sent last; events must be numbered without gaps.
* **public**: visitors' requests; an answer with another status than 200, with other bytes than before, or none in 20 s
  has failed. While the one web server is dead because the row kills it, nobody is counted.
* **API**: answers of 2xx, 503 with `Retry-After`, and everything else.
* **recovery**: the longest time until work went on (or the API accepted, in rows about the database), and its bound.

At the end of every row all hosts stop in good time and leave no process, scratch folder or unfinished upload.
"""


def page(command: str, parts: Iterable[tuple[Times, Sequence[Figures]]], numbers: Sequence[str]) -> str:
    """One table for each set of times; `numbers` are those of all faults, in order."""
    memory = psutil.virtual_memory().total / 2**30
    machine = f"`{command}` on {os.cpu_count()} cores and {memory:.0f} GB, shared with other work."
    tables = [f"{_heading(times)}\n\n{table(list(rows))}" for times, rows in parts]
    return "\n".join([HEAD, machine, "", *tables, _must_hold(numbers)])


def _heading(times: Times) -> str:
    return (
        f"## With a lease of {times.lease:g} s\n\nHeartbeats every {times.beat:g} s, a look for lost jobs every "
        f"{times.reap:g} s and for due jobs every {times.dispatch:g} s."
    )


def _must_hold(numbers: Sequence[str]) -> str:
    lines = [f"* **{number}** {FAULTS[number].name}: {FAULTS[number].holds}" for number in numbers]
    return "\n".join(["## What must hold", "", *lines, ""])
