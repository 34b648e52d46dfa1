"""The servers that are compared: ours with its fast lane and without, and IIPImage; all behind one nginx."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks._delivery_load import Server
from tests.world.iipimage import IIPImage, fastcgi
from tests.world.nginx import Nginx
from tests.world.server import free_ports
from tests.world.site import Web

#: Of each server.
PROCESSES = 2
LANE, DJANGO, IIPIMAGE = "lane", "through Django", "IIPImage"
#: Caches are off: what is measured is the making of answers. And nobody is turned away, as IIPImage turns nobody away.
_OURS = {
    "GCIS_DERIVATIVE_CACHE_BYTES": "0",
    "GCIS_CLIENT_MEGAPIXELS": "0",
    "GCIS_IMAGE_MEGAPIXELS": "0",
    "GCIS_DRAW_PLACES": "1000",
    "GCIS_DRAW_SECONDS": "60",
}
#: Everything through Django.
_WITHOUT_LANE = {"GCIS_LANE": "no"}
_COMMON = """
server_tokens off;
tcp_nopush off;
upstream lane {{ server {lane}; keepalive 64; }}
upstream django {{ server {django}; keepalive 64; }}
{iipimage}
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_set_header Host $http_host;
proxy_buffers 32 64k;
proxy_busy_buffers_size 256k;
proxy_buffer_size 64k;
proxy_max_temp_file_size 0;
proxy_ignore_client_abort on;
proxy_read_timeout 120s;
fastcgi_buffers 32 64k;
fastcgi_busy_buffers_size 256k;
fastcgi_buffer_size 64k;
fastcgi_max_temp_file_size 0;
fastcgi_ignore_client_abort on;
fastcgi_read_timeout 120s;
server {{
    listen {ports[0]} backlog=4096;
    location / {{ proxy_pass http://lane; }}
    location = /idle {{ stub_status; }}
}}
server {{ listen {ports[1]} backlog=4096; location / {{ proxy_pass http://django; }} }}
"""
_IIPIMAGE = """
upstream iipimage {{ least_conn; {servers} }}
server {{ listen {port} backlog=4096; location / {{ {passed} }} }}
"""


class _Front(Nginx):
    """With room for a thousand clients and as many connections behind."""

    def configure(self, text: str) -> None:
        super().configure(text)
        file = self.folder / "nginx.conf"
        file.write_text(file.read_text().replace("worker_connections 512", "worker_connections 8192"))


@contextmanager
def running(folder: Path, masters: Path) -> Iterator[list[Server]]:
    """Ours by both ways, then IIPImage where it is installed; they are gone at the end of the block."""
    from django.conf import settings

    front, ports = _Front(folder / "nginx"), free_ports(2)
    settings.GCIS_PUBLIC_URL = front.address
    ours = {
        LANE: _web(folder / "lane"),
        DJANGO: _web(folder / "django", **_WITHOUT_LANE),
    }
    theirs = [IIPImage(folder / f"iip-{number}") for number in range(PROCESSES)] if IIPImage.programs() else []
    for each in theirs:
        each.masters = masters
    iipimage = _block(theirs, ports[1]) if theirs else ""
    places = {"lane": _place(ours[LANE]), "django": _place(ours[DJANGO])}
    front.configure(_COMMON.format(**places, iipimage=iipimage, ports=(front.port, ports[0])))
    front.check()
    with ExitStack() as stack:
        everybody = [*ours.values(), *theirs, front]
        for each in everybody:
            stack.callback(each.stop)
            each.launch()
        for each in everybody:
            each.wait()
        idle = f"{front.address}/idle"
        found = [
            Server(LANE, front.address, "/iiif/3/", (_pid(ours[LANE]),), idle),
            Server(DJANGO, f"http://127.0.0.1:{ports[0]}", "/iiif/3/", (_pid(ours[DJANGO]),), idle),
        ]
        if theirs:
            pid = tuple(_pid(each) for each in theirs)
            found.append(Server(IIPIMAGE, f"http://127.0.0.1:{ports[1]}", "/iiif/", pid, idle))
        yield found


def _web(folder: Path, **variables: str) -> Web:
    return Web(folder, GCIS_WEB_PROCESSES=str(PROCESSES), **(_OURS | variables))


def _place(web: Web) -> str:
    return urlsplit(web.address).netloc


def _pid(server: Web | IIPImage) -> int:
    assert server.process
    return server.process.pid


def _block(servers: list[IIPImage], port: int) -> str:
    named = " ".join(f"server {server.address};" for server in servers)
    return _IIPIMAGE.format(servers=named, port=port, passed=fastcgi("iipimage"))
