"""A TCP proxy on loopback between clients and one server, which misbehaves on demand: for failure tests."""

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import Self

_PIECE = 65536
_BUSY = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """`mode` may be changed at any time, for open connections too. Bytes count per connection, from that moment on.

        pass      forward untouched
        cut:N     close after N bytes of responses
        flip:N    flip one bit of byte N of responses
        slow:B    at most B bytes of responses a second
        rst       reset connections
        500       answer "503 Slow Down" and close
        hang      take requests and never answer, until the mode changes

    With `-up` (cut-up:N, flip-up:N, slow-up:B) it is the bytes of requests. `seen` counts connections.
    """

    def __init__(self, target: int, mode: str = "pass", host: str = "127.0.0.1") -> None:
        self.target = (host, target)
        self.seen = 0
        self._mode = mode
        self._told = (0, _Fault.of(mode))
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def mode(self) -> str:
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        with self._changed:
            self._mode, self._told = mode, (self._told[0] + 1, _Fault.of(mode))
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """No more connections; those that are open end."""
        self.mode = "rst"
        _shut(self._listener, *list(self._open))

    def _listen(self) -> None:
        while True:
            try:
                client = self._listener.accept()[0]
            except OSError:  # closed
                return
            self.seen += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        mine = {client}
        self._open |= mine
        try:
            if self.mode == "rst":
                _reset(client)
                return
            server = socket.create_connection(self.target)
            for connection in (client, server):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            mine.add(server)
            self._open |= mine
            upward = threading.Thread(
                target=self._forward, args=(client, server, client), kwargs={"up": True}, daemon=True
            )
            upward.start()
            self._forward(server, client, client, up=False)
        except OSError:  # the server is not there: neither are we
            _reset(client)
        finally:
            _shut(*mine)
            self._open -= mine

    def _forward(self, source: socket.socket, sink: socket.socket, client: socket.socket, *, up: bool) -> None:
        """The bytes of one direction, until either side ends or the mode ends it."""
        since, sent = -1, 0
        try:
            while data := source.recv(_PIECE):
                told, fault = self._told
                if fault.verb == "hang":
                    told, fault = self._other_than(told)
                if told != since:
                    since, sent = told, 0
                if fault.verb == "rst":
                    _reset(client)
                    return
                if fault.verb == "500":
                    client.sendall(_BUSY)
                    return
                if not _send(sink, data, sent, fault if fault.up == up else _PASS):
                    return
                sent += len(data)
        except OSError:  # one of the two is gone, and the other is told so below
            pass
        finally:
            _shut(source, sink)

    def _other_than(self, told: int) -> tuple[int, "_Fault"]:
        with self._changed:
            self._changed.wait_for(lambda: self._told[0] != told)
            return self._told


@dataclass(frozen=True, slots=True)
class _Fault:
    """A mode, taken apart. `up`: of requests."""

    verb: str
    up: bool = False
    number: int = 0

    @classmethod
    def of(cls, mode: str) -> Self:
        verb, _, number = mode.partition(":")
        if verb.removesuffix("-up") not in ("pass", "cut", "flip", "slow", "rst", "500", "hang"):
            raise ValueError(f"no mode of the proxy: {mode}")
        return cls(verb.removesuffix("-up"), verb.endswith("-up"), int(number or 0))


_PASS = _Fault("pass")


def _send(sink: socket.socket, data: bytes, sent: int, fault: _Fault) -> bool:
    """What is left of these bytes after the fault; False when the connection is to end here."""
    number = fault.number
    if fault.verb == "cut" and sent + len(data) > number:
        sink.sendall(data[: max(0, number - sent)])
        return False
    if fault.verb == "flip" and sent <= number < sent + len(data):
        changed = bytearray(data)
        changed[number - sent] ^= 1
        data = bytes(changed)
    step = max(1, number // 10) if fault.verb == "slow" else len(data)
    for start in range(0, len(data), step):
        sink.sendall(data[start : start + step])
        if fault.verb == "slow":
            time.sleep(step / number)
    return True


def _reset(connection: socket.socket) -> None:
    """End it with RST, as a machine does that knows nothing of the connection."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RD)  # whoever still reads from it holds it open
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _shut(*connections: socket.socket) -> None:
    for connection in connections:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
