"""What all commands have in common, shown on one that serves nobody else."""

import getpass
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gcis.core import commands
from gcis.core.commands import ServiceCommand, add_actor, as_table, default_actor, misused, tidy
from gcis.core.errors import FieldFault, SourceFault, Unavailable
from tests.shell import Screen


class Sample(ServiceCommand):
    help = "A command for tests."
    example = "./run manage sample"
    error: BaseException | None = None

    def add_arguments(self, parser: Any) -> None:
        add_actor(parser)

    def work(self, options: Any) -> None:
        if self.error:
            raise self.error
        self.actor = options.actor


def ended(error: BaseException) -> CommandError:
    command = Sample()
    command.error = error
    with pytest.raises(CommandError) as caught:
        call_command(command)
    return caught.value


def on(screen: bool) -> tuple[Sample, Any]:
    out = Screen()
    out.isatty = lambda: screen  # type: ignore[method-assign]
    return Sample(stdout=out), out


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (SourceFault("gone", "It is gone."), 1, "It is gone."),
        (
            SourceFault(
                "bad", "Two things are wrong.", (FieldFault("a", "x", "No."), FieldFault("b", "y", "Nor that."))
            ),
            1,
            "Two things are wrong.\na: No.\nb: Nor that.",
        ),
        (Unavailable("busy", "Later, please."), 75, "Later, please."),
        (KeyboardInterrupt(), 130, "Interrupted. What was done stays done."),
        (misused("One or the other."), 2, "One or the other."),
    ],
)
def test_refusals_end_with_their_sentence_and_a_status(error: BaseException, status: int, sentence: str) -> None:
    caught = ended(error)
    assert (caught.returncode, str(caught)) == (status, sentence)


def test_what_is_our_fault_is_loud() -> None:
    command = Sample()
    command.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        call_command(command)


def test_who_acts_is_the_user_of_the_machine_or_who_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "jane")
    command = Sample()
    call_command(command)
    assert command.actor == "command jane"
    call_command(command, "--actor", "nightly import")
    assert command.actor == "nightly import"
    with pytest.raises(CommandError, match="1 to 200 characters"):
        call_command(command, "--actor", " ")


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert default_actor().startswith("command user ")


def test_help_ends_with_an_example() -> None:
    assert Sample().create_parser("manage.py", "sample").format_help().endswith("Example: ./run manage sample\n")


# --------------------------------------------------------------------------------------------------------------- output
def test_a_pipe_gets_plain_lines_with_tabs() -> None:
    command, out = on(False)
    command.table(("name", "why"), [("a [bold]b", "x" * 300), ("c\nd", "")])
    assert out.getvalue() == f"a [bold]b\t{'x' * 300}\nc d\t\n"


def test_a_terminal_gets_a_table_with_titles() -> None:
    command, out = on(True)
    command.table(("name", "why"), [("a [bold]b", "because")])
    assert "name" in out.getvalue()
    assert "a [bold]b" in out.getvalue()
    assert as_table(("name",), [("x",)]).row_count == 1


def test_a_terminal_gets_the_first_lines_and_a_pipe_all() -> None:
    many = [str(number) for number in range(commands.MOST_LINES + 5)]
    command, out = on(True)
    command.lines("found", many)
    assert out.getvalue().splitlines()[-1] == "found  ... and 5 more"
    assert len(out.getvalue().splitlines()) == commands.MOST_LINES + 1
    command, out = on(False)
    command.lines("found", many)
    assert out.getvalue().splitlines() == [f"found  {each}" for each in many]


def test_names_of_files_cannot_move_the_cursor() -> None:
    assert tidy("a\x1b[2Jb\r\nc\u2028d") == "a [2Jb  c d"


def test_progress_is_a_line_now_and_then_where_nothing_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "LINE_SECONDS", -1)
    command, out = on(False)
    done: list[str] = []
    outcome = command.each("Doing", ["a", "b"], done.append)
    assert (outcome.done, done) == (2, ["a", "b"])
    assert out.getvalue().splitlines() == ["Doing: 0 of 2", "Doing: 1 of 2"]


def test_a_bar_leaves_a_terminal_clean() -> None:
    command, out = on(True)
    with command.progress("Doing", 3) as tell:
        tell(2)
    assert "2/3" in out.getvalue()
    assert out.getvalue().endswith("\x1b[2K"), "the line is erased"


def test_what_is_refused_keeps_no_other_from_its_turn() -> None:
    command, _ = on(False)

    def service(thing: int) -> None:
        if thing == 1:
            raise SourceFault("one", "One is not liked.")

    outcome = command.each("Doing", [0, 1, 2], service)
    with pytest.raises(CommandError, match="2 done; 1 not: One is not liked"):
        command.conclude(outcome, "done")
