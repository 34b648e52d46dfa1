"""Tokens in the admin: issued, shown once, revoked; by managers only."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gcis.events.models import Event
from gcis.tokens import services
from gcis.tokens.models import Token
from tests.images.admin.people import member, words
from tests.tokens.keys import a_token

pytestmark = pytest.mark.django_db

TOKENS = "/admin/tokens/token/"


@pytest.fixture
def mona() -> Client:
    return member("manager")


def issue(client: Client, **changed: Any) -> Any:
    return client.post(f"{TOKENS}add/", {"name": "emuseum", "scopes": ["read:all", "purge"], **changed})


def test_a_token_is_issued_and_its_secret_shown_once(mona: Client) -> None:
    day = timezone.now().date() + timedelta(days=30)
    answer = issue(mona, expires=f"{day:%Y-%m-%d}", networks="192.0.2.0/24\n 2001:db8::/32 ")
    token = Token.objects.get()
    assert (token.name, token.scopes, token.actor) == ("emuseum", ["read:all", "purge"], "admin mona")
    assert token.networks == ["192.0.2.0/24", "2001:db8::/32"]
    assert token.expires == datetime.combine(day, time.max, UTC), "the day is its last"
    secret = answer.content.decode().split('readonly value="')[1].split('"')[0]
    assert services.authenticate(secret, "192.0.2.7") == token
    assert "no-store" in answer["Cache-Control"]
    for page in (TOKENS, f"{TOKENS}{token.pk}/change/", f"{TOKENS}add/"):
        assert secret.encode() not in mona.get(page).content
    assert "Issued to emuseum, for read:all, purge" in words(mona.get(f"{TOKENS}{token.pk}/change/"))
    assert secret not in str(Event.objects.get().data)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "This field is required."),
        ({"name": "a\u2028b"}, "A token needs a name of at most 100 printable characters."),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["all"]}, "Select a valid choice."),
        ({"networks": "192.0.2.0/24 x"}, "'x' is not a network such as 192.0.2.0/24."),
        ({"expires": "2020-01-01"}, "The end of a token's life must lie in the future."),
        ({"expires": "soon"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(mona: Client, changed: dict[str, Any], sentence: str) -> None:
    answer = issue(mona, **changed)
    assert sentence in words(answer)
    assert not Token.objects.exists()


def test_every_scope_is_offered_with_a_sentence(mona: Client) -> None:
    page = words(mona.get(f"{TOKENS}add/"))
    assert "read:all: Read everything: closed, draft and withdrawn records" in page
    assert "purge: Purge caches" in page


def test_the_list_tells_what_each_token_may_and_whether_it_does(mona: Client) -> None:
    a_token("write", name="<b>dam")
    expired = a_token("read", name="old").token
    Token.objects.filter(pk=expired.pk).update(expires=timezone.now() - timedelta(days=1))
    revoked = a_token("read", name="lost").token
    services.revoke(revoked.pk, "admin jane")
    page = mona.get(TOKENS)
    assert b"<b>dam" not in page.content
    for part in ("valid write anywhere", "expired read anywhere", "revoked read anywhere"):
        assert part in words(page), part
    for state, name in (("valid", "<b>dam"), ("expired", "old"), ("revoked", "lost")):
        found = mona.get(f"{TOKENS}?state={state}").context["cl"].queryset
        assert list(found.values_list("name", flat=True)) == [name]


def test_tokens_are_revoked_one_by_one_and_together(mona: Client) -> None:
    one, two, three = (a_token(name=name).token for name in "abc")
    url = f"{TOKENS}{one.pk}/revoke/"
    assert mona.get(url).status_code == 200
    assert Token.objects.get(pk=one.pk).revoked is None
    mona.post(url, {"_form_submitted": "on"})
    mona.post(TOKENS, {"action": "revoke_selected", "_selected_action": [str(two.pk), str(three.pk)]})
    assert not Token.objects.filter(revoked=None).exists()
    assert set(Event.objects.filter(kind="token.revoked").values_list("actor", flat=True)) == {"admin mona"}
    assert "Revoked" in words(mona.get(f"{TOKENS}{one.pk}/change/"))


def test_a_token_is_neither_changed_nor_deleted(mona: Client) -> None:
    token = a_token().token
    assert mona.post(f"{TOKENS}{token.pk}/change/", {"name": "other"}).status_code == 403
    assert mona.post(f"{TOKENS}{token.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Token.objects.get().name == "emuseum"


def test_tokens_are_for_managers_only() -> None:
    token, jane = a_token().token, member("curator")
    for url in (TOKENS, f"{TOKENS}add/", f"{TOKENS}{token.pk}/change/", f"{TOKENS}{token.pk}/revoke/"):
        assert jane.get(url).status_code == 403
        assert Client().get(url).status_code == 302
    assert issue(jane).status_code == 403
    assert jane.post(f"{TOKENS}{token.pk}/revoke/", {"_form_submitted": "on"}).status_code == 403
    assert Token.objects.get().revoked is None


def test_issuing_needs_the_token_of_the_page() -> None:
    assert issue(member("manager", enforce_csrf_checks=True)).status_code == 403
    assert not Token.objects.exists()
