"""The two things the ORM does not say the same way on every database: its clock, and one snapshot for many reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import NotSupportedError, connection, transaction
from django.db.models import DateTimeField, Func


class DbNow(Func):
    """The database's own clock, `seconds` from now. Hosts may disagree about the time; leases may not."""

    arity = 0
    output_field = DateTimeField()

    def __init__(self, seconds: float = 0) -> None:
        super().__init__()
        self.seconds = float(seconds)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        return "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %s)", (f"{self.seconds:+.3f} seconds",)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        return "(clock_timestamp() + make_interval(secs => %s))", (self.seconds,)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        raise NotSupportedError(f"no clock is known for {connection.vendor}")


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside sees the database as it was at the first read, and no writer waits for it.

    Django's `atomic()` would take SQLite's write lock at once (transaction_mode IMMEDIATE), hence the plain BEGIN.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
