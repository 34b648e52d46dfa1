"""IIPImage's server, Debian's 1.1: one process with one thread behind a socket, without any cache of its own.

It answers the Image API 2 in JPEG only, and speaks FastCGI: nginx stands before it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from tests.world.server import Server

PROGRAM = Path("/usr/lib/iipimage-server/iipsrv.fcgi")
#: The quality of JPEGs, as ours; and the longest edge that it answers, in pixels.
QUALITY, LONGEST = 90, 10_000
#: Connections that wait while it works, as many as Linux lets wait by default.
_BACKLOG = 4096


class IIPImage(Server):
    """The masters are the files of the folder `masters`, by the whole of their names: set it before it is started."""

    name = "IIPImage"
    variable = "GCIS_TEST_IIPIMAGE"
    advice = "Debian: apt install --no-install-recommends iipimage-server"
    ports_needed = 0

    def prepare(self) -> None:
        self.masters = self.folder / "masters"

    @classmethod
    def programs(cls) -> Path | None:
        return PROGRAM if PROGRAM.exists() else None

    @property
    def address(self) -> str:
        """As nginx names it in `fastcgi_pass` and `upstream`."""
        return f"unix:{self._socket}"

    @property
    def _socket(self) -> Path:
        return self.folder / "socket"

    def command(self) -> Sequence[str | Path]:
        self._socket.unlink(missing_ok=True)
        return [PROGRAM, "--bind", self._socket, "--backlog", str(_BACKLOG)]

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "OMP_NUM_THREADS": "1",
            "VERBOSITY": "0",
            "LOGFILE": str(self.folder / "requests.log"),
            "FILESYSTEM_PREFIX": f"{self.masters}/",
            "URI_MAP": "iiif=>IIIF",
            "MAX_IMAGE_CACHE_SIZE": "0",
            "MEMCACHED_SERVERS": "",
            "JPEG_QUALITY": str(QUALITY),
            "MAX_CVT": str(LONGEST),
            "CORS": "*",
        }

    def answers(self) -> bool:
        return self._socket.exists()


def fastcgi(upstream: str) -> str:
    """What an nginx location says to pass on to it. Addresses are /iiif/NAME/region/size/rotation/quality.jpg."""
    named = {
        "QUERY_STRING": "$query_string",
        "REQUEST_METHOD": "$request_method",
        "REQUEST_URI": "$request_uri",
        "SERVER_PROTOCOL": "$server_protocol",
        "HTTP_X_IIIF_ID": '""',
    }
    lines = [f"fastcgi_param {name} {value};" for name, value in named.items()]
    return "\n".join([f"fastcgi_pass {upstream};", *lines])
