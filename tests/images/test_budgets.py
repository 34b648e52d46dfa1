"""What is free, what the rest costs, and who is sent away when there is a queue."""

import threading
from contextlib import ExitStack
from uuid import uuid4

import pytest

from gcis.core.errors import Unavailable
from images import budgets
from images.budgets import Budgets, Desk, OverBudget, client_of, price
from images.facts import ImageFacts
from images.iiif.derivative import Derivative
from images.iiif.formats import FORMATS
from images.iiif.limits import Limits
from images.iiif.request import parse
from images.iiif.resolve import Picture, resolve

LEVELS = ((1001, 701, 256, 256), (500, 350, 256, 256), (250, 175, 256, 256))
IMAGE = ImageFacts(uuid4(), "x", "ready", 1001, 701, LEVELS)
LIMITS = Limits(20_000, 100_000_000)


def priced(parameters: str, image: ImageFacts = IMAGE, limits: Limits = LIMITS) -> float:
    picture = Picture(image.width, image.height, tuple(level[:2] for level in image.levels))
    asked: Derivative = resolve(3, parse(3, tuple(parameters.split("/"))), picture, limits)
    return price(asked, image, limits.of(image.width, image.height))


# ------------------------------------------------------------------------------------------------------------ the price
@pytest.mark.parametrize(
    "parameters",
    [
        "0,0,256,256/256,256/0/default.jpg",
        "256,512,256,189/256,189/0/color.jpg",
        "768,512,233,189/max/0/default.jpg",
        "0,0,512,512/256,256/0/default.jpg",
        "512,512,489,189/245,95/0/default.jpg",
        "512,512,489,189/244,94/0/default.jpg",
        "0,0,1001,701/251,176/0/default.jpg",
        "full/max/0/default.jpg",
        "full/500,350/0/default.jpg",
        "full/250,/0/default.jpg",
        "full/90,/0/default.jpg",
        "full/,120/0/gray.png",
        "square/200,200/0/default.webp",
        "full/!400,400/0/default.jpg",
    ],
)
def test_what_viewers_ask_for_is_free(parameters: str) -> None:
    assert priced(parameters) == 0


@pytest.mark.parametrize(
    "parameters",
    [
        "1,0,256,256/256,256/0/default.jpg",
        "0,0,255,256/max/0/default.jpg",
        "0,0,256,256/200,200/0/default.jpg",
        "0,0,256,256/256,256/90/default.jpg",
        "0,0,256,256/256,256/!0/default.jpg",
        "0,0,256,256/256,256/0/default.png",
        "0,0,256,256/256,256/0/gray.jpg",
        "256,256,512,445/256,/0/default.jpg",
        "full/max/90/default.jpg",
        "full/max/0/default.png",
        "full/800,/0/default.jpg",
        "full/90,/45/default.jpg",
        "300,300,300,300/90,90/0/default.jpg",
    ],
)
def test_everything_else_has_a_price(parameters: str) -> None:
    assert priced(parameters) >= budgets.LEAST_PRICE


def test_the_price_goes_by_pixels_and_format() -> None:
    plain, png, webp = (priced(f"3,3,900,600/max/0/default.{kind}") for kind in ("jpg", "png", "webp"))
    assert plain == pytest.approx(0.54)
    assert plain < png < webp
    assert priced("3,3,900,600/max/45/default.jpg") > plain, "a picture that stands askew has more pixels"


def test_every_format_has_a_weight() -> None:
    assert set(budgets.WEIGHTS) == set(FORMATS)


def test_a_size_above_the_limits_is_no_listed_one() -> None:
    assert priced("full/max/0/default.jpg", limits=Limits(600, 100_000_000)) > 0


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("", "192.0.2.1", False),
        ("unix:", "unix:", True),
    ],
)
def test_who_is_one_client(address: str, other: str, same: bool) -> None:
    assert (client_of(address) == client_of(other)) is same


# ---------------------------------------------------------------------------------------------------------- the budgets
def test_a_budget_is_a_minutes_worth_and_comes_back_with_time() -> None:
    kept = Budgets(60)
    assert kept.seconds_left("a", 0) == 0
    kept.spend("a", 60, 0)
    assert kept.seconds_left("a", 0) == 0, "it is used up, and there is no debt"
    kept.spend("a", 10, 0)
    assert kept.seconds_left("a", 0) == pytest.approx(10)
    assert kept.seconds_left("b", 0) == 0
    assert kept.seconds_left("a", 10) == 0
    kept.spend("a", 1000, 1000)
    assert kept.seconds_left("a", 1000) == pytest.approx(60), "debts are a minute's worth at most"


def test_without_a_limit_nobody_waits() -> None:
    kept = Budgets(0)
    kept.spend("a", 1e9, 0)
    assert kept.seconds_left("a", 0) == 0


def test_budgets_remember_those_that_spent_last() -> None:
    kept = Budgets(60, most=2)
    for key in "abc":
        kept.spend(key, 90, 0)
    assert [kept.seconds_left(key, 0) > 0 for key in "abc"] == [False, True, True]


# ------------------------------------------------------------------------------------------------------------- the desk
def test_who_is_alone_is_never_over_budget() -> None:
    desk = Desk(8, 1, client_budget=1, image_budget=1)
    for _ in range(5):
        with desk.admit("a", "image", 100):
            pass


def test_while_others_wait_budgets_count() -> None:
    desk = Desk(8, 1, client_budget=60, image_budget=0)
    with desk.admit("a", "image", 70):
        pass
    with desk.place("b", "image"):
        with pytest.raises(OverBudget) as refused, desk.place("a", "image"):
            pass
        assert 9 <= refused.value.seconds <= 10
        with desk.place("c", "image"):
            pass


def test_an_image_has_a_budget_too_whoever_asks() -> None:
    desk = Desk(8, 1, client_budget=0, image_budget=60)
    with desk.admit("a", "image", 70):
        pass
    with desk.place("b", "another"):
        with pytest.raises(OverBudget), desk.place("c", "image"):
            pass
        with desk.place("c", "another"):
            pass


def test_the_last_places_are_for_who_has_none() -> None:
    desk = Desk(8, 1, client_budget=0, image_budget=0)
    with ExitStack() as taken:
        for _ in range(6):
            taken.enter_context(desk.place("a", "image"))
        with pytest.raises(OverBudget), desk.place("a", "image"):
            pass
        for other in "bc":
            taken.enter_context(desk.place(other, "image"))
        with pytest.raises(Unavailable), desk.place("d", "image"):
            pass
    with desk.place("a", "image"):
        pass


def test_one_is_drawn_at_a_time_and_who_waited_too_long_pays_nothing() -> None:
    desk = Desk(8, 0.05, client_budget=60, image_budget=0)
    inside, done = threading.Event(), threading.Event()

    def draw() -> None:
        with desk.admit("a", "image", 1):
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=draw)
    thread.start()
    assert inside.wait(10)
    for _ in range(2):
        with pytest.raises(Unavailable), desk.admit("b", "image", 100):
            pass
    done.set()
    thread.join()
    with desk.place("c", "image"), desk.place("b", "image"):
        pass
