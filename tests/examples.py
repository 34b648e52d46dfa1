"""How many examples a property is tried with: few in every run, thousands with --long."""

import os

#: Set by `tests/conftest.py` before any test module is read.
LONG = "GCIS_TEST_LONG"


def examples(few: int) -> int:
    return few * 20 if os.environ.get(LONG) else few
