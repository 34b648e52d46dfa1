"""One makes it, the others wait for that one."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from gcis.core.errors import Unavailable
from gcis.core.flights import Flights


def slow(made: list[str], answer: str = "it", seconds: float = 0.2) -> Callable[[], str]:
    def make() -> str:
        made.append(answer)
        time.sleep(seconds)
        return answer

    return make


def test_it_is_made_once_for_all_who_ask_meanwhile() -> None:
    flights: Flights[str] = Flights(waiting=8, seconds=5)
    made, waits = list[str](), list[int]()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(flights.once, "key", slow(made), lambda: waits.append(1)) for _ in range(8)]
        assert {each.result() for each in asked} == {"it"}
    assert (len(made), len(waits)) == (1, 7)
    assert flights.once("key", slow(made)) == "it"
    assert len(made) == 2, "nothing is kept"


def test_other_keys_do_not_wait() -> None:
    flights: Flights[str] = Flights(waiting=8, seconds=5)
    made = list[str]()
    with ThreadPoolExecutor(2) as pool:
        began = time.monotonic()
        list(pool.map(lambda key: flights.once(key, slow(made, key)), ("a", "b")))
        assert time.monotonic() - began < 0.35
    assert sorted(made) == ["a", "b"]


def test_who_cannot_leaves_it_to_the_next() -> None:
    flights: Flights[str] = Flights(waiting=8, seconds=5)
    tries, outcomes = list[int](), list[str]()

    def make() -> str:
        tries.append(1)
        time.sleep(0.1)
        if len(tries) == 1:
            raise ValueError("only the first")
        return "it"

    def ask() -> None:
        try:
            outcomes.append(flights.once("key", make))
        except ValueError:
            outcomes.append("refused")

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["it"] * 4 + ["refused"]
    assert len(tries) == 2


@pytest.mark.parametrize(("waiting", "seconds"), [(8, 0.1), (1, 5)])
def test_nobody_waits_too_long_and_not_too_many_do(waiting: int, seconds: float) -> None:
    flights: Flights[str] = Flights(waiting=waiting, seconds=seconds)
    made = list[str]()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(flights.once, "key", slow(made, seconds=0.5))
        time.sleep(0.1)
        second = pool.submit(flights.once, "key", slow(made))
        time.sleep(0.1)
        with pytest.raises(Unavailable) as caught:
            flights.once("key", slow(made))
        assert caught.value.code == "busy"
        assert first.result() == "it"
        if waiting == 1:
            assert second.result() == "it"
        else:
            with pytest.raises(Unavailable):
                second.result()
    assert made == ["it"]
