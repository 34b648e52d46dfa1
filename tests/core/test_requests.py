"""What happens around every request."""

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from gcis.core.requests import RequestMiddleware, door_of, request_id
from gcis.metrics.exposition import text


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", "page"),
        ("/view/album-7", "page"),
        ("/iiif/3/x/full/max/0/default.jpg", "image"),
        ("/iiif/3/x/info.json", "info"),
        ("/iiif/x/info.json", "info"),
        ("/presentation/3/x/manifest", "document"),
        ("/api/v1/images", "api"),
        ("/admin/login/", "admin"),
        ("/static/css/site.css", "file"),
        ("/viewers/mirador/mirador.js", "file"),
        ("/nothing/here", "page"),
    ],
)
def test_every_address_has_a_door(path: str, door: str) -> None:
    assert door_of(path) == door


def ask(given: str, *, forwarded: str = "") -> str:
    headers = {"X-Request-ID": given} | ({"X-Forwarded-For": forwarded} if forwarded else {})
    return request_id(RequestFactory().get("/", headers=headers))


@pytest.mark.parametrize("given", ["abc-123-def-456", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"])
def test_the_id_that_our_proxy_gave_is_kept(settings: Settings, given: str) -> None:
    settings.GCIS_PROXIES = 1
    assert ask(given, forwarded="203.0.113.7") == given


@pytest.mark.parametrize("given", ["", "short", "with space", "a" * 65, "évident-1", "line\nbreak-1", "<script>1"])
def test_an_id_that_is_not_sane_is_replaced(settings: Settings, given: str) -> None:
    settings.GCIS_PROXIES = 1
    assert ask(given, forwarded="203.0.113.7") != given


@pytest.mark.parametrize(("proxies", "forwarded"), [(0, ""), (0, "203.0.113.7"), (1, ""), (2, "203.0.113.7")])
def test_an_id_that_came_past_our_proxies_is_replaced(settings: Settings, proxies: int, forwarded: str) -> None:
    settings.GCIS_PROXIES = proxies
    assert ask("abc-123-def-456", forwarded=forwarded) != "abc-123-def-456"


def test_made_ids_differ() -> None:
    assert len({ask("") for _ in range(100)}) == 100


def test_answers_of_the_api_name_the_request_and_tiles_do_not(db: None, client: Client) -> None:
    assert client.get("/api/v1/nothing").headers["X-Request-ID"]
    assert "X-Request-ID" not in client.get("/iiif/3/nothing/info.json").headers


def test_the_id_is_bound_while_the_request_is_answered() -> None:
    seen: dict[str, str] = {}

    def view(request: HttpRequest) -> HttpResponse:
        seen.update(structlog.contextvars.get_contextvars())
        return HttpResponse()

    answer = RequestMiddleware(view)(RequestFactory().get("/api/v1/"))
    assert seen == {"request": answer.headers["X-Request-ID"]}


def test_staff_and_machines_leave_a_line_without_their_secrets(db: None, client: Client) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get("/api/v1/nothing?token=abc", headers={"Authorization": "Bearer abc"})
        client.get("/iiif/3/nothing/info.json")
    (line,) = [line for line in lines if line["event"] == "request.served"]
    assert line.pop("ms") > 0
    assert line == {
        "event": "request.served",
        "log_level": "info",
        "door": "api",
        "method": "GET",
        "path": "/api/v1/nothing",
        "status": 404,
    }


def counted(**labels: str) -> float:
    families = {family.name: family for family in text_string_to_metric_families(text().decode())}
    samples = families["gcis_requests"].samples if "gcis_requests" in families else []
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


@pytest.mark.django_db(transaction=True)
def test_requests_are_counted_by_door_method_and_status(client: Client) -> None:
    before = [counted(door="info", status="404"), counted(door="api", method="write")]
    client.get("/iiif/3/nothing/info.json")
    client.head("/iiif/3/nothing/info.json")
    client.post("/api/v1/nothing")
    after = [counted(door="info", status="404"), counted(door="api", method="write")]
    assert [late - early for late, early in zip(after, before, strict=True)] == [2, 1]


def test_monitors_are_answered_whatever_host_they_call(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/livez", headers={"host": "10.1.2.3"}).status_code == 200
    assert client.get("/", headers={"host": "10.1.2.3"}).status_code != 200
