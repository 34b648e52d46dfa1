"""The door of `/metrics`: for the networks of GCIS_METRICS_NETWORKS, and for nobody else there at all."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from gcis.metrics.exposition import text
from gcis.tokens import callers


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format 0.0.4."""
    if not _is_invited(callers.address(request)):
        raise Http404
    return HttpResponse(text(), content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


def _is_invited(address: str) -> bool:
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    caller = getattr(caller, "ipv4_mapped", None) or caller
    return any(caller in ip_network(network) for network in settings.GCIS_METRICS_NETWORKS)
