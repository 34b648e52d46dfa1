"""`manage nginx_config`: the configuration of nginx in front of this installation, made of its settings."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gcis.core.headers import transport_headers
from manifests.edge.server import configuration
from manifests.edge.settings import Edge

#: What may stand in a configuration as it is.
_UNUSABLE = frozenset(" \t\r\n;{}'\"$\\")


class Command(BaseCommand):
    help = "Write the configuration of nginx for these settings: `manage nginx_config >/etc/nginx/conf.d/gcis.conf`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--listen", default="80", help="port, or address:port (80; 443 with a certificate)")
        parser.add_argument("--upstream", action="append", metavar="HOST:PORT", help="a web server of ours; repeatable")
        parser.add_argument("--cache", default="/var/cache/nginx/gcis", help="folder for what is kept for seconds")
        parser.add_argument("--certificate", nargs=2, metavar=("FILE", "KEY"), help="for https")

    def handle(self, *args: Any, **options: Any) -> None:
        certificate = tuple(options["certificate"]) if options["certificate"] else None
        listen = "443" if certificate and options["listen"] == "80" else options["listen"]
        edge = Edge(
            public_url=settings.GCIS_PUBLIC_URL,
            listen=listen,
            upstreams=tuple(options["upstream"] or ["127.0.0.1:8000"]),
            mirror=settings.GCIS_MIRROR_DIR,
            cache=options["cache"],
            largest_body=settings.GCIS_API_MAX_FILE,
            certificate=certificate,
            transport=transport_headers() if settings.GCIS_PUBLIC_URL.startswith("https:") else {},
        )
        for value in (listen, *edge.upstreams, edge.mirror, edge.cache, *(certificate or ())):
            if _UNUSABLE.intersection(value):
                raise CommandError(f"{value!r} cannot stand in a configuration of nginx.")
        self.stdout.write(configuration(edge), ending="")
