"""The gate: a few at once, some waiting, the rest sent away."""

import threading
import time

import pytest

from gcis.core.errors import Unavailable
from images.engine.admission import Gate


class Holder(threading.Thread):
    """Holds a place in the gate until told to leave."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(daemon=True)
        self.gate = gate
        self.inside = threading.Event()
        self.leave = threading.Event()
        self.start()

    def run(self) -> None:
        with self.gate.admit():
            self.inside.set()
            self.leave.wait(10)


def test_a_place_is_free_again_after_use_and_after_a_failure() -> None:
    gate = Gate(at_once=1, waiting=0, seconds=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.admit():
            raise ZeroDivisionError
        with gate.admit():
            pass


def test_a_waiter_gets_the_place_that_becomes_free() -> None:
    gate = Gate(at_once=1, waiting=1, seconds=10)
    first = Holder(gate)
    assert first.inside.wait(5)
    second = Holder(gate)
    assert not second.inside.wait(0.1)
    first.leave.set()
    assert second.inside.wait(5)
    second.leave.set()


def test_a_waiter_is_sent_away_when_its_time_is_over() -> None:
    gate = Gate(at_once=1, waiting=1, seconds=0.1)
    holder = Holder(gate)
    assert holder.inside.wait(5)
    with pytest.raises(Unavailable) as refusal, gate.admit():
        pytest.fail("there was no place")
    assert refusal.value.code == "busy"
    holder.leave.set()


def test_who_finds_the_waiting_room_full_is_sent_away_at_once() -> None:
    gate = Gate(at_once=1, waiting=0, seconds=10)
    holder = Holder(gate)
    assert holder.inside.wait(5)
    began = time.monotonic()
    with pytest.raises(Unavailable), gate.admit():
        pytest.fail("there was no place")
    assert time.monotonic() - began < 1
    holder.leave.set()


def test_never_more_at_once_than_allowed() -> None:
    gate = Gate(at_once=2, waiting=20, seconds=10)
    lock = threading.Lock()
    inside, most, done = 0, 0, 0

    def work() -> None:
        nonlocal inside, most, done
        with gate.admit():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1
                done += 1

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, done) == (2, 16)
