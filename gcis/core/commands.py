"""What the commands of the house share: who acts, how faults end, and lines, tables and progress for people."""

import getpass
import os
import time
import unicodedata
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from types import SimpleNamespace
from typing import IO, Any, TypeVar, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from gcis.core.errors import SourceFault, Unavailable
from gcis.core.outcomes import Outcome, for_each

Thing = TypeVar("Thing")

#: Exit status of what may succeed later (sysexits.h: EX_TEMPFAIL), and of what was interrupted at the keyboard.
TRY_LATER, INTERRUPTED = 75, 130
#: Seconds between two lines of progress where there is no terminal.
LINE_SECONDS = 5
#: On a terminal so many lines are listed before the rest is only counted; elsewhere all are.
MOST_LINES = 40
LONGEST_ACTOR = 200


class ServiceCommand(BaseCommand):
    """A command that calls services. Subclasses have `help`, an `example`, and `work`.

    Exit status: 0 done; 1 refused or something failed, with the sentence that says why; 2 not understood; 75 try later.
    """

    example = ""
    #: Those are for `./run check`; a command need not know the whole URL space.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog=f"Example: {self.example}", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.work(SimpleNamespace(**options))
        except SourceFault as fault:
            fields = [f"{each.field}: {each.sentence}" for each in fault.fields]
            raise CommandError("\n".join([fault.sentence, *fields])) from fault
        except Unavailable as fault:
            raise CommandError(fault.sentence, returncode=TRY_LATER) from fault
        except KeyboardInterrupt:
            raise CommandError("Interrupted. What was done stays done.", returncode=INTERRUPTED) from None

    def work(self, options: Any) -> None:
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------------ for every screen
    @cached_property
    def terminal(self) -> Console:
        self.stdout.ending = ""  # rich writes its own
        return Console(file=cast(IO[str], self.stdout), highlight=False, soft_wrap=True)

    def say(self, line: str) -> None:
        self.terminal.print(tidy(line), markup=False)

    def note(self, line: str) -> None:
        """Beside the result: to stderr."""
        self.stderr.write(tidy(line), style_func=str)

    def lines(self, word: str, lines: Sequence[str]) -> None:
        """One thing per line after the word for all of them; on a terminal the first ones."""
        shown = lines[:MOST_LINES] if self.terminal.is_terminal else lines
        for line in shown:
            self.say(f"{word}  {line}")
        if len(lines) > len(shown):
            self.say(f"{word}  ... and {len(lines) - len(shown)} more")

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table on a terminal; elsewhere a line per row, with tabs between the columns and no titles."""
        if self.terminal.is_terminal:
            self.terminal.print(as_table(columns, rows), soft_wrap=False)
            return
        for row in rows:
            self.stdout.write("\t".join(tidy(cell) for cell in row), ending="\n")

    def busy(self, what: str) -> AbstractContextManager[object]:
        """A sign of life on a terminal while the block runs."""
        return self.terminal.status(Text(tidy(what)))

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar while the block runs; elsewhere a line now and then. The function takes how many are done."""
        if not self.terminal.is_terminal:
            yield _Lines(self.say, what, total).tell
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self.terminal, transient=True) as bar:
            task = bar.add_task(tidy(what), total=total)
            yield lambda done: bar.update(task, completed=done)

    # ------------------------------------------------------------------------------------------------------ many things
    def each(self, what: str, things: Sequence[Thing], service: Callable[[Thing], object]) -> Outcome:
        """Call the service for each, with progress. What is refused is counted and keeps no other from its turn."""
        with self.progress(what, len(things)) as tell:

            def told() -> Iterator[Thing]:
                for number, thing in enumerate(things):
                    tell(number)
                    yield thing

            return for_each(told(), service)

    def conclude(self, outcome: Outcome, done: str) -> None:
        """Say what became of many things; CommandError when any was refused."""
        if outcome.refused:
            raise CommandError(outcome.sentence(done))
        self.say(outcome.sentence(done))


class _Lines:
    """Progress where nothing can be drawn over."""

    def __init__(self, say: Callable[[str], None], what: str, total: int) -> None:
        self._say, self._what, self._total = say, what, total
        self._last = time.monotonic()

    def tell(self, done: int) -> None:
        if time.monotonic() - self._last > LINE_SECONDS:
            self._last = time.monotonic()
            self._say(f"{self._what}: {done} of {self._total}")


def as_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*columns, box=SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(Text(tidy(cell)) for cell in row))
    return table


def tidy(text: str) -> str:
    """The text on one line: names of files may hold what would move the cursor or break a line."""
    return "".join(" " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character for character in text)


def counted(number: int, thing: str) -> str:
    """`1 picture`, `2 pictures`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


# ------------------------------------------------------------------------------------------------------------ arguments
def add_actor(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--actor", type=_actor, default=default_actor(), metavar="NAME", help="who does it, as history will have it"
    )


def add_dry_run(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")


def add_wait(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--wait", action="store_true", help="show progress until the work is over; status 1 if any failed"
    )


def default_actor() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        name = f"user {os.getuid()}"
    return f"command {name}"


def _actor(text: str) -> str:
    name = tidy(text).strip()
    if not 0 < len(name) <= LONGEST_ACTOR:
        raise ArgumentTypeError(f"a name has 1 to {LONGEST_ACTOR} characters")
    return name


def misused(sentence: str) -> CommandError:
    """The arguments do not go together; ends as argparse does."""
    return CommandError(sentence, returncode=2)
