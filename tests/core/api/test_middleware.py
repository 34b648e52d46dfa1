import pytest
from django.test import Client

from tests.core.api.conftest import problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/a%00b",
        "/api/v1/events?kind=a%00b",
        "/api/v1/events?a%00b=1",
        "/api/v1/events?kind=a%0d%0aSet-Cookie:x=1",
        "/api/v1/a%0db",
        "/api/v1/a%7fb",
        "/api/v1/a%c2%85b",
        "/api/v1/a%e2%80%a8b",
        "/api/v1/events?kind=%ff",
        "/api/v1/events?kind=%ed%a0%80",
    ],
)
def test_what_is_no_text_never_reaches_a_view(writer, address):
    problem(writer.get(address), 400, "address")


@pytest.mark.parametrize("path", ["%ff%fe", "%c0%ae%c0%ae%c0%af", "%ed%a0%80", "a%2"])
def test_broken_encodings_name_nothing(writer, path):
    problem(writer.get(f"/api/v1/{path}"), 404, "not_found")


@pytest.mark.parametrize("charset", ["bogus", "utf-16", "utf-16le", "utf-7", "latin-1", "idna", "a;b"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_charsets_are_refused(writer, method, charset):
    response = writer.generic(
        method, "/api/v1/books?page=1", b'{"label": "x"}', content_type=f"application/json; charset={charset}"
    )
    problem(response, 415, "charset")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
def test_utf_8_has_many_names(writer, charset):
    response = writer.generic(
        "POST", "/api/v1/books", '{"label": "Bücher"}'.encode(), content_type=f"application/json; charset={charset}"
    )
    assert response.json()["label"] == "Bücher"


def test_django_s_own_pages_become_problems(anonymous, settings):
    problem(anonymous.get("/api/v1/nothing"), 404, "not_found")
    problem(anonymous.get("/api/"), 404, "not_found")
    settings.ALLOWED_HOSTS = ["images.example.org"]
    problem(anonymous.get("/api/v1/nothing", headers={"host": "evil.example"}), 400, "bad_request")


def test_too_many_parameters_are_the_caller_s_fault(writer):
    assert writer.get("/api/v1/events?" + "&".join(f"a{n}=1" for n in range(5000))).status_code == 400


def test_other_paths_pass_untouched(writer):
    assert writer.get("/elsewhere/a%00b").status_code == 500  # Failing knows no such failure
    assert writer.get("/nothing")["Content-Type"].startswith("text/html")


def test_no_cookie_is_ever_set(writer: Client):
    for address in ("/api/v1/events", "/api/v1/docs/", "/api/v1/docs/?script=", "/api/v1/schema/", "/api/v1/nothing"):
        response = writer.get(address)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
