"""Lines of the log: one shape for all who log, no secrets, and events that somebody has written down."""

import ast
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from gcis.core import logs
from tests.test_architecture import sources

ROOT = Path(__file__).parents[1]
_EVENT = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \|", re.MULTILINE)
_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log", "msg", "fatal", "warn"}
Lines = Callable[[], list[str]]


@pytest.fixture
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    """What the root logger writes with our formatter; `style` by parameter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(getattr(request, "param", "json")))
    root = logging.getLogger()
    root.addHandler(handler)
    structlog.contextvars.clear_contextvars()
    yield lambda: stream.getvalue().splitlines()
    structlog.contextvars.clear_contextvars()
    root.removeHandler(handler)


console = pytest.mark.parametrize("lines", ["console"], indirect=True)
both = pytest.mark.parametrize("lines", ["json", "console"], indirect=True)


# --------------------------------------------------------------------------------------------------------------- shape
def test_a_line_is_an_object_with_facts(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request="abc", job="def")
    structlog.get_logger("images.test").warning("picture.odd", number=3, path=Path("/x"))
    (line,) = map(json.loads, lines())
    at = datetime.fromisoformat(line.pop("timestamp"))
    assert at.utcoffset() == timedelta(0)
    assert line == {
        "event": "picture.odd",
        "level": "warning",
        "logger": "images.test",
        "number": 3,
        "path": "PosixPath('/x')",
        "request": "abc",
        "job": "def",
    }


def test_others_go_the_same_way(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request="abc")
    logging.getLogger("celery.test").error("lost %s", "it", extra={"status_code": 500, "request_object": object()})
    (line,) = map(json.loads, lines())
    assert line.keys() == {"event", "level", "logger", "timestamp", "request", "status_code"}
    assert (line["event"], line["level"], line["logger"]) == ("lost it", "error", "celery.test")


@both
def test_an_exception_is_there_without_the_values_of_variables(lines: Lines) -> None:
    hidden = "never" + "-to-be-shown"
    try:
        _ = {hidden: 1}["x"]
    except KeyError:
        structlog.get_logger("test").exception("thing.broken")
    text = "\n".join(lines())
    assert "KeyError: 'x'" in text
    assert "Traceback" in text
    assert "never-to-be-shown" not in text


@console
def test_a_name_cannot_make_a_line_of_its_own(lines: Lines) -> None:
    structlog.get_logger("test").warning("file.odd", name="a\n2026 [error] forged")
    assert len(lines()) == 1


@both
def test_text_that_is_no_text_does_no_harm(lines: Lines) -> None:
    structlog.get_logger("test").warning("file.odd", name="\udcff\u2028é")
    assert len(lines()[0].encode("utf-8", "backslashreplace").splitlines()) == 1


def test_other_styles_are_refused() -> None:
    with pytest.raises(ValueError, match="xml"):
        logs.formatter("xml")


def test_nobody_beside_the_root_writes_lines() -> None:
    """In a process of its own: this one's handlers are pytest's."""
    script = (
        "import os, django, logging; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup()\n"
        "found = {n: l.handlers for n, l in logging.root.manager.loggerDict.items() if getattr(l, 'handlers', None)}\n"
        "print({name for name, handlers in found.items() if any(type(h) is not logging.NullHandler for h in handlers)},"
        " len(logging.root.handlers))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "set() 1\n"


# ------------------------------------------------------------------------------------------------------------- secrets
@both
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("gcis_abcdefghijkl_" + "A1b2" * 11, "A1b2A1b2"),
        ("Authorization: Bearer eyJhbGciOi.x-y", "eyJhbGciOi"),
        ("Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
        ("redis://:hunter2@broker:6379/0", "hunter2"),
        ("postgres://gcis:hunter2@db/gcis refused", "hunter2"),
        ("https://s3/x?X-Amz-Credential=AKIA123&X-Amz-Signature=deadbeef&x=1", "deadbeef"),
        ("https://s3/x?X-Amz-Credential=AKIA123&X-Amz-Signature=deadbeef&x=1", "AKIA123"),
        ("/iiif/3/x?token=hunter2", "hunter2"),
        ("Cookie: sessionid=abcdef123456; csrftoken=fedcba", "abcdef123456"),
        ("Cookie: sessionid=abcdef123456; csrftoken=fedcba", "fedcba"),
    ],
)
def test_secrets_are_removed_wherever_they_stand(lines: Lines, text: str, secret: str) -> None:
    structlog.get_logger("test").warning("thing.seen", fact=text, more=[{"deep": text}])
    logging.getLogger("test").warning(text)
    try:
        int(text)
    except ValueError:
        logging.getLogger("test").exception("broken")
    written = "\n".join(lines())
    assert secret not in written
    assert logs.REMOVED in written
    assert "thing.seen" in written


def test_facts_that_are_secrets_by_name_are_removed(lines: Lines) -> None:
    structlog.get_logger("test").warning("thing.seen", password="a", Authorization="b", cookie="c", token=7)
    (line,) = map(json.loads, lines())
    assert (line["password"], line["Authorization"], line["cookie"]) == (logs.REMOVED,) * 3
    assert line["token"] == 7, "a job's fencing token is a number and no secret"


@both
def test_addresses_without_secrets_stay_as_they_are(lines: Lines) -> None:
    for text in (
        "https://example.org/iiif/3/x/full/max/0/default.jpg?page=2",
        "mail to a@b.example",
        "s3://bucket/key",
    ):
        structlog.get_logger("test").warning("thing.seen", fact=text)
        assert text in lines()[-1]


# -------------------------------------------------------------------------------------------------------------- events
def calls(source: str) -> Iterator[tuple[int, ast.expr | None]]:
    """Line and first argument of every call of `log`."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("log", "logger", "_log")
            and node.func.attr in _METHODS
        ):
            yield node.lineno, node.args[0] if len(node.args) == 1 else None


def names_of(argument: ast.expr | None) -> list[str]:
    """The event, or either of two; empty for what is not a constant `noun.verb` and the only positional argument."""
    if isinstance(argument, ast.IfExp):
        return names_of(argument.body) + names_of(argument.orelse)
    value = argument.value if isinstance(argument, ast.Constant) else None
    return [value if isinstance(value, str) and _EVENT.fullmatch(value) else ""]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('log.info("job.fenced", key=1)', ["job.fenced"]),
        ('log.info("job.fenced %s", key)', [""]),
        ('log.info(f"job.{x}")', [""]),
        ('log.info("Something happened")', [""]),
        ('log.info("a.found" if x else "a.lost", x=1)', ["a.found", "a.lost"]),
        ('log.info("a.found" if x else y, x=1)', ["a.found", ""]),
        ('catalog.info("x")', []),
    ],
)
def test_the_search_finds_events(source: str, names: list[str]) -> None:
    assert [name for _, argument in calls(source) for name in names_of(argument)] == names


def logged() -> dict[str, list[str]]:
    """Every event in the tree, and where it is logged."""
    found: dict[str, list[str]] = {}
    for path in sources():
        for line, argument in calls(path.read_text()):
            for name in names_of(argument):
                found.setdefault(name, []).append(f"{path.relative_to(ROOT)}:{line}")
    return found


def test_event_names_are_constants() -> None:
    assert logged().get("", []) == []


def test_loggers_are_structured() -> None:
    plain = [str(path.relative_to(ROOT)) for path in sources() if "= logging.getLogger(__name__)" in path.read_text()]
    assert plain == []


def test_every_event_is_written_down_and_no_other() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    events = page[page.index("## Events") :].partition("\n## ")[0]
    rows = _ROW.findall(events)
    assert len(rows) == len(set(rows))
    assert set(rows) == logged().keys() - {""}
