"""Pictures that were damaged on the way, or on purpose, by the dozen."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.campaign import campaign
from tests.hostile.mutations import mutated
from tests.hostile.seeds import seeds
from tests.hostile.trial import Trials, trials


@pytest.fixture(scope="module")
def taking() -> Iterator[Trials]:
    with trials() as made:
        yield made


@pytest.mark.parametrize("count", [60, pytest.param(600, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_mutated_files_end_within_their_limits_and_what_is_accepted_decodes(
    taking: Trials, tmp_path: Path, count: int
) -> None:
    tallies = list(campaign(taking, tmp_path, count))
    assert not [line for tally in tallies for line in tally.wrong]
    assert sum(tally.verdicts.total() for tally in tallies) == count
    assert {"accepted", "damaged"} <= {verdict for tally in tallies for verdict in tally.verdicts}


def test_a_mutation_is_known_by_its_number() -> None:
    """Else a finding could not be run again."""
    data = bytes(range(256)) * 40
    made = [mutated(data, "x", number) for number in range(100)]
    assert hashlib.sha256(b"".join(made)).hexdigest()[:16] == "613f42a585a37dd0"
    assert len(set(made)) > 95


def test_there_are_thirty_seeds() -> None:
    assert len(seeds()) == 30
