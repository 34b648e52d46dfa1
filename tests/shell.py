"""Run a command of ours as a person does, and see what it printed and how it ended."""

from dataclasses import dataclass
from io import StringIO

from django.core.management import CommandError, call_command

from tests.work import statements, writes


@dataclass(frozen=True)
class Ended:
    """What went to stdout; what went to stderr, the sentence of a refusal included; the exit status."""

    out: str
    err: str
    status: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Screen(StringIO):
    """A terminal, as far as a program can tell."""

    def isatty(self) -> bool:
        return True


def run(*words: object, terminal: bool = False) -> Ended:
    out, err = Screen() if terminal else StringIO(), StringIO()
    status = 0
    try:
        call_command(*map(str, words), stdout=out, stderr=err)
    except CommandError as error:
        status = error.returncode
        err.write(f"{error}\n")
    return Ended(out.getvalue(), err.getvalue(), status)


def rehearse(*words: object) -> Ended:
    """The same with --dry-run, which must not write anything."""
    with statements() as sent:
        ended = run(*words, "--dry-run")
    assert sent, "it has asked at least"
    assert writes(sent) == []
    return ended
