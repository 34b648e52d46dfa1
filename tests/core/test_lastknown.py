"""What goes on being answered for a while when the database cannot answer."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError
from django.db.utils import ConnectionHandler
from pytest_django import Settings

from gcis.core import lastknown
from gcis.core.errors import Unavailable
from gcis.core.lastknown import LastKnown, noting


@pytest.fixture(autouse=True)
def databases_of_our_own(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


class Database:
    """A table of one column in a file, which somebody may hold for himself."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "x.sqlite3"
        self.asked = 0
        self.holder = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.holder.executescript("CREATE TABLE thing (name text, said text); INSERT INTO thing VALUES ('a', 'one')")

    def say(self, text: str) -> None:
        self.holder.execute("UPDATE thing SET said = ?", [text])

    def lock(self) -> None:
        self.holder.execute("BEGIN EXCLUSIVE")

    def unlock(self) -> None:
        self.holder.execute("ROLLBACK")

    def look(self, name: str = "a") -> Callable[[], str | None]:
        def ask() -> str | None:
            self.asked += 1
            return self._one("SELECT said FROM thing WHERE name = %s", name)

        return ask

    def mistake(self) -> str | None:
        return self._one("SELECT nothing FROM thing WHERE name = %s", "a")

    def _one(self, sql: str, name: str) -> str | None:
        options = {"timeout": 0.02}
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.path), "OPTIONS": options}
        connection = ConnectionHandler({"default": database})["default"]
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, [name])
                row = cursor.fetchone()
                return str(row[0]) if row else None
        finally:
            connection.close()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path)


@pytest.fixture
def memory() -> LastKnown[str, str | None]:
    return LastKnown[str, str | None](lambda said: said)


def test_while_the_database_answers_it_is_asked_every_time(memory, database):
    assert memory.ask("a", database.look()) == "one"
    database.say("two")
    with noting() as note:
        assert memory.ask("a", database.look()) == "two"
    assert not note.recalled


def test_what_was_found_last_is_said_when_it_cannot(memory, database):
    memory.ask("a", database.look())
    database.lock()
    with noting() as note:
        assert memory.ask("a", database.look()) == "one"
    assert note.recalled


def test_what_was_never_asked_for_is_unavailable(memory, database):
    database.lock()
    with pytest.raises(Unavailable) as caught:
        memory.ask("a", database.look())
    assert caught.value.code == "database_busy"


def test_what_is_not_there_is_not_remembered(memory, database):
    assert memory.ask("b", database.look("b")) is None
    database.lock()
    with pytest.raises(Unavailable):
        memory.ask("b", database.look("b"))


def test_what_is_gone_is_forgotten(memory, database):
    memory.ask("a", database.look())
    memory.ask("a", database.look("b"))
    database.lock()
    with pytest.raises(Unavailable):
        memory.ask("a", database.look())


def test_what_is_not_for_everybody_is_remembered_as_that(database):
    memory = LastKnown[str, str | None](lambda said: said and "closed")
    assert memory.ask("a", database.look()) == "one"
    database.lock()
    assert memory.ask("a", database.look()) == "closed"


def test_it_is_forgotten_after_a_while(memory, database, settings: Settings):
    memory.ask("a", database.look())
    settings.GCIS_LAST_KNOWN_SECONDS = 0.05
    database.lock()
    assert memory.ask("a", database.look()) == "one"
    time.sleep(0.06)
    with pytest.raises(Unavailable):
        memory.ask("a", database.look())


def test_what_was_asked_for_longest_ago_goes_first(database):
    memory = LastKnown[str, str | None](lambda said: said, most=2)
    for key in ("a", "b", "a", "c"):
        memory.ask(key, database.look())
    database.lock()
    assert [memory.ask(key, database.look()) for key in ("a", "c")] == ["one", "one"]
    with pytest.raises(Unavailable):
        memory.ask("b", database.look())


def test_our_own_mistakes_stay_loud(memory, database):
    memory.ask("a", database.look())
    with pytest.raises((OperationalError, ProgrammingError), match="nothing"):
        memory.ask("a", database.mistake)


def test_after_a_failure_nobody_waits_for_the_database(memory, database):
    memory.ask("a", database.look())
    database.lock()
    memory.ask("a", database.look())
    asked = database.asked
    for _ in range(50):
        assert memory.ask("a", database.look()) == "one"
    assert database.asked == asked


def test_when_the_rest_is_over_one_asks_for_all(memory, database, monkeypatch):
    monkeypatch.setattr(lastknown, "REST", 0.05)
    memory.ask("a", database.look())
    database.lock()
    memory.ask("a", database.look())
    asked = database.asked
    time.sleep(0.06)
    gate = threading.Barrier(8)

    def ask(_: int) -> str | None:
        gate.wait()
        return memory.ask("a", database.look())

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"one"}
    assert database.asked == asked + 1


def test_it_notices_when_the_database_is_back(memory, database, monkeypatch):
    monkeypatch.setattr(lastknown, "REST", 0.05)
    memory.ask("a", database.look())
    database.lock()
    memory.ask("a", database.look())
    database.unlock()
    database.say("two")
    time.sleep(0.06)
    assert memory.ask("a", database.look()) == "two"
    assert memory.ask("b", database.look("b")) is None
