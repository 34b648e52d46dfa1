"""The OpenAPI document of the small API, and the page that shows it."""

import json
import re

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from gcis.core.web import PROBLEM
from tests.core.api.conftest import problem


@pytest.fixture
def document(anonymous: Client) -> dict:
    response = anonymous.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert response.status_code == 200
    return json.loads(response.content)


def operations(document: dict) -> list[tuple[str, str, dict]]:
    return [(path, method, found) for path, methods in document["paths"].items() for method, found in methods.items()]


def test_the_document_names_itself_and_describes_what_lies_under_api_alone(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "GCIS API"
    assert document["info"]["version"] == "1"
    assert {(path, method) for path, method, _ in operations(document)} == {
        ("/api/v1/events", "get"),
        ("/api/v1/events/{id}", "get"),
        ("/api/v1/events/{id}", "put"),
        ("/api/v1/books", "post"),
        ("/api/v1/lists", "post"),
        ("/api/v1/failing/{how}", "get"),
    }


def test_every_operation_tells_how_it_fails(document):
    for _, method, operation in operations(document):
        expected = {"400", "401", "403", "404", "503"} | (
            {"409", "412", "413", "415"} if method in ("put", "post") else set()
        )
        failures = {status for status in operation["responses"] if status >= "400"}
        assert failures == expected
        for status in failures:
            (media, content), *others = operation["responses"][status]["content"].items()
            assert (media, others) == (PROBLEM, [])
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            Draft202012Validator({**document, **content["schema"]}).validate(content["example"])
            assert content["example"]["status"] == int(status)


def test_every_operation_needs_a_token_and_says_which_scope(document):
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert all(operation["security"] == [{"token": []}] for _, _, operation in operations(document))
    scopes = {
        (path, method): re.search(r"scope `([\w:]+)`", operation["description"])[1]
        for path, method, operation in operations(document)
    }
    assert scopes["/api/v1/events", "get"] == "read"
    assert scopes["/api/v1/events/{id}", "get"] == "read:all"
    assert scopes["/api/v1/events/{id}", "put"] == "write"


def test_what_the_kit_s_classes_say_of_themselves_describes_no_operation(document):
    assert document["paths"]["/api/v1/events"]["get"]["description"].startswith("Everything that happened.")
    assert document["paths"]["/api/v1/books"]["post"]["description"] == "Needs the scope `write`."
    assert "description" not in document["components"]["schemas"]["Page"]


def test_what_is_refused_is_described(document):
    book = document["components"]["schemas"]["BookRequest"]
    assert book["additionalProperties"] is False
    assert book["properties"].keys() == {"label", "code", "message", "items"}
    label = re.compile(book["properties"]["label"]["pattern"])
    assert [text for text in ("a", " a b ", "a\nb", "", "  ", "a\0b") if label.search(text)] == ["a", " a b ", "a\nb"]
    (how,) = document["paths"]["/api/v1/failing/{how}"]["get"]["parameters"]
    assert [text for text in ("busy", "a b", "a\nb", "a\x85", "a\0") if re.search(how["schema"]["pattern"], text)] == [
        "busy",
        "a b",
    ]


def test_every_parameter_of_lists_is_there(document):
    parameters = {found["name"]: found for found in document["paths"]["/api/v1/events"]["get"]["parameters"]}
    assert parameters.keys() == {"kind", "at_after", "at_before", "ordering", "page", "page_size"}
    assert parameters["ordering"]["schema"] == {
        "type": "string",
        "enum": ["kind", "-kind", "who", "-who"],
        "default": "-kind",
    }
    assert parameters["page_size"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 10**18 - 1, "default": 50}


def test_real_problems_are_as_described(document, writer):
    described = Draft202012Validator({**document, "$ref": "#/components/schemas/Problem"})
    for response in (
        writer.get("/api/v1/nothing"),
        writer.get("/api/v1/failing/fields"),
        writer.get("/api/v1/failing/busy"),
        writer.post("/api/v1/books", {"state": 1}, "application/json"),
    ):
        described.validate(json.loads(response.content))
    assert not described.is_valid({"detail": "Not found."})


def test_a_real_page_is_as_described(document, writer):
    reference = document["paths"]["/api/v1/events"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**document, **reference}).validate(writer.get("/api/v1/events?page_size=1").json())


def test_the_document_is_yaml_where_nothing_is_asked_for(anonymous):
    assert anonymous.get("/api/v1/schema/").content.startswith(b"openapi: 3.1")


def test_errors_of_the_document_are_problems(anonymous):
    problem(anonymous.get("/api/v1/schema/?format=xml"), 404, "not_found")
    problem(anonymous.post("/api/v1/schema/"), 405, "method_not_allowed")


def test_the_page_runs_no_script_from_elsewhere_or_inline(anonymous):
    page = anonymous.get("/api/v1/docs/")
    assert page.status_code == 200
    policy = [directive.strip() for directive in page["Content-Security-Policy"].split(";")]  # in any order
    assert "script-src 'self'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    sources = re.findall(r'(?:src|href)="([^"]*)"', page.content.decode())
    assert sources
    assert all(source.startswith("/") for source in sources)
    assert re.findall(r"<script(?![^>]*src=)", page.content.decode()) == []


def test_the_page_s_script_is_served_beside_it(anonymous):
    script = anonymous.get("/api/v1/docs/?script=")
    assert script["Content-Type"] == "application/javascript"
    assert b"/api/v1/schema/" in script.content.replace(b"\\u002D", b"-")
    assert b'"validatorUrl": null' in script.content


def test_other_pages_allow_no_more_than_before(anonymous):
    assert "unsafe-inline" not in anonymous.get("/api/v1/schema/")["Content-Security-Policy"]
