"""What has to be right before this is put on the Web: `./run manage check --deploy`. Django has checks of its own."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import environ
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register
from django.core.checks import Warning as Doubt

from gcis.core.blobs.local import LocalStore
from gcis.core.blobs.stores import store

env = environ.Env()
#: A worker that misses one sign of life is slow; one that misses two in a row is gone.
BEATS_IN_A_LEASE = 2


@register()
def sane(**_: Any) -> list[CheckMessage]:
    """What no installation works with."""
    return [*_leases(), *_networks()]


@register(deploy=True)
def deployable(**_: Any) -> list[CheckMessage]:
    """What an installation may do without on a desk, and not on the Web."""
    return [*_addresses(), *_secret(), *_twins(), *_stores()]


def _leases() -> Iterator[CheckMessage]:
    if settings.GCIS_JOB_LEASE <= BEATS_IN_A_LEASE * settings.GCIS_JOB_BEAT:
        hint = "GCIS_JOB_LEASE has to be more than twice GCIS_JOB_BEAT; 60 and 15 are known to be good."
        yield Error("A worker would lose its jobs when one sign of life comes late.", hint=hint, id="gcis.E001")


def _networks() -> Iterator[CheckMessage]:
    for network in settings.GCIS_METRICS_NETWORKS:
        try:
            everybody = ip_network(network).prefixlen == 0
        except ValueError as error:
            yield Error(f"GCIS_METRICS_NETWORKS: {error}.", hint="Such as 10.1.0.0/16 or ::1.", id="gcis.E002")
            continue
        if everybody:
            yield Doubt("/metrics is open to everybody.", hint="See GCIS_METRICS_NETWORKS.", id="gcis.W002")


def _addresses() -> Iterator[CheckMessage]:
    if not settings.GCIS_PUBLIC_URL.startswith("https://"):
        hint = "It is the base of every address in every document: GCIS_PUBLIC_URL=https://images.example.org"
        yield Doubt("The public address is not https.", hint=hint, id="gcis.W003")
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Leave GCIS_ALLOWED_HOSTS alone: the public address is allowed."
        yield Doubt("Requests for every host are answered.", hint=hint, id="gcis.W004")
    if settings.SECURE_SSL_REDIRECT and not settings.GCIS_PROXIES:
        hint = "Our web server speaks plain HTTP: say in GCIS_PROXIES how many proxies stand before it."
        yield Error("Every request would be sent on to itself, for ever.", hint=hint, id="gcis.E003")


def _secret() -> Iterator[CheckMessage]:
    if not env("GCIS_SECRET_KEY", default=""):
        hint = "Hosts that do not share it reject each other's sessions and tokens: set GCIS_SECRET_KEY."
        yield Doubt("The secret key comes from a file of this host.", hint=hint, id="gcis.W005")


def _twins() -> Iterator[CheckMessage]:
    """Either all of one host, or all of many."""
    is_file = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    if is_file and not settings.GCIS_EMBEDDED:
        hint = "Workers on other hosts need PostgreSQL (GCIS_DATABASE_URL); on one host no broker is needed."
        yield Error("A broker rings for hosts that cannot see the SQLite file.", hint=hint, id="gcis.E004")
    if not is_file and settings.GCIS_EMBEDDED:
        hint = "Without it workers look for work once in GCIS_DISPATCH_SECONDS: set GCIS_BROKER_URL."
        yield Doubt("There is no broker between the hosts of this database.", hint=hint, id="gcis.W006")


def _stores() -> Iterator[CheckMessage]:
    if settings.GCIS_EMBEDDED:
        return
    ours = [name for name in settings.GCIS_STORES if isinstance(store(name), LocalStore)]
    if ours:
        hint = "With one host, or a folder that all hosts share, that is right; else give them an s3:// address."
        yield Info(f"These stores are folders: {', '.join(ours)}.", hint=hint, id="gcis.I001")
