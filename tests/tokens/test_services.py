import dataclasses
from datetime import timedelta

import pytest
from django.utils import timezone

from gcis.core.errors import SourceFault
from gcis.core.ids import mint
from gcis.events.models import Event
from gcis.tokens import services
from gcis.tokens.models import Token
from tests.tokens.keys import a_token
from tests.work import statements, writes

pytestmark = pytest.mark.django_db

ANYWHERE = "198.51.100.7"


def test_the_secret_opens_and_is_kept_nowhere() -> None:
    issued = a_token("write", name="  eMuseum ")
    assert services.authenticate(issued.secret, ANYWHERE) == issued.token
    assert issued.token.name == "eMuseum"
    prefix, public_id, secret = issued.secret.split("_")
    assert (prefix, public_id, len(secret)) == ("gcis", issued.token.public_id, 43)
    row = Token.objects.values().get()
    assert secret not in str(row)
    assert secret not in str(Event.objects.values_list("data", flat=True).get())


def test_issuing_and_revoking_are_recorded() -> None:
    token = a_token("purge", "read").token
    services.revoke(token.pk, "admin joe")
    services.revoke(token.pk, "admin joe")
    seen = Event.objects.order_by("pk").values_list("kind", "subject", "actor")
    assert list(seen) == [
        ("token.issued", token.pk, "admin jane"),
        ("token.revoked", token.pk, "admin joe"),
    ]
    assert Event.objects.filter(kind="token.issued").get().data == {
        "name": "emuseum",
        "public_id": token.public_id,
        "scopes": ["read", "purge"],
    }


def test_a_revoked_token_opens_nothing() -> None:
    issued = a_token()
    services.revoke(issued.token.pk, "admin jane")
    assert services.authenticate(issued.secret, ANYWHERE) is None


def test_what_does_not_exist_cannot_be_revoked() -> None:
    with pytest.raises(SourceFault, match="no such token"):
        services.revoke(mint(), "admin jane")


def test_a_token_ends_when_it_expires() -> None:
    issued = a_token(expires=timezone.now() + timedelta(hours=1))
    assert services.authenticate(issued.secret, ANYWHERE)
    Token.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert services.authenticate(issued.secret, ANYWHERE) is None


def test_a_changed_secret_key_ends_all_tokens(settings) -> None:
    issued = a_token()
    settings.SECRET_KEY = "another"
    assert services.authenticate(issued.secret, ANYWHERE) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"),
        lambda text: text + "a",
        lambda text: text[:-1],
        lambda text: text + "\n",
        lambda text: text.upper(),
        lambda text: text.replace("gcis_", ""),
        lambda text: text.replace("_", "\0"),
        lambda text: "",
        lambda text: text.rpartition("_")[0],
        lambda text: "gcis_" + "a" * 12 + "_" + "a" * 43,
        lambda text: "gcis_" + "é" * 12 + "_" + "a" * 43,
    ],
)
def test_what_is_not_the_secret_opens_nothing(change) -> None:
    assert services.authenticate(change(a_token().secret), ANYWHERE) is None


@pytest.mark.parametrize(
    ("networks", "address", "opens"),
    [
        ((), "", True),
        (("192.0.2.0/24",), "192.0.2.77", True),
        (("192.0.2.77",), "192.0.2.77", True),
        (("192.0.2.9/24",), "192.0.2.77", True),
        (("192.0.2.0/24",), "::ffff:192.0.2.77", True),
        (("192.0.2.0/24",), "192.0.3.1", False),
        (("192.0.2.0/24", "2001:db8::/32"), "2001:db8::1", True),
        (("192.0.2.0/24",), "2001:db8::1", False),
        (("0.0.0.0/0",), "", False),
        (("0.0.0.0/0",), "unix:", False),
    ],
)
def test_a_token_may_belong_to_networks(networks, address, opens) -> None:
    issued = a_token(networks=networks)
    assert bool(services.authenticate(issued.secret, address)) is opens


def test_the_last_use_is_noted_once_a_minute() -> None:
    issued = a_token()
    services.authenticate(issued.secret, ANYWHERE)
    first = Token.objects.get().last_used
    assert first is not None
    with statements() as sent:
        services.authenticate(issued.secret, ANYWHERE)
    assert len(sent) == 1
    assert writes(sent) == []
    Token.objects.update(last_used=first - timedelta(seconds=61))
    services.authenticate(issued.secret, ANYWHERE)
    assert Token.objects.get().last_used >= first


def test_a_refused_token_was_not_used() -> None:
    issued = a_token(networks=["192.0.2.0/24"])
    services.authenticate(issued.secret, "192.0.3.1")
    assert Token.objects.get().last_used is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "token_name"),
        ({"name": "x" * 101}, "token_name"),
        ({"name": "a\0b"}, "token_name"),
        ({"name": "a\nb"}, "token_name"),
        ({"scopes": []}, "token_scopes"),
        ({"scopes": ["read", "root"]}, "token_scopes"),
        ({"networks": ["192.0.2.0/33"]}, "token_network"),
        ({"networks": ["museum.example"]}, "token_network"),
        ({"expires": timezone.now() - timedelta(minutes=1)}, "token_expires"),
    ],
)
def test_a_token_that_cannot_be_is_not_made(wrong, code) -> None:
    with pytest.raises(SourceFault) as fault:
        services.issue(**{"name": "emuseum", "scopes": ["read"], "actor": "admin jane", **wrong})
    assert fault.value.code == code
    assert not Token.objects.exists()


def test_what_was_issued_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_token().secret = "other"  # type: ignore[misc]
