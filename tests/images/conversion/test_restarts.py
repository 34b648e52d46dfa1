"""Which restart interval a tile gets."""

import pytest

from images.conversion.restarts import WHOLE, Grid, interval


@pytest.mark.parametrize(
    ("level", "held", "of_all"),
    [(64, 64, 16), (72, 72, 8), (76, 76, 4), (74, 74, 2), (75, 75, 1), (8, 8, 8), (72, 73, 1), (1, 1, 1)],
)
def test_levels_that_are_joined_as_a_whole_are_a_whole_number_of_intervals_wide(
    level: int, held: int, of_all: int
) -> None:
    grid = Grid(tile=16, level=level, held=held, edge=WHOLE)
    assert interval("auto", grid, last=False) == interval("auto", grid, last=True) == of_all


def test_of_larger_levels_only_the_last_column_is() -> None:
    grid = Grid(tile=16, level=300, held=300, edge=WHOLE + 1)
    assert (interval("auto", grid, last=False), interval("auto", grid, last=True)) == (16, 4)


def test_an_interval_that_is_not_worth_its_bytes_is_left_out() -> None:
    grid = Grid(tile=32, level=90, held=90, edge=720, least=4)
    assert interval("auto", grid, last=False) == interval("auto", grid, last=True) == 32
    grid = Grid(tile=32, level=92, held=92, edge=736, least=4)
    assert interval("auto", grid, last=False) == interval("auto", grid, last=True) == 4


@pytest.mark.parametrize("asked", [1, 7, 65535])
def test_a_recipe_may_ask_for_another(asked: int) -> None:
    grid = Grid(tile=16, level=300, held=300, edge=100)
    assert interval(asked, grid, last=False) == interval(asked, grid, last=True) == asked
