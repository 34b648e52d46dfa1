import pytest

from gcis.core.api.revisions import etag
from gcis.events.models import Event
from tests.core.api.conftest import problem


@pytest.fixture
def address(writer) -> str:
    return f"/api/v1/events/{Event.objects.create(kind='a', actor='b').pk}"


def put(client, address: str, if_match: str):
    return client.put(address, {}, "application/json", headers={"if-match": if_match})


def test_the_validator_is_of_revision_and_content():
    same = etag(7, {"a": 1})
    assert same == etag(7, {"a": 1}) == etag(7, b'{"a":1}')
    assert same.startswith('"7-')
    assert len({same, etag(8, {"a": 1}), etag(7, {"a": 2})}) == 3


def test_what_a_reader_has_is_not_sent_again(writer, address):
    first = writer.get(address)
    again = writer.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Vary"] == "Authorization"
    assert "Content-Type" not in again
    assert writer.get(address, headers={"if-none-match": f'W/{first["ETag"]}, "7-0"'}).status_code == 304
    Event.objects.update(kind="c")
    assert writer.get(address, headers={"if-none-match": first["ETag"]}).json()["kind"] == "c"


def test_heads_have_the_same_validator(writer, address):
    head = writer.head(address)
    assert head.content == b""
    assert head["ETag"] == writer.get(address)["ETag"]


@pytest.mark.parametrize("if_match", ['"7-0123456789abcdef"', '"6-aa", "7-aa"', "*", " * "])
def test_a_change_goes_on_where_the_revision_is_the_one_that_was_read(writer, address, if_match):
    assert put(writer, address, if_match).status_code == 200


def test_a_change_without_a_condition_goes_on(writer, address):
    response = writer.put(address, {}, "application/json")
    assert response.json()["actor"] == "token dam"
    assert response["ETag"].startswith('"8-')


@pytest.mark.parametrize(
    "if_match",
    [
        '"6-aa"',
        '"70-aa"',
        'W/"7-aa"',
        '"7"',
        "7-aa",
        '"7-',
        "junk",
        "",
        '"٧-aa"',
        '"7-zz"',
        ",".join(['"1-a"'] * 20_000),
    ],
)
def test_a_change_to_another_revision_is_refused(writer, address, if_match):
    body = problem(put(writer, address, if_match.encode().decode("latin-1")), 412, "precondition_failed")
    assert body["detail"] == "The record has changed since it was read. Read it again."


def test_a_change_is_never_answered_with_not_modified(writer, address):
    tag = writer.put(address, {}, "application/json")["ETag"]
    assert writer.put(address, {}, "application/json", headers={"if-none-match": tag}).status_code == 200
