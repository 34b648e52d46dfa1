"""docs/settings.md names every variable that the settings read, with its default, and no other."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| `([A-Z0-9_]+)` \| (.*?) \| (.+) \|$", re.MULTILINE)
#: Read by who starts the web server, before there are settings.
ELSEWHERE = {"GCIS_WEB_ADDRESS", "GCIS_WEB_PORT", "GCIS_WEB_PROCESSES"}
UNKNOWN = object()


@dataclass(frozen=True)
class Read:
    """One call of `env`: the variable (or how its name begins), and its default where that is a constant."""

    name: str
    default: object
    is_prefix: bool = False


def reads(source: str) -> list[Read]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env" and node.args:
            default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
            name = node.args[0]
            if isinstance(name, ast.Constant):
                found.append(Read(str(name.value), _constant(default)))
            elif isinstance(name, ast.JoinedStr) and isinstance(first := name.values[0], ast.Constant):
                found.append(Read(str(first.value), UNKNOWN, is_prefix=True))
    return found


def _constant(node: ast.expr | None) -> object:
    """The value of `20`, `2 << 30`, `[]`; UNKNOWN for what only the settings know."""
    if node is None or any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node)):
        return UNKNOWN
    return eval(compile(ast.Expression(node), "settings", "eval"), {})


def shown(default: object) -> str:
    """As the page has it."""
    if isinstance(default, bool):
        return str(default).lower()
    if default in ("", []):
        return "none"
    return f"`{', '.join(default)}`" if isinstance(default, list) else f"`{default}`"


def documented() -> dict[str, str]:
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = _ROW.findall(page)
    assert len(rows) == len({name for name, _, _ in rows}), "a variable has two rows"
    return {name: default for name, default, _ in rows}


def settings_read() -> list[Read]:
    return reads((ROOT / "gcis" / "settings.py").read_text())


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('env("A", default="")', [Read("A", "")]),
        ('env.int("A", default=2 << 3)', [Read("A", 16)]),
        ('env.int("A", default=max(2, 3))', [Read("A", UNKNOWN)]),
        ('env(f"A_{b}", default=str(c))', [Read("A_", UNKNOWN, is_prefix=True)]),
        ('environment("A")', []),
    ],
)
def test_reading_finds_variables_and_defaults(line: str, found: list[Read]) -> None:
    assert reads(line) == found


def test_every_variable_is_documented() -> None:
    names = documented()
    missing = [
        read.name
        for read in settings_read()
        if not (any(name.startswith(read.name) for name in names) if read.is_prefix else read.name in names)
    ]
    assert missing == []


def test_nothing_is_documented_that_is_not_read() -> None:
    read = settings_read()
    names = {each.name for each in read if not each.is_prefix} | ELSEWHERE
    prefixes = tuple(each.name for each in read if each.is_prefix)
    assert [name for name in documented() if name not in names and not name.startswith(prefixes)] == []


def test_defaults_are_those_of_the_settings() -> None:
    page = documented()
    wanted: dict[str, set[str]] = {}
    for each in settings_read():
        if each.default is not UNKNOWN and each.name in page:
            wanted.setdefault(each.name, set()).add(shown(each.default))
    differing = {name: page[name] for name, defaults in wanted.items() if page[name] not in defaults}
    assert differing == {}


def test_the_web_server_reads_what_is_said_of_it() -> None:
    source = (ROOT / "gcis" / "embedded" / "web.py").read_text()
    assert {name for name in ELSEWHERE if name in source} == ELSEWHERE
