"""What every public answer has in common, through the whole middleware chain of the settings."""

import json
import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import path

from gcis.core import web
from gcis.core.errors import SourceFault, Unavailable


def answer(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(b"bytes", content_type="image/jpeg")
    response["ETag"] = '"one"'
    return response


def moved(request: HttpRequest) -> HttpResponse:
    return web.redirect(301, "https://images.example.org/iiif/3/x%2Fy", 300)


def cookie(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("a secret of ours")


def busy(request: HttpRequest) -> HttpResponse:
    raise Unavailable("busy", "Please come back.")


def too_large(request: HttpRequest) -> HttpResponse:
    raise SourceFault("size", "That is too large.")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def own_problem(request: HttpRequest) -> HttpResponse:
    return web.problem(410, "Gone", "It was withdrawn.", Cache_Control=web.cacheable(60))


VIEWS = (answer, moved, cookie, broken, busy, too_large, forbidden, own_problem)
urlpatterns = [
    path(f"{prefix}/{view.__name__}", view) for prefix in ("iiif", "presentation", "elsewhere") for view in VIEWS
]


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    settings.ALLOWED_HOSTS = ["testserver"]
    return Client(raise_request_exception=False)


EVERY_KIND = [
    ("GET", "/iiif/answer", 200),
    ("HEAD", "/presentation/answer", 200),
    ("GET", "/iiif/moved", 301),
    ("GET", "/iiif/own_problem", 410),
    ("GET", "/iiif/nothing", 404),
    ("GET", "/iiif/forbidden", 403),
    ("GET", "/iiif/too_large", 400),
    ("GET", "/presentation/broken", 500),
    ("GET", "/iiif/busy", 503),
    ("GET", "/iiif/a%00b", 400),
    ("POST", "/iiif/answer", 405),
    ("OPTIONS", "/iiif/anything/at/all", 204),
]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(("method", "address", "status"), EVERY_KIND)
def test_public_headers_are_on_everything(client, settings, method, address, status, debug):
    settings.DEBUG = debug
    response = client.generic(method, address)
    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Expose-Headers"] == "Link, ETag, Content-Location"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "Content-Security-Policy" not in response


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(("method", "address", "status"), [row for row in EVERY_KIND if row[2] >= 400])
def test_every_error_is_a_problem(client, settings, method, address, status, debug):
    settings.DEBUG = debug
    response = client.generic(method, address)
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body.keys() == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert int(response["Content-Length"]) == len(response.content)
    assert response["Cache-Control"] == ("public, max-age=60" if status == 410 else "no-store")


def test_an_error_of_ours_is_logged_and_not_shown(client, caplog):
    with caplog.at_level(logging.ERROR, logger="django.request"):
        response = client.get("/iiif/broken")
    assert b"secret" not in response.content
    assert b"Traceback" not in response.content
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)


def test_what_is_not_at_hand_says_when_to_come_back(client):
    response = client.get("/iiif/busy")
    assert response["Retry-After"] == "5"
    assert json.loads(response.content)["detail"] == "Please come back."


def test_a_foreign_host_is_refused_as_a_problem(client):
    response = client.get("/iiif/answer", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("a%00b", 400),
        ("full/max/0/default.jpg%00.png", 400),
        ("a%0d%0aSet-Cookie:x=1", 404),
        ("default.jpg%0a", 404),
        ("a%E2%80%A8b", 404),
        ("a%7fb", 404),
        ("a%c2%85b", 404),
    ],
)
def test_control_characters_never_reach_a_view(client, path, status):
    response = client.get(f"/iiif/{path}")
    assert response.status_code == status
    assert "no address here has" in json.loads(response.content)["detail"]


@pytest.mark.parametrize("path", ["%c0%ae%c0%ae%c0%af", "%ff%fe", "%ed%a0%80", "a%2"])
def test_broken_encodings_name_nothing(client, path):
    assert client.get(f"/iiif/{path}").status_code == 404


def test_preflight(client):
    response = client.options(
        "/presentation/x/manifest", headers={"origin": "https://viewer.example", "access-control-request-method": "GET"}
    )
    assert response.status_code == 204
    assert response.content == b""
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "Accept, Authorization, Content-Type, Range"
    assert response["Access-Control-Max-Age"] == "86400"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_nothing_public_is_written_to(settings, method):
    settings.ROOT_URLCONF = __name__
    response = Client(enforce_csrf_checks=True).generic(method, "/iiif/answer")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_the_body(client):
    get, head = client.get("/iiif/answer"), client.head("/iiif/answer")
    assert head.content == b""
    assert dict(head.items()) == dict(get.items())
    assert head["Content-Length"] == "5"


def test_redirects_are_sent_as_made(client):
    response = client.get("/iiif/moved")
    assert response["Location"] == "https://images.example.org/iiif/3/x%2Fy"
    assert response["Cache-Control"] == "public, max-age=300"


def test_other_paths_pass_untouched(client):
    response = client.get("/elsewhere/cookie")
    assert "Access-Control-Allow-Origin" not in response
    assert "Content-Security-Policy" in response
    assert response.cookies
    busy = client.get("/elsewhere/busy")
    assert (busy.status_code, busy["Content-Type"].partition(";")[0]) == (503, "text/html")
    assert client.options("/elsewhere/answer").status_code == 200


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        ('"one"', True),
        ('W/"one"', True),
        ('"two", "one"', True),
        ("*", True),
        ("", False),
        ('"two"', False),
        ("one", False),
        ('"one', False),
        (", ".join(f'"{n}"' for n in range(20_000)), False),
    ],
)
def test_etag_matches(header, matches):
    request = RequestFactory().get("/", headers={"if-none-match": header})
    assert web.etag_matches(request, '"one"') is matches


def test_no_if_none_match_matches_nothing():
    assert not web.etag_matches(RequestFactory().get("/"), '"one"')


def test_not_modified_keeps_what_caches_need():
    full = HttpResponse(b"body", content_type="image/png", headers={"ETag": '"one"', "Vary": "Accept", "X-Else": "y"})
    bare = web.not_modified(full)
    assert bare.status_code == 304
    assert dict(bare.items()) == {"ETag": '"one"', "Vary": "Accept"}


LD = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
JSON = "application/json"


@pytest.mark.parametrize(
    ("accept", "ld_first", "json_first"),
    [
        (None, LD, JSON),
        ("", LD, JSON),
        ("*/*", LD, JSON),
        ("application/*", LD, JSON),
        ("application/json", JSON, JSON),
        ("application/ld+json", LD, LD),
        (LD, LD, LD),
        ('application/ld+json;profile="http://iiif.io/api/image/2/context.json";charset=utf-8', LD, LD),
        ("application/json;charset=utf-8", JSON, JSON),
        ("application/json, application/ld+json", LD, JSON),
        ("application/json, application/ld+json;q=0.5", JSON, JSON),
        ("application/json;q=0.5, application/ld+json", LD, LD),
        ("application/json, text/plain, */*", JSON, JSON),
        ("application/ld+json;q=0.5, */*", JSON, JSON),
        ("application/ld+json;q=0, */*", JSON, JSON),
        ("application/ld+json;q=0", JSON, JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", LD, JSON),
        ("text/html", LD, JSON),
        ("garbage", LD, JSON),
        ("application/json;x*=bogus''y", LD, JSON),
        ('application/ld+json;profile="', LD, LD),
        (f"application/json;x={'y' * 100_000}", JSON, JSON),
    ],
)
def test_preferred_type(accept, ld_first, json_first):
    request = RequestFactory().get("/", headers={} if accept is None else {"accept": accept})
    assert web.preferred_type(request, (LD, JSON)) == ld_first
    assert web.preferred_type(request, (JSON, LD)) == json_first
