"""Tokens listed, issued and revoked from the command line."""

import pytest
from django.utils import timezone

from gcis.events.models import Event
from gcis.tokens import services
from gcis.tokens.models import Token
from tests.shell import rehearse, run

pytestmark = pytest.mark.django_db

HOME, AWAY = "192.0.2.7", "198.51.100.7"


def test_the_secret_stands_alone_on_stdout_and_opens() -> None:
    words = ("--scope", "read", "--scope", "write", "--network", "192.0.2.0/24", "--actor", "jane")
    ended = run("tokens", "issue", "eMuseum", *words)
    token = Token.objects.get()
    assert ended.status == 0
    assert ended.out == ended.out.strip() + "\n"
    assert services.authenticate(ended.out.strip(), HOME) == token
    assert services.authenticate(ended.out.strip(), AWAY) is None
    assert (token.name, token.scopes, token.expires, token.actor) == ("eMuseum", ["read", "write"], None, "jane")
    assert token.public_id in ended.err
    assert ended.out.strip() not in ended.err


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2999-01-01", "2999-01-01T00:00:00+00:00"),
        ("2999-01-01T12:30", "2999-01-01T12:30:00+00:00"),
        ("2999-01-01T12:30+02:00", "2999-01-01T10:30:00+00:00"),
    ],
)
def test_a_token_ends_when_it_was_said(text: str, moment: str) -> None:
    assert run("tokens", "issue", "x", "--scope", "read", "--expires", text).status == 0
    expires = Token.objects.get().expires
    assert expires
    assert expires.astimezone(timezone.get_default_timezone()).isoformat() == moment


@pytest.mark.parametrize(
    "words",
    [
        ("x",),
        (" ", "--scope", "read"),
        ("x", "--scope", "everything"),
        ("x", "--scope", "read", "--network", "everywhere"),
        ("x", "--scope", "read", "--expires", "2001-01-01"),
        ("x", "--scope", "read", "--expires", "2999-02-30"),
        ("x", "--scope", "read", "--expires", "soon"),
    ],
)
def test_a_token_that_cannot_be_is_refused(words: tuple[str, ...]) -> None:
    ended = run("tokens", "issue", *words)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err
    assert Token.objects.count() == 0


def test_tokens_are_listed_without_secrets() -> None:
    assert run("tokens", "list").out == ""
    secret = run("tokens", "issue", "eMuseum", "--scope", "write", "--expires", "2999-01-01").out.strip()
    token = Token.objects.get()
    (line,) = run("tokens", "list").lines
    assert line.split("\t") == [
        token.public_id,
        "eMuseum",
        "write",
        "anywhere",
        "2999-01-01 00:00",
        "never",
        "valid",
    ]
    assert secret.rpartition("_")[2] not in line
    Token.objects.update(expires=timezone.now())
    assert run("tokens", "list").lines[0].endswith("\texpired")


def test_a_token_is_revoked_by_either_id_once() -> None:
    for number in range(2):
        secret = run("tokens", "issue", f"token {number}", "--scope", "read").out.strip()
        token = Token.objects.get(name=f"token {number}")
        key = (token.public_id, token.pk)[number]
        assert rehearse("tokens", "revoke", key).lines == [f"{token} would be revoked. Nothing was changed."]
        assert services.authenticate(secret, HOME)
        assert run("tokens", "revoke", key, "--actor", "jane").lines == [f"{token} is revoked."]
        assert services.authenticate(secret, HOME) is None
        assert run("tokens", "revoke", key).lines == [f"{token} was revoked before."]
    assert Event.objects.filter(kind="token.revoked", actor="jane").count() == 2
    assert {line.split("\t")[-1] for line in run("tokens", "list").lines} == {"revoked"}


def test_a_token_that_is_none_is_not_revoked() -> None:
    ended = run("tokens", "revoke", "nonesuch")
    assert (ended.status, ended.err) == (1, "There is no token 'nonesuch'.\n")
