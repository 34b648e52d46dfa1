"""The connection of a guarded read: to a checked address and no other, with no wait longer than the patience.

A name is resolved once and the socket is connected to what was checked, while TLS and the Host header carry the name.
Hence http.client over a socket of ours: it resolves nothing and knows no proxies, cookies or redirects of its own.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from ipaddress import ip_address

from gcis.core.errors import SourceFault, Unavailable
from gcis.core.fetch_rules import Place, Rules, check_address

#: The addresses of a host by its name, the best first; OSError when there are none.
Resolve = Callable[[str], Sequence[str]]

HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "GCIS"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the whole read may go on, and each wait within it."""

    until: float
    rules: Rules

    def wait(self, longest: float) -> float:
        """Seconds that a wait may take now."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Unavailable("url_unreachable", f"The file could not be read within {self.rules.seconds:g} seconds.")
        return min(left, longest)


def resolve_name(host: str) -> list[str]:
    """The addresses that this host knows for a name. It may take as long as the resolver of this host waits."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@contextmanager
def answer(where: Place, patience: Patience, resolve: Resolve) -> Iterator[HTTPResponse]:
    """The head of the answer has been read, its body not yet."""
    with network(where, patience):
        connected = _connect(where, patience, resolve)
    with closing(connected):
        with network(where, patience):
            connection = HTTPConnection(where.host, where.port)
            connection.sock = _Wire(connected, patience)
            connection.request("GET", where.target, headers={"Host": where.authority, **HEADERS})
            response = connection.getresponse()
        with closing(response):
            yield response


def _connect(where: Place, patience: Patience, resolve: Resolve) -> socket.socket:
    """A connection to one of the host's addresses, all of which have been checked."""
    problem: OSError | None = None
    for address in _addresses(where, patience.rules, resolve):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        connecting = socket.socket(family, socket.SOCK_STREAM)
        try:
            connecting.settimeout(patience.wait(patience.rules.connect_timeout))
            connecting.connect((address, where.port))
            return _secured(connecting, where, patience) if where.scheme == "https" else connecting
        except OSError as error:
            connecting.close()
            problem = error
        except BaseException:
            connecting.close()
            raise
    raise problem or OSError("its name leads nowhere")


def _addresses(where: Place, rules: Rules, resolve: Resolve) -> list[str]:
    """The one resolution. A name with a single address that may not be reached is refused altogether."""
    found = [where.address] if where.address else [ip_address(each) for each in resolve(where.host)]
    for address in found:
        check_address(address, rules, listed=where.listed)
    return [str(address) for address in found]


def _secured(connected: socket.socket, where: Place, patience: Patience) -> ssl.SSLSocket:
    """TLS with the certificates that this host trusts; the handshake as a whole has the time of a connection."""
    connected.settimeout(patience.wait(patience.rules.connect_timeout))
    return ssl.create_default_context().wrap_socket(connected, server_hostname=where.host)


class _Wire:
    """A connected socket as http.client uses one. Whoever made the connection closes it."""

    def __init__(self, connected: socket.socket, patience: Patience) -> None:
        self.connected = connected
        self.patience = patience

    def sendall(self, data: bytes) -> None:
        self.connected.settimeout(self.patience.wait(self.patience.rules.read_timeout))
        self.connected.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self.connected, self.patience))

    def close(self) -> None:
        """http.client lets go as soon as it knows that this answer is the last; the body is still to come."""


class _Incoming(io.RawIOBase):
    """What comes in. Each wait is limited by what is left of the whole, so that nobody can hold us by single bytes."""

    def __init__(self, connected: socket.socket, patience: Patience) -> None:
        self.connected = connected
        self.patience = patience

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self.connected.settimeout(self.patience.wait(self.patience.rules.read_timeout))
        return self.connected.recv_into(buffer)


@contextmanager
def network(where: Place, patience: Patience) -> Iterator[None]:
    """Say what went wrong on the way in our own terms."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise SourceFault(
            "url_bad", f"The certificate of {where.host} is not valid: {error.verify_message}."
        ) from error
    except TimeoutError as error:
        patience.wait(0)  # raises if it was the whole that took too long
        raise Unavailable("url_unreachable", f"{where.host} does not answer in time.") from error
    except (OSError, IncompleteRead) as error:
        reason = getattr(error, "strerror", None) or "the connection broke off"
        raise Unavailable("url_unreachable", f"{where.host} cannot be read from just now: {reason}.") from error
    except HTTPException as error:
        raise SourceFault("url_bad", f"{where.host} does not answer as a web server should.") from error
