"""The child as its worker sees it: warm, watched, killed, replaced."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gcis.core.errors import SourceFault
from images.conversion import child
from images.conversion.process import ChildCrashed, ConversionProcess
from images.conversion.recipes.recipe import DEFAULT
from images.conversion.work import Limits, Work
from tests.media.photograph import photograph


@pytest.fixture
def process() -> Iterator[ConversionProcess]:
    made = ConversionProcess()
    yield made
    made.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return photograph(tmp_path / "source.jpg", width=2400, height=1800)


def work(source: Path, name: str = "master.tif", **limits: float) -> Work:
    return Work(source, source.with_name(name), DEFAULT, Limits(**limits))  # type: ignore[arg-type]


def ignore(progress: float, stage: str) -> None:
    """A watch that lets everything pass."""


def test_a_warm_child_serves_several_and_tells_how_far_it_is(process: ConversionProcess, source: Path) -> None:
    stages: list[str] = []
    first = process.convert(work(source), lambda progress, stage: stages.append(stage))
    first_child = process.pid
    second = process.convert(work(source, "again.tif"), ignore)
    assert process.pid == first_child
    assert first.digest == second.digest
    assert stages


def test_a_worker_that_once_held_much_keeps_its_child_warm(process: ConversionProcess, source: Path) -> None:
    """A new process inherits the highest memory of the one that started it (getrusage(2)); it is not the child's."""
    held = b"x" * (child.FAT + (64 << 20))
    del held
    process.convert(work(source), ignore)
    assert process.pid


def test_a_fault_of_the_source_leaves_the_child_alive(process: ConversionProcess, source: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("no picture")
    with pytest.raises(SourceFault, match="text, not a picture"):
        process.convert(work(broken), ignore)
    assert process.convert(work(source), ignore).width == 2400


def test_a_killed_child_is_a_crash_and_the_next_work_finds_a_new_one(process: ConversionProcess, source: Path) -> None:
    def kill(progress: float, stage: str) -> None:
        if process.pid:
            os.kill(process.pid, signal.SIGKILL)

    with pytest.raises(ChildCrashed, match="SIGKILL") as crash:
        process.convert(work(source), kill)
    assert crash.value.signal == signal.SIGKILL
    assert process.convert(work(source, "again.tif"), ignore).width == 2400


def test_what_the_watch_raises_ends_the_child(process: ConversionProcess, source: Path) -> None:
    seen: list[int] = []

    def stop(progress: float, stage: str) -> None:
        assert process.pid
        seen.append(process.pid)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        process.convert(work(source), stop)
    assert not psutil.pid_exists(seen[0])


def test_too_slow_is_given_up(process: ConversionProcess, source: Path) -> None:
    with pytest.raises(SourceFault, match="longer than 0 seconds") as fault:
        process.convert(work(source, seconds=0.0), ignore)
    assert fault.value.code == "too_slow"
    assert process.pid is None


def test_the_child_leaves_when_nobody_holds_its_input(process: ConversionProcess, source: Path) -> None:
    process.convert(work(source), ignore)
    assert process.pid
    serving = psutil.Process(process.pid)
    assert process._process
    assert process._process.stdin
    process._process.stdin.close()
    deadline = time.monotonic() + 5
    while serving.is_running() and serving.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the child stayed"
        time.sleep(0.02)


def test_the_child_knows_no_secrets(process: ConversionProcess, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCIS_SECRET_KEY", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    process.convert(work(source), ignore)
    assert process.pid
    environment = psutil.Process(process.pid).environ()
    assert "secret" not in environment.values()
    assert environment["VIPS_BLOCK_UNTRUSTED"] == "1"
