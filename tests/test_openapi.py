"""The OpenAPI document is what `docs/openapi.yaml` says, without a warning, and its examples are true to it.

`GOLDEN=write` writes the file anew.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

COMMITTED = Path(__file__).parents[1] / "docs" / "openapi.yaml"
METHODS = ("get", "put", "post", "patch", "delete")
HERE = "urn:openapi"


@pytest.fixture(scope="module")
def document() -> str:
    written = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=written)
    return written.getvalue()


@pytest.fixture(scope="module")
def api(document: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(document)
    return found


def operations(api: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in api["paths"].items():
        yield from ((f"{method.upper()} {path}", item[method]) for method in METHODS if method in item)


def is_public(address: str) -> bool:
    """Whether it is one of the documents that anybody reads."""
    return " /presentation/" in address


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that is sent or answered, by its media type."""
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from part.get("content", {}).items()


def test_the_committed_document_is_the_one_that_is_served(document: str) -> None:
    if os.environ.get("GOLDEN") == "write":
        COMMITTED.write_text(document)
    assert COMMITTED.read_text() == document, "the API has changed: GOLDEN=write pytest tests/test_openapi.py"


def test_every_operation_says_what_it_is_called_and_what_it_does(api: dict[str, Any]) -> None:
    found = dict(operations(api))
    names = [operation["operationId"] for operation in found.values()]
    assert len(names) == len(set(names)) > 60
    for address, operation in found.items():
        assert operation["operationId"].isidentifier() and "_" not in operation["operationId"], address
        assert operation["summary"] and operation["tags"], address
        assert "Needs the scope `" in operation["description"] or is_public(address), address


def test_every_error_is_a_problem(api: dict[str, Any]) -> None:
    for address, operation in operations(api):
        errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert ({"403", "404"} if is_public(address) else {"400", "401", "403", "404"}) <= errors.keys(), address
        assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values()), address


def test_every_example_is_true_to_its_schema(api: dict[str, Any]) -> None:
    registry: Any = Registry().with_resource(HERE, Resource(api, DRAFT202012))
    checked = 0
    for address, operation in operations(api):
        for media_type, body in contents(operation):
            examples = [example["value"] for example in body.get("examples", {}).values()]
            examples += [body["example"]] if "example" in body else []
            schema = _at_home(body["schema"])
            validator = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
            for example in examples:
                faults = [fault.message for fault in validator.iter_errors(example)]
                assert faults == [], f"{address} {media_type}"
                checked += 1
    assert checked > 100


def _at_home(schema: Any) -> Any:
    """The schema with references that can be followed from anywhere."""
    if isinstance(schema, dict):
        return {name: f"{HERE}{value}" if name == "$ref" else _at_home(value) for name, value in schema.items()}
    return [_at_home(each) for each in schema] if isinstance(schema, list) else schema
