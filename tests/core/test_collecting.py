"""Blocks without the collector of cycles."""

import gc

import pytest

from gcis.core.collecting import uncollected


def test_the_collector_rests_until_the_last_block_has_ended() -> None:
    assert gc.isenabled()
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_a_failure() -> None:
    with pytest.raises(ValueError), uncollected():
        raise ValueError
    assert gc.isenabled()
