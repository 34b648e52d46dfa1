"""What becomes of every kind of request."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from images.addresses import ImageAddresses
from images.facts import ImageFacts
from images.gateway import Describe, Redirect, Refuse, Serve, decide, decide_version
from images.iiif.limits import Limits
from images.iiif.request import ImageRequest, readings
from images.policy import CLOSED, PUBLIC, STAFF, Caller, Policy

HERE = ImageAddresses("https://images.example.org")
LIMITS = Limits(20_000, 100_000_000)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(days=1)
IMAGE = ImageFacts(
    id=UUID(int=1),
    identifier="ark:/1/x",
    state="ready",
    width=3000,
    height=2000,
    levels=((3000, 2000, 256, 256), (1500, 1000, 256, 256)),
)


def ask(
    rest: str,
    version: int = 3,
    image: ImageFacts | None = IMAGE,
    identifier: str = IMAGE.identifier,
    caller: Caller = PUBLIC,
):
    wanted = readings(version, f"{identifier}/{rest}" if rest else identifier)[0]
    return decide(wanted, image, LIMITS, HERE, caller, NOW)


def status(verdict) -> int:
    assert isinstance(verdict, Refuse), verdict
    return verdict.status


def test_a_picture_is_served_with_its_canonical_form():
    verdict = ask("0,0,9999,9999/!600,600/0/color.jpg")
    assert isinstance(verdict, Serve)
    assert verdict.image is IMAGE
    assert verdict.canonical == "full/600,400/0/default.jpg"
    assert (verdict.derivative.width, verdict.derivative.height) == (600, 400)


def test_a_canonical_form_can_stand_in_a_uri():
    wanted = readings(3, f"{IMAGE.identifier}/full/^max/0/default.jpg")[0]
    verdict = decide(wanted, IMAGE, Limits(20_000, 100_000_000, 2), HERE, PUBLIC, NOW)
    assert isinstance(verdict, Serve)
    assert verdict.canonical == "full/%5Emax/0/default.jpg"
    assert (verdict.derivative.width, verdict.derivative.height) == (6000, 4000)


@pytest.mark.parametrize(("size", "version"), [("4000,", 2), ("^4000,", 3), ("!4000,4000", 3), ("max", 3), ("full", 2)])
def test_without_a_version_it_leads_to_the_one_in_which_it_may_be_enlarged(size, version):
    wanted = readings(3, f"{IMAGE.identifier}/full/{size}/0/default.jpg")[0]
    verdict = decide_version(wanted, IMAGE, Limits(20_000, 100_000_000, 2), HERE, PUBLIC, NOW)
    assert isinstance(verdict, Redirect)
    assert verdict.location == (
        f"https://images.example.org/iiif/{version}/ark:%2F1%2Fx/full/{size.replace('^', '%5E')}/0/default.jpg"
    )


def test_a_size_limited_image_is_enlarged_from_what_the_public_gets():
    limited = replace(IMAGE, policy=Policy(edge=1500))
    wanted = readings(3, f"{IMAGE.identifier}/full/^max/0/default.jpg")[0]
    verdict = decide(wanted, limited, Limits(20_000, 100_000_000, 2), HERE, PUBLIC, NOW)
    assert isinstance(verdict, Serve)
    assert (verdict.skip, verdict.derivative.w, verdict.derivative.width) == (1, 1500, 3000)


@pytest.mark.parametrize("version", [2, 3])
def test_the_base_uri_leads_to_the_info_json(version):
    assert ask("", version) == Redirect(303, f"https://images.example.org/iiif/{version}/ark:%2F1%2Fx/info.json")


def test_the_info_json_is_described():
    assert ask("info.json") == Describe(IMAGE, "ark:/1/x")


@pytest.mark.parametrize("rest", ["", "info.json", "full/max/0/default.jpg", "nonsense/max/0/default.jpg"])
@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (None, 404),
        (replace(IMAGE, state="withdrawn", reason="Rights have changed."), 410),
        (replace(IMAGE, state="registered"), 503),
        (replace(IMAGE, state="failed", reason="The file is cut off."), 404),
    ],
)
def test_what_cannot_be_served_is_refused_on_every_address(rest, image, expected):
    verdict = ask(rest, image=image)
    assert status(verdict) == expected
    assert bool(verdict.retry_after) == (expected == 503)
    if image and image.reason:
        assert image.reason in verdict.sentence


def test_titles_are_those_of_http():
    assert Refuse(410, "x").title == "Gone"


@pytest.mark.parametrize(
    ("rest", "location"),
    [
        ("", "https://images.example.org/iiif/2/ark:%2F1%2Fx"),
        ("info.json", "https://images.example.org/iiif/2/ark:%2F1%2Fx/info.json"),
        ("pct:1,1,5,5/!5,5/!0/gray.png", "https://images.example.org/iiif/2/ark:%2F1%2Fx/pct:1,1,5,5/!5,5/!0/gray.png"),
        ("a?b/^5,/0/é.jpg", "https://images.example.org/iiif/2/ark:%2F1%2Fx/a%3Fb/%5E5,/0/%C3%A9.jpg"),
    ],
)
def test_another_name_leads_to_the_current_one_with_the_rest_of_the_address(rest, location):
    assert ask(rest, 2, identifier="old") == Redirect(301, location)


#: Bad inputs of every kind, as segments behind the identifier (decoded), and the status they get.
ATTACKS = [
    ("3000,0,10,10/max/0/default.jpg", 400),
    ("-1,-1,10,10/max/0/default.jpg", 400),
    ("0,0,0,10/max/0/default.jpg", 400),
    ("1e3,0,10,10/max/0/default.jpg", 400),
    ("0x10,0,10,10/max/0/default.jpg", 400),
    ("nan,nan,nan,nan/max/0/default.jpg", 400),
    ("inf,0,10,10/max/0/default.jpg", 400),
    ("pct:0,0,1e-9,1e-9/max/0/default.jpg", 400),
    ("０,０,１０,１０/max/0/default.jpg", 400),
    (f"{'1' * 5000},0,10,10/max/0/default.jpg", 400),
    ("full/^99999,/0/default.jpg", 400),
    ("full/^3001,/0/default.jpg", 501),
    ("full/0,0/0/default.jpg", 400),
    ("full/,/0/default.jpg", 400),
    ("full/!/0/default.jpg", 400),
    ("full/!0,5/0/default.jpg", 400),
    ("full/-1,/0/default.jpg", 400),
    ("full/4294967297,/0/default.jpg", 400),
    ("full/pct:0/0/default.jpg", 400),
    ("full/pct:1e9/0/default.jpg", 400),
    ("full/pct:nan/0/default.jpg", 400),
    ("5,0,1,2000/5000,/0/default.jpg", 400),
    ("full/max/360.0001/default.jpg", 400),
    ("full/max/-90/default.jpg", 400),
    ("full/max/!/default.jpg", 400),
    ("full/max/nan/default.jpg", 400),
    ("full/max/90 /default.jpg", 400),
    ("full/max/0/default.svg", 400),
    ("full/max/0/default.php", 400),
    ("full/max/0/default.jpg\0.png", 400),
    (f"full/max/0/{'x' * 3000}.jpg", 400),
    ("full/max/0/default.jpg\n", 400),
]


@pytest.mark.parametrize(("rest", "expected"), ATTACKS)
def test_attacks_are_refused(rest, expected):
    assert status(ask(rest)) == expected


@pytest.mark.parametrize(
    ("rest", "canonical"),
    [
        ("2999,1999,5000,5000/max/0/default.jpg", "2999,1999,1,1/max/0/default.jpg"),
        ("pct:0,0,200,200/max/0/default.jpg", "full/max/0/default.jpg"),
        ("00010,0,10,10/max/0/default.jpg", "10,0,10,10/max/0/default.jpg"),
        ("full/^max/0/default.jpg", "full/max/0/default.jpg"),
        ("full/max/360/default.jpg", "full/max/0/default.jpg"),
    ],
)
def test_odd_but_lawful_requests_are_served(rest, canonical):
    assert ask(rest).canonical == canonical


def versionless(
    rest: str, image: ImageFacts | None = IMAGE, identifier: str = IMAGE.identifier, caller: Caller = PUBLIC
):
    wanted = readings(3, f"{identifier}/{rest}" if rest else identifier)[0]
    return decide_version(wanted, image, LIMITS, HERE, caller, NOW)


@pytest.mark.parametrize(
    ("rest", "location"),
    [
        ("", "3/ark:%2F1%2Fx/info.json"),
        ("info.json", "3/ark:%2F1%2Fx/info.json"),
        ("full/max/0/default.jpg", "3/ark:%2F1%2Fx/full/max/0/default.jpg"),
        ("full/full/0/default.jpg", "2/ark:%2F1%2Fx/full/full/0/default.jpg"),
        ("full/^pct:50/0/default.jpg", "3/ark:%2F1%2Fx/full/%5Epct:50/0/default.jpg"),
    ],
)
def test_without_a_version_the_newest_that_fits_is_named(rest, location):
    assert versionless(rest) == Redirect(303, f"https://images.example.org/iiif/{location}")


def test_without_a_version_old_names_need_one_step_only():
    assert versionless("info.json", identifier="old") == Redirect(
        303, "https://images.example.org/iiif/3/ark:%2F1%2Fx/info.json"
    )


def test_without_a_version_what_fits_none_is_refused_as_by_the_newest():
    assert versionless("full/9999,/0/default.jpg") == ask("full/9999,/0/default.jpg")
    assert status(versionless("", image=None)) == 404


def test_a_reading_is_all_the_gateway_needs():
    assert status(decide(ImageRequest(3, "x", "base"), None, LIMITS, HERE, PUBLIC, NOW)) == 404


# ---------------------------------------------------------------------------------------------------- who may see what
EVERY_ADDRESS = ("", "info.json", "full/max/0/default.jpg", "nonsense/max/0/default.jpg")
LIMITED = replace(IMAGE, policy=Policy(edge=1600))


@pytest.mark.parametrize("identifier", [IMAGE.identifier, "old"])
@pytest.mark.parametrize("rest", EVERY_ADDRESS)
@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (CLOSED, "This image is not public."),
        (Policy(opens=SOON), "This image is not public before 2026-06-02."),
        (Policy(edge=1499), "This image is not public."),
    ],
    ids=["closed", "embargoed", "no level within the limit"],
)
def test_what_is_shut_is_refused_on_every_address_and_name(policy, sentence, rest, identifier):
    image = replace(IMAGE, policy=policy)
    assert ask(rest, image=image, identifier=identifier) == Refuse(403, sentence)
    assert versionless(rest, image=image, identifier=identifier) == Refuse(403, sentence)
    assert ask(rest, image=replace(image, state="withdrawn")).status == 410


@pytest.mark.parametrize("state", ["registered", "failed"])
def test_why_there_is_no_picture_of_what_is_shut_is_not_told(state):
    image = replace(IMAGE, state=state, reason="The file is cut off.", policy=CLOSED)
    assert ask("info.json", image=image) == Refuse(403, "This image is not public.")
    assert ask("info.json", image=image, caller=STAFF).status == (503 if state == "registered" else 404)


@pytest.mark.parametrize("policy", [CLOSED, Policy(opens=SOON), Policy(edge=10), Policy(edge=1600)])
def test_who_sees_all_gets_all_of_it(policy):
    image = replace(IMAGE, policy=policy)
    assert ask("info.json", image=image, caller=STAFF) == Describe(image, IMAGE.identifier)
    verdict = ask("full/max/0/default.jpg", image=image, caller=STAFF)
    assert (verdict.derivative.width, verdict.derivative.height, verdict.skip) == (3000, 2000, 0)


def test_an_embargo_ends():
    assert isinstance(ask("info.json", image=replace(IMAGE, policy=Policy(opens=NOW))), Describe)


def test_a_limited_image_is_a_smaller_image():
    described = ask("info.json", image=LIMITED).image
    assert (described.width, described.height, described.levels) == (1500, 1000, IMAGE.levels[1:])


@pytest.mark.parametrize(
    ("rest", "canonical", "region"),
    [
        ("full/max/0/default.jpg", "full/max/0/default.jpg", (0, 0, 1500, 1000)),
        ("0,0,3000,2000/max/0/default.jpg", "full/max/0/default.jpg", (0, 0, 1500, 1000)),
        ("full/1500,/0/default.jpg", "full/max/0/default.jpg", (0, 0, 1500, 1000)),
        ("full/!9999,9999/0/default.jpg", "full/max/0/default.jpg", (0, 0, 1500, 1000)),
        ("pct:50,50,50,50/max/0/default.jpg", "750,500,750,500/max/0/default.jpg", (750, 500, 750, 500)),
        ("1280,768,256,256/max/0/default.jpg", "1280,768,220,232/max/0/default.jpg", (1280, 768, 220, 232)),
        ("square/max/0/default.jpg", "250,0,1000,1000/max/0/default.jpg", (250, 0, 1000, 1000)),
    ],
)
def test_requests_are_answered_from_the_smaller_image(rest, canonical, region):
    verdict = ask(rest, image=LIMITED)
    derivative = verdict.derivative
    assert (verdict.canonical, verdict.skip) == (canonical, 1)
    assert (derivative.x, derivative.y, derivative.w, derivative.h) == region
    assert (derivative.width, derivative.height) == region[2:]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("full/1501,/0/default.jpg", 400),
        ("full/3000,2000/0/default.jpg", 400),
        ("full/^1501,/0/default.jpg", 501),
        ("1500,0,10,10/max/0/default.jpg", 400),
        ("0,0,10,10/11,/0/default.jpg", 400),
    ],
)
def test_nothing_larger_is_to_be_had(rest, expected):
    assert status(ask(rest, image=LIMITED)) == expected


# ------------------------------------------------------------------------------------------------------------- in place
BACK = replace(IMAGE, in_place=True)


def test_a_name_that_caches_may_still_send_to_is_answered_in_place():
    assert ask("info.json", 2, BACK, "old") == Describe(BACK, "old")
    assert ask("", 2, BACK, "old") == Redirect(303, "https://images.example.org/iiif/2/old/info.json")
    verdict = ask("full/max/0/default.jpg", 3, BACK, "old")
    assert isinstance(verdict, Serve)
    assert verdict.image.identifier == IMAGE.identifier, "for the canonical link"
    assert versionless("info.json", BACK, "old") == Redirect(303, "https://images.example.org/iiif/3/old/info.json")
