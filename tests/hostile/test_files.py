"""Every attack by file ends within its limits, and leaves nothing but a verdict."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.catalogue import ATTACKS, Attack
from tests.hostile.trial import ACCEPTED, LIMITS, Trials, trials
from tests.media.photograph import photograph


@pytest.fixture(scope="module")
def taking() -> Iterator[Trials]:
    with trials() as made:
        yield made


@pytest.mark.parametrize(
    "attack", [pytest.param(a, marks=[pytest.mark.long] * a.long, id=str(a).replace("/", "-")) for a in ATTACKS]
)
def test_a_hostile_file_is_answered_within_its_limits(taking: Trials, attack: Attack, tmp_path: Path) -> None:
    source = tmp_path / "source"
    attack.make(source)
    outcome = taking.take(source, attack.limits)
    assert not outcome.wrong
    assert outcome.verdict in attack.verdicts, outcome.sentence
    assert [path.name for path in tmp_path.iterdir()] == ["source"], "the source wrote a file"
    after = taking.take(photograph(tmp_path / "good.jpg", width=64, height=64), LIMITS)
    assert after.verdict == ACCEPTED, "the next picture is taken"
    assert not after.wrong
