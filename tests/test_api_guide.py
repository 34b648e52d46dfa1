"""The integrator's page: everything in it is run, one command after the other, against a server with a worker."""

import io
import json
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from images.conversion import pipeline
from tests.media import sources as media
from tests.work import run_due

GUIDE = Path(__file__).parents[1] / "docs" / "api.md"
BASE = "https://images.example.org"
#: In an example: whatever stands there.
ANYTHING = "…"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks() -> list[tuple[str, str]]:
    """The language and the text of every block of code, in order."""
    return _BLOCK.findall(GUIDE.read_text())


def script(base: str) -> str:
    """All commands in one shell; what those of a block print goes to a file with its number."""
    parts = ["set -euo pipefail"]
    for number, (language, text) in enumerate(blocks()):
        if language == "sh":
            parts.append(f"{{\n{text}}} > {number}.out")
    return "\n".join(parts).replace(BASE, base) + "\n"


def values(text: str) -> list[Any]:
    """The JSON values that were printed one after the other."""
    found, decoder, rest = [], json.JSONDecoder(), text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].strip()
    return found


def differences(shown: Any, answered: Any, place: str = "") -> list[str]:
    """Where the answer is not as it is shown; an example may leave members of objects out."""
    if shown == ANYTHING:
        return []
    if isinstance(shown, dict) and isinstance(answered, dict):
        gone = [f"{place}.{name} is not there" for name in shown if name not in answered]
        both = [name for name in shown if name in answered]
        return gone + [each for name in both for each in differences(shown[name], answered[name], f"{place}.{name}")]
    if isinstance(shown, list) and isinstance(answered, list) and len(shown) == len(answered):
        pairs = enumerate(zip(shown, answered, strict=True))
        return [each for n, (one, other) in pairs for each in differences(one, other, f"{place}.{n}")]
    return [] if shown == answered else [f"{place} is {answered!r}"]


def issue(folder: Path) -> None:
    """Run the command that makes the token."""
    ((_, command),) = [block for block in blocks() if block[0] == "console"]
    words = shlex.split(command)
    run, file = words[: words.index(">")], words[-1]
    assert run[:2] == ["./run", "manage"]
    said = io.StringIO()
    call_command(*run[2:], stdout=said, stderr=io.StringIO())
    (folder / file).write_text(said.getvalue())


@pytest.fixture
def no_child_left() -> Iterator[None]:
    """The child that converts for this thread ends with the test."""
    yield
    if hasattr(pipeline._warm, "process"):
        pipeline._warm.process.close()
        del pipeline._warm.process


@pytest.mark.usefixtures("no_child_left")
@pytest.mark.django_db(transaction=True)
def test_every_command_works_and_answers_what_is_shown(
    live_server: LiveServer, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if missing := [program for program in ("bash", "curl", "jq") if not shutil.which(program)]:
        message = f"{', '.join(missing)} is not installed (Debian: apt install curl jq)"
        pytest.fail(message) if request.config.getoption("--require-services") else pytest.skip(message)
    settings.GCIS_PUBLIC_URL = live_server.url
    settings.GCIS_PUBLISH_PAUSE = 0
    folder = tmp_path / "guide"
    folder.mkdir()
    issue(folder)
    media.corners().save(folder / "1r.tif")
    media.corners(240, 320).save(folder / "1v.tif")
    with subprocess.Popen(["bash"], cwd=folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shell:
        assert shell.stdin and shell.stderr
        shell.stdin.write(script(live_server.url))
        shell.stdin.close()
        until = time.monotonic() + 90
        while shell.poll() is None and time.monotonic() < until:
            run_due()
            time.sleep(0.1)
        shell.kill()
        complaints = shell.stderr.read()
    printed = {int(path.stem): path.read_text() for path in sorted(folder.glob("*.out"))}
    assert shell.returncode == 0, f"{complaints}\n{printed}"
    commands = [number for number, (language, _) in enumerate(blocks()) if language == "sh"]
    assert sorted(printed) == commands
    shown = [(number, json.loads(text)) for number, (language, text) in enumerate(blocks()) if language == "json"]
    assert len(shown) > 10
    for number, example in shown:
        assert differences(example, values(printed[number - 1])[-1]) == [], printed[number - 1]


def test_every_block_is_run_or_compared() -> None:
    assert {language for language, _ in blocks()} == {"console", "sh", "json"}
