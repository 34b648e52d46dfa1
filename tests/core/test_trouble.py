"""Which errors of real databases pass by themselves, and which are somebody's mistake."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, Error
from django.db.utils import ConnectionHandler

from gcis.core.errors import SourceFault, Unavailable
from gcis.core.trouble import passing


@pytest.fixture(autouse=True)
def databases_of_our_own(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def handler(**database: Any) -> ConnectionHandler:
    return ConnectionHandler({"default": database})


def code_of(error: BaseException) -> str | None:
    trouble = passing(error)
    return trouble.code if trouble else None


def code(connection: Any, *statements: str) -> str | None:
    """How the first statement that fails is sorted."""
    with pytest.raises(Error) as caught:
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute(statement)
    return code_of(caught.value)


def test_what_is_unavailable_stays_what_it_is() -> None:
    trouble = Unavailable("store", "The store does not answer.")
    assert passing(trouble) is trouble


@pytest.mark.parametrize("error", [SourceFault("x", "y"), ValueError("x"), DatabaseError("Save did not affect a row")])
def test_what_no_database_said_is_no_trouble_of_one(error: Exception) -> None:
    assert passing(error) is None


# -------------------------------------------------------------------------------------------------------------- SQLite
@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Any]:
    connection = handler(
        ENGINE="django.db.backends.sqlite3", NAME=str(tmp_path / "x.sqlite3"), OPTIONS={"timeout": 0.05}
    )["default"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE thing (id integer)")
    yield connection
    connection.close()


def test_a_mistake_in_sql_is_none_of_the_databases(sqlite: Any) -> None:
    assert code(sqlite, "SELECT * FROM nothing") is None
    assert code(sqlite, "SELEC") is None


def test_a_locked_file(sqlite: Any, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert code(sqlite, "INSERT INTO thing VALUES (1)") == "database_busy"
    other.close()


def test_a_full_disk(sqlite: Any) -> None:
    with sqlite.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 2")
    assert code(sqlite, "CREATE TABLE more AS SELECT randomblob(100000)") == "database_full"


def test_a_file_that_may_not_be_written(sqlite: Any) -> None:
    assert code(sqlite, "PRAGMA query_only = 1", "INSERT INTO thing VALUES (1)") == "database_read_only"


def test_a_folder_that_is_not_there() -> None:
    connection = handler(ENGINE="django.db.backends.sqlite3", NAME="/nowhere/x.sqlite3")["default"]
    assert code(connection, "SELECT 1") == "database_away"


# ---------------------------------------------------------------------------------------------------------- PostgreSQL
@pytest.fixture
def server(postgresql: str) -> Iterator[ConnectionHandler]:
    import environ

    connections = handler(**environ.Env.db_url_config(postgresql))
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS trouble (id integer PRIMARY KEY)")
    yield connections
    connections.close_all()


def other(server: ConnectionHandler, **changes: Any) -> Any:
    return handler(**{**server.settings["default"], **changes})["default"]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["SELECT * FROM nothing"], None),
        (["SELEC"], None),
        (["SELECT 1/0"], None),
        (["INSERT INTO trouble VALUES (7), (7)"], None),
        (["SET statement_timeout = 20", "SELECT pg_sleep(5)"], "database_busy"),
        (["SET default_transaction_read_only = on", "INSERT INTO trouble VALUES (1)"], "database_read_only"),
        (["SELECT pg_terminate_backend(pg_backend_pid())"], "database_away"),
        (["DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$"], "database_full"),
        (["DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53200'; END $$"], "database_away"),
        (["DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'XX001'; END $$"], None),
    ],
)
def test_what_the_server_says(server: ConnectionHandler, statements: list[str], expected: str | None) -> None:
    assert code(server["default"], *statements) == expected


def test_a_connection_that_is_gone_is_away(server: ConnectionHandler) -> None:
    connection = other(server)
    connection.ensure_connection()
    connection.connection.close()
    assert code(connection, "SELECT 1") == "database_away"
    connection.close()


def test_a_port_where_nobody_listens_is_away(server: ConnectionHandler) -> None:
    assert code(other(server, PORT=1), "SELECT 1") == "database_away"


def test_a_lock_that_somebody_holds(server: ConnectionHandler) -> None:
    holder = other(server)
    with holder.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE trouble")
    began = time.monotonic()
    assert code(server["default"], "SET lock_timeout = 50", "SELECT * FROM trouble") == "database_busy"
    assert time.monotonic() - began < 2
    holder.close()


def test_two_that_wait_for_each_other(server: ConnectionHandler) -> None:
    first, second = other(server), other(server)
    for connection in (first, second):
        connection.inc_thread_sharing()
    for connection, key in ((first, 1), (second, 2)):
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_advisory_xact_lock(%s)", [key])
    codes: list[str | None] = []

    def cross(connection: Any, key: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        except Error as error:
            codes.append(code_of(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=cross, args=each) for each in ((first, 2), (second, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert codes == ["database_busy"]
