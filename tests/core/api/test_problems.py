import logging

import pytest

from tests.core.api.conftest import problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("how", "status", "code", "detail"),
    [
        ("fault", 400, "identifier", "The identifier cannot be used."),
        ("conflict", 409, "identifier_taken", "It belongs to something else."),
        ("busy", 503, "store", "The store does not answer."),
        ("none", 404, "not_found", "There is nothing at this address."),
        ("none_of_these", 404, "not_found", "There is no such book."),
        ("forbidden", 403, "permission_denied", "This is not allowed."),
        ("unreadable", 400, "parse_error", "That is no date."),
        ("often", 429, "throttled", "Request was throttled. Expected available in 17 seconds."),
        ("broken", 500, "internal_error", "Something went wrong on our side. It has been recorded."),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_every_failure_is_a_problem(writer, settings, how, status, code, detail, debug):
    settings.DEBUG = debug
    body = problem(writer.get(f"/api/v1/failing/{how}"), status, code)
    assert body["detail"] == detail
    assert body["instance"] == f"/api/v1/failing/{how}"
    assert "errors" not in body


def test_an_error_of_ours_is_logged_and_not_shown(writer, caplog):
    with caplog.at_level(logging.ERROR, logger="django.request"):
        response = writer.get("/api/v1/failing/broken")
    assert b"secret" not in response.content
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)


def test_what_passes_says_when_to_come_back(writer):
    assert writer.get("/api/v1/failing/busy")["Retry-After"] == "5"
    assert writer.get("/api/v1/failing/often")["Retry-After"] == "17"


def test_a_fault_of_a_service_names_its_fields(writer):
    body = problem(writer.get("/api/v1/failing/fields"), 400, "invalid_record")
    assert body["errors"] == [{"field": "a.0", "code": "empty", "detail": "It is empty."}]


def test_errors_of_the_whole_have_no_field(writer):
    body = problem(writer.get("/api/v1/failing/invalid"), 400, "invalid")
    assert body["errors"] == [
        {"field": "", "code": "odd", "detail": "First."},
        {"field": "", "code": "odd", "detail": "Second."},
    ]


def test_all_fields_at_fault_are_named_at_once(writer):
    sent = {
        "label": "x" * 21,
        "code": "too long",
        "message": "too long",
        "items": [{"label": "p. 1", "width": 1}, {"label": "too long", "width": 0, "height": 1}],
        "state": "succeeded",
    }
    body = problem(writer.post("/api/v1/books", sent, "application/json"), 400, "invalid")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {
        ("label", "max_length"),
        ("code", "max_length"),
        ("message", "max_length"),
        ("items.1.label", "max_length"),
        ("items.1.width", "min_value"),
        ("items.1.height", "unknown"),
        ("state", "unknown"),
    }
    assert body["detail"].startswith("7 things")


def test_a_single_error_is_the_detail_too(writer):
    body = problem(writer.post("/api/v1/books", {"label": "nothing"}, "application/json"), 400, "invalid")
    assert body["errors"] == [{"field": "", "code": "empty", "detail": "A book about nothing is no book."}]
    assert body["detail"] == "A book about nothing is no book."


def test_nobody_sets_what_is_not_theirs_to_set(writer):
    sent = {"label": "x", "generation": 99}
    assert writer.post("/api/v1/books", sent, "application/json").json() == {"label": "x", "generation": 1}
    body = problem(writer.post("/api/v1/books", {**sent, "owner": 1}, "application/json"), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["owner"]


@pytest.mark.parametrize("method", ["delete", "patch", "options", "trace"])
def test_what_cannot_be_done_says_what_can(writer, anonymous, method):
    for client in (writer, anonymous):
        response = client.generic(method.upper(), "/api/v1/events/1")
        problem(response, 405, "method_not_allowed")
        assert response["Allow"] == "GET, HEAD, PUT"


def test_the_instance_is_written_as_in_urls(writer):
    body = problem(writer.get("/api/v1/b%C3%BCcher/a b"), 404, "not_found")
    assert body["instance"] == "/api/v1/b%C3%BCcher/a%20b"
