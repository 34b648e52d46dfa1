"""Issue, revoke and recognise tokens. Only this module saves them."""

import ipaddress
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault
from gcis.core.trouble import passing
from gcis.events import services as events
from gcis.tokens.models import Token
from gcis.tokens.scopes import SCOPES

log = structlog.get_logger(__name__)

#: 62 ** 43 is more than 256 bits.
_SECRET_LENGTH = 43
_SHAPE = re.compile(rf"gcis_([a-z0-9]{{12}})_([A-Za-z0-9]{{{_SECRET_LENGTH}}})", re.ASCII)
#: Seconds between two notes of a token's last use.
_NOTE_EVERY = 60


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, and the text that the machine sends. It cannot be had a second time."""

    token: Token
    secret: str


@transaction.atomic
def issue(
    name: str, scopes: Iterable[str], *, actor: str, expires: datetime | None = None, networks: Iterable[str] = ()
) -> Issued:
    """Make a token. SourceFault when the name, a scope, a network or the end of its life cannot be."""
    public_id = get_random_string(12, string.ascii_lowercase + string.digits)
    secret = get_random_string(_SECRET_LENGTH, string.ascii_letters + string.digits)
    token = Token.objects.create(
        name=_name(name),
        public_id=public_id,
        digest=_digest(secret),
        scopes=_scopes(scopes),
        networks=[_network(text) for text in networks],
        expires=_expires(expires),
        actor=actor,
    )
    events.record("token.issued", token.pk, actor, **_described(token))
    return Issued(token, f"gcis_{public_id}_{secret}")


@transaction.atomic
def revoke(token_id: UUID, actor: str) -> None:
    """From now on the token opens nothing. Once more changes nothing. SourceFault when there is none with this id."""
    token = Token.objects.select_for_update().filter(pk=token_id).first()
    if token is None:
        raise SourceFault("token_unknown", "There is no such token.")
    if token.revoked is None:
        Token.objects.filter(pk=token_id).update(revoked=DbNow())
        events.record("token.revoked", token.pk, actor, **_described(token))


def authenticate(presented: str, address: str) -> Token | None:
    """The token whose text this is, if it may be used now and from that address."""
    shape = _SHAPE.fullmatch(presented)
    token = Token.objects.filter(public_id=shape[1]).first() if shape else None
    if shape is None or token is None or not constant_time_compare(token.digest, _digest(shape[2])):
        return None
    if token.revoked or (token.expires and token.expires <= timezone.now()) or not _comes_from(address, token.networks):
        return None
    _note_use(token)
    return token


def _digest(secret: str) -> str:
    """Keyed by SECRET_KEY: whoever reads the table can neither use nor make a token, and a new key ends them all."""
    return salted_hmac("gcis.tokens", secret, algorithm="sha256").hexdigest()


def _comes_from(address: str, networks: list[str]) -> bool:
    """Whether the address lies in one of the networks; an address that cannot be read lies in none."""
    if not networks:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = caller.ipv4_mapped if isinstance(caller, ipaddress.IPv6Address) else None
    return any((mapped or caller) in ipaddress.ip_network(network) for network in networks)


def _note_use(token: Token) -> None:
    """Asked of the row in memory first: most requests then write nothing."""
    if token.last_used is None or (timezone.now() - token.last_used).total_seconds() > _NOTE_EVERY:
        stale = Q(last_used=None) | Q(last_used__lt=DbNow(-_NOTE_EVERY))
        try:
            with transaction.atomic():
                Token.objects.filter(stale, pk=token.pk).update(last_used=DbNow())
        except Error as error:
            if passing(error) is None:
                raise
            log.warning("token.use_unnoted", token=token.public_id, error=str(error))  # a read needs no room to write


def _described(token: Token) -> dict[str, object]:
    return {"name": token.name, "public_id": token.public_id, "scopes": token.scopes}


def _name(name: str) -> str:
    tidy = name.strip()
    if not tidy or len(tidy) > 100 or not tidy.isprintable():
        raise SourceFault("token_name", "A token needs a name of at most 100 printable characters.")
    return tidy


def _scopes(scopes: Iterable[str]) -> list[str]:
    wanted = set(scopes)
    if not wanted or not wanted <= SCOPES.keys():
        raise SourceFault("token_scopes", f"A token needs at least one of these scopes: {', '.join(SCOPES)}.")
    return [scope for scope in SCOPES if scope in wanted]


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise SourceFault("token_network", f"{text!r} is not a network such as 192.0.2.0/24.") from None


def _expires(moment: datetime | None) -> datetime | None:
    if moment and moment <= timezone.now():
        raise SourceFault("token_expires", "The end of a token's life must lie in the future.")
    return moment
