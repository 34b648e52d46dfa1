"""Where a fetch may go: the rules, and the checks of a URL and of the addresses behind its name. No network here."""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

import idna
from django.conf import settings

from gcis.core.errors import SourceFault

Address = IPv4Address | IPv6Address

PORTS = {"http": 80, "https": 443}
LONGEST_URL = 4000
#: Stays as it is written in paths and queries; everything else is percent-encoded (RFC 3986 §2).
KEPT = "%/:=&?~+!$,;'@()*[]"

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
#: The last part of a host that programs take for an address, however it is written: 127.1, 0x7f000001, 2130706433.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

#: What somebody's own network uses (RFC 1918, 4193, 6598) and this host itself. Not link-local: clouds keep keys there.
_PRIVATE = tuple(
    ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1", "fc00::/7")
)
#: Not public either, though `is_global` of some supported Pythons says so.
_SPECIAL = tuple(ip_network(network) for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32"))
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a fetch may reach and use up: bytes, seconds, bytes per second.

    `allowed_hosts`: "host" or "host:port", or with a dot before it the host and all below it; without a port it means
    80 and 443. With none every public host is allowed. `allow_private`: hosts of that list may have private addresses.
    `least_speed` is what a body must reach on average in each `speed_window`.
    """

    allowed_hosts: tuple[str, ...] = ()
    allow_private: bool = False
    max_bytes: int = 4 << 30
    seconds: float = 600
    connect_timeout: float = 10
    read_timeout: float = 30
    redirects: int = 3
    least_speed: float = 1024
    speed_window: float = 30

    def __post_init__(self) -> None:
        for entry in self.allowed_hosts:
            try:
                _entry(entry)
            except (SourceFault, ValueError) as error:
                raise ValueError(
                    f"{entry!r} is not a host, a host and its port, or either with a dot before."
                ) from error


@dataclass(frozen=True, slots=True)
class Place:
    """A checked URL. `host` is in lower-case ASCII; `target` is path and query; `listed`: its host was named to us."""

    scheme: str
    host: str
    port: int
    target: str
    listed: bool

    @property
    def address(self) -> Address | None:
        """The host itself when it is an address and not a name."""
        return _literal(self.host)

    @property
    def authority(self) -> str:
        """As the Host header has it (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def rules_from_settings() -> Rules:
    return Rules(
        allowed_hosts=tuple(settings.GCIS_FETCH_HOSTS),
        allow_private=settings.GCIS_FETCH_PRIVATE,
        max_bytes=settings.GCIS_FETCH_MAX_BYTES,
        seconds=settings.GCIS_FETCH_SECONDS,
    )


def check_url(url: str, rules: Rules) -> None:
    """Raise SourceFault `url_refused` when we would never read this URL. Says nothing about where its name leads."""
    place(url, rules)


def place(url: str, rules: Rules) -> Place:
    """Where a URL leads, or SourceFault `url_refused`. A port of its own needs an entry that names it."""
    if len(url) > LONGEST_URL:
        raise refused(f"it is longer than {LONGEST_URL} characters")
    if url != url.strip() or any(unicodedata.category(character) in ("Cc", "Cs") for character in url):
        raise refused("it contains control characters, or spaces around it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused("it is not a valid URL") from None
    if parts.scheme not in PORTS:
        raise refused("only http:// and https:// are read")
    if "@" in parts.netloc:
        raise refused("it carries a user name or a password")
    host = _host(parts.hostname or "")
    port = PORTS[parts.scheme] if port is None else port
    listed = _listed(host, port, rules)
    _check_host(host, port, rules, listed=listed)
    query = f"?{quote(parts.query, safe=KEPT)}" if parts.query else ""
    return Place(parts.scheme, host, port, quote(parts.path or "/", safe=KEPT) + query, listed)


def check_address(address: Address, rules: Rules, *, listed: bool) -> None:
    """Raise SourceFault `url_refused` unless the address is one of the public internet, or private and allowed."""
    meant = _embedded(address)
    if _is_public(meant):
        return
    if rules.allow_private and listed and any(meant in network for network in _PRIVATE):
        return
    raise refused("its host is not on the public internet")


def refused(reason: str) -> SourceFault:
    return SourceFault("url_refused", f"The URL cannot be used: {reason}.")


def _host(written: str) -> str:
    """A name in ASCII (IDNA 2008 after the mapping of UTS 46), or an address in its one usual form."""
    if ":" in written:
        return str(_address(written))
    try:
        name = written if written.isascii() else idna.encode(written, uts46=True).decode("ascii")
    except UnicodeError:
        name = ""
    name = name.lower().removesuffix(".")
    if not _NAME.fullmatch(name):
        raise refused("its host is not a valid name")
    return str(_address(name)) if _NUMBER.fullmatch(name.rpartition(".")[2]) else name


def _address(written: str) -> Address:
    try:
        return ip_address(written)
    except ValueError:
        raise refused("its host is a number that is not written as an address") from None


def _check_host(host: str, port: int, rules: Rules, *, listed: bool) -> None:
    if rules.allowed_hosts and not listed:
        raise refused(f"{host}, port {port}, is not among the hosts that may be read")
    if not listed and port not in PORTS.values():
        raise refused(f"port {port} is not one that may be read")
    if address := _literal(host):
        check_address(address, rules, listed=listed)
    elif not listed and "." not in host:
        raise refused(f"{host} is not the full name of a host")


def _literal(host: str) -> Address | None:
    return ip_address(host) if ":" in host or host.rpartition(".")[2].isdigit() else None


def _listed(host: str, port: int, rules: Rules) -> bool:
    for domain, below, ports in map(_entry, rules.allowed_hosts):
        if port in ports and (host == domain or (below and host.endswith(f".{domain}"))):
            return True
    return False


def _entry(entry: str) -> tuple[str, bool, tuple[int, ...]]:
    """The host of an entry, whether the hosts below it are meant too, and the ports."""
    named = urlsplit(f"//{entry.strip()}")
    if named.path or named.query or named.fragment or "@" in named.netloc:
        raise ValueError(entry)
    name = named.hostname or ""
    ports = tuple(PORTS.values()) if named.port is None else (named.port,)
    return _host(name.removeprefix(".")), name.startswith("."), ports


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4 or NAT64 (RFC 4291 §2.5.5, 3056, 6052)."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (address not in _UNICAST or address.scope_id):
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _SPECIAL)
