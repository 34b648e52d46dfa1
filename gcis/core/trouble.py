"""Which errors of the database pass by themselves: it is away, has no room, or somebody holds what we want."""

from typing import Any

from django.db import Error

from gcis.core.errors import Unavailable

AWAY = ("database_away", "The database does not answer just now. Please try again in a few seconds.")
BUSY = ("database_busy", "Something else is being done with the same records. Please try again in a few seconds.")
FULL = ("database_full", "There is no room left to write anything down. What is there can still be read.")
READ_ONLY = ("database_read_only", "Nothing can be changed just now, only read. Please try again later.")

#: SQLSTATE (PostgreSQL, appendix A), whole codes before their classes. Other codes are somebody's mistake.
_STATES = {
    "25006": READ_ONLY,  # read_only_sql_transaction
    "25P03": AWAY,  # idle_in_transaction_session_timeout
    "40001": BUSY,  # serialization_failure
    "40P01": BUSY,  # deadlock_detected
    "53100": FULL,  # disk_full
    "55P03": BUSY,  # lock_not_available
    "57014": BUSY,  # query_canceled: the statement's time is over
    "58030": AWAY,  # io_error
    "08": AWAY,  # connection exceptions
    "53": AWAY,  # insufficient resources
    "57": AWAY,  # operator intervention
}
#: Primary result codes of SQLite.
_RESULTS = {5: BUSY, 6: BUSY, 7: AWAY, 8: READ_ONLY, 10: AWAY, 13: FULL, 14: AWAY}


def passing(error: BaseException) -> Unavailable | None:
    """The error as something to try again later; None where it is none of the database's, or a mistake of ours."""
    if isinstance(error, Unavailable):
        return error
    if not isinstance(error, Error) or error.__cause__ is None:
        return None  # Django raises some of these itself: for its callers' mistakes
    known = _of_sqlite(error.__cause__) if hasattr(error.__cause__, "sqlite_errorcode") else _of_server(error.__cause__)
    return Unavailable(*known) if known else None


def _of_sqlite(cause: Any) -> tuple[str, str] | None:
    return _RESULTS.get(cause.sqlite_errorcode & 0xFF)


def _of_server(cause: Any) -> tuple[str, str] | None:
    """By SQLSTATE. Who never got an answer, or lost the connection while waiting for one, has none."""
    state = getattr(cause, "pgcode", None)
    if state:
        return _STATES.get(state) or _STATES.get(state[:2])
    lost = type(cause).__name__ in ("OperationalError", "InterfaceError", "DatabaseError")
    return AWAY if lost and type(cause).__module__.startswith("psycopg2") else None
