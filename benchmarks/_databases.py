"""A database for a benchmark: the one of this process, empty, with every table, and dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def emptied() -> Iterator[str]:
    """Its vendor. Django is set up by this."""
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = None if connection.vendor == "postgresql" else _file()
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield connection.vendor
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _file() -> str:
    return str(Path(os.environ["GCIS_HOME"]) / "bench.sqlite3")
