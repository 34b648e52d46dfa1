"""Who gets in, and what every answer says about being kept."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from gcis.events.models import Event
from gcis.tokens import services
from gcis.tokens.models import Token
from tests.core.api.conftest import problem
from tests.tokens.keys import a_token, bearing

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/events"


@pytest.fixture
def record() -> str:
    return f"{ADDRESS}/{Event.objects.create(kind='a', actor='b').pk}"


def test_without_a_token_nobody_gets_in(anonymous):
    for method in ("GET", "HEAD"):
        response = anonymous.generic(method, ADDRESS)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert response["Vary"] == "Authorization"
    problem(anonymous.get(ADDRESS), 401, "not_authenticated")
    problem(anonymous.post("/api/v1/books", b"[" * 9999, "application/json"), 401, "not_authenticated")


def test_a_session_is_no_token(anonymous):
    anonymous.force_login(User.objects.create_superuser("jane"))
    problem(anonymous.get(ADDRESS), 401, "not_authenticated")


def test_a_token_in_the_query_is_no_token(anonymous):
    secret = a_token("write").secret
    for name in ("token", "access_token", "api_key", "authorization"):
        response = anonymous.get(ADDRESS, {name: f"Bearer {secret}"})
        assert problem(response, 401, "not_authenticated")
        assert secret not in response.content.decode()


def test_the_scheme_is_read_in_any_case(anonymous):
    assert anonymous.get(ADDRESS, headers={"authorization": f"bearer  {a_token('read').secret}"}).status_code == 200


@pytest.mark.parametrize(
    "presented", ["", " ", "x", "gcis_x_y", "gcis_" + "a" * 12 + "_" + "b" * 43, "\xff\xfe", "a\0b", "x" * 100_000]
)
def test_what_is_no_token_is_refused(anonymous, presented):
    response = anonymous.get(ADDRESS, headers={"authorization": f"Bearer {presented}"})
    problem(response, 401, "authentication_failed")
    assert response["WWW-Authenticate"] == "Bearer"


def test_tokens_that_were_valid_once_are_refused_like_strangers(anonymous):
    revoked, expired, elsewhere = a_token("write"), a_token("write"), a_token("write", networks=["192.0.2.0/24"])
    services.revoke(revoked.token.pk, "admin jane")
    Token.objects.filter(pk=expired.token.pk).update(expires=timezone.now() - timedelta(seconds=1))
    answers = set()
    for issued in (revoked, expired, elsewhere):
        headers = {"authorization": f"Bearer {issued.secret}", "x-forwarded-for": "192.0.2.1"}
        response = anonymous.get(ADDRESS, headers=headers)
        problem(response, 401, "authentication_failed")
        answers.add(response.content)
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("scopes", "listed", "read", "written"),
    [
        (("read",), 200, 403, 403),
        (("read:all",), 200, 200, 403),
        (("write",), 200, 200, 200),
        (("purge",), 403, 403, 403),
    ],
)
def test_each_method_needs_its_scope(anonymous, record, scopes, listed, read, written):
    headers = bearing(*scopes)
    assert anonymous.get(ADDRESS, headers=headers).status_code == listed
    assert anonymous.get(record, headers=headers).status_code == read
    assert anonymous.head(record, headers=headers).status_code == read
    assert anonymous.put(record, {}, "application/json", headers=headers).status_code == written


def test_who_lacks_a_scope_is_told_which(reader, record):
    body = problem(reader.get(record), 403, "permission_denied")
    assert body["detail"] == "This needs a token with the scope read:all."


def test_who_may_not_learns_nothing_of_what_there_is(reader, record):
    existing, absent = reader.get(record), reader.get(f"{ADDRESS}/999999")
    assert existing.status_code == absent.status_code == 403


def test_events_name_the_machine(writer, record):
    assert writer.put(record, {}, "application/json").json()["actor"] == "token dam"


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/xml;q=1", "garbage", "", "x" * 10_000])
def test_answers_are_json_whatever_is_asked_for(writer, accept):
    response = writer.get(ADDRESS, headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_nobody_keeps_answers(writer, record):
    for response in (writer.get(record), writer.get(ADDRESS), writer.get("/api/v1/failing/none")):
        assert response["Cache-Control"] == "no-store"
        assert response["Vary"] == "Authorization"
        assert response["X-Content-Type-Options"] == "nosniff"
