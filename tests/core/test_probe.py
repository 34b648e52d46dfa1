"""Questions that may hang."""

import threading
import time
from collections.abc import Callable

import pytest

from gcis.core import probe
from gcis.core.probe import Probe, Silent


class Asked:
    """Something that is asked, and counts how often; it answers when it may."""

    def __init__(self) -> None:
        self.times = 0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self) -> int:
        self.times += 1
        self.may_answer.wait(10)
        return self.times


@pytest.fixture
def asked() -> Asked:
    return Asked()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def test_an_answer_is_good_for_a_while(asked: Asked) -> None:
    kept = Probe(asked, patience=5, keep=0.3)
    assert (kept.answer().value, kept.answer().value) == (1, 1)
    time.sleep(0.35)
    assert kept.answer().value == 2


def test_what_was_raised_is_the_answer() -> None:
    answer = Probe(lambda: 1 // 0, patience=5, keep=5).answer()
    assert answer.value is None
    assert isinstance(answer.error, ZeroDivisionError)


def test_nobody_waits_longer_than_patience_and_nobody_asks_twice(asked: Asked) -> None:
    asked.may_answer.clear()
    hanging = Probe(asked, patience=0.2, keep=0)
    began = time.monotonic()
    assert isinstance(hanging.answer().error, Silent)
    assert 0.2 <= time.monotonic() - began < 2
    began = time.monotonic()
    assert isinstance(hanging.answer().error, Silent)
    assert time.monotonic() - began < 0.2, "the patience of the question was used up already"
    assert asked.times == 1
    asked.may_answer.set()
    until(lambda: hanging.answer().value == 2)


def test_a_question_without_hope_is_asked_again(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "HOPELESS", 0.1)
    asked.may_answer.clear()
    hanging = Probe(asked, patience=0.05, keep=0)
    assert isinstance(hanging.answer().error, Silent)
    time.sleep(0.1)
    assert isinstance(hanging.answer().error, Silent)
    assert asked.times == 2
    asked.may_answer.set()
