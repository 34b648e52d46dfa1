"""The answers are what the OpenAPI document promises, and the document tells what there is."""

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

from gcis.events import services as events
from gcis.jobs import services as jobs
from images import curation
from images.access import Access
from tests import work
from tests.images.api.conftest import IMAGES, PUBLIC, SOURCES, by_key, machine, one, ready, send, tell

pytestmark = pytest.mark.django_db

#: Operation ids are what generated clients are made of: they stay.
OPERATIONS = {
    *("listSources", "getSource", "putSource", "listImages", "getImage", "updateImage", "withdrawImage"),
    *("getImageByKey", "putImage", "updateImageByKey", "withdrawImageByKey", "convertImage", "purgeImage"),
    *("renameImage", "mergeImage", "restoreImage", "listImageEvents", "listImageIdentifiers", "purgeImages"),
    *("listPurges", "getPurge", "listJobs", "getJob", "retryJob", "cancelJob", "listBatches", "openBatch"),
    *("getBatch", "closeBatch", "cancelBatch", "retryBatchFailures", "listEvents"),
    *("getImageMaster", "listRecipes", "getRecipe", "convertRecipe"),
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return made


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for path in document["paths"].values() for each in path.values()}


def check(document: dict[str, Any], operation: str, response: Any) -> Any:
    """The body, when this answer is one of the operation's."""
    described = operations(document)[operation]["responses"][str(response.status_code)]
    for name, header in described.get("headers", {}).items():
        assert name in response, (operation, name, header)
    if "content" not in described:
        assert response.content == b""
        return None
    media, content = next(iter(described["content"].items()))
    assert response["Content-Type"] == media
    schema = {**content["schema"], "components": document["components"]}
    errors = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(response.json()))
    assert errors == [], (operation, response.json())
    return response.json()


def test_every_operation_is_described_with_examples(document):
    found = operations(document)
    assert found.keys() >= OPERATIONS
    for name in OPERATIONS:
        said = found[name]
        assert said["summary"]
        assert said["tags"]
        assert len(said["description"].splitlines()) >= 3, name  # a sentence, and the scope
        assert "Needs the scope `" in said["description"]
        bodies = [said["responses"][status] for status in said["responses"] if status.startswith("2")]
        bodies += [said["requestBody"]] if "requestBody" in said else []
        for body in bodies:
            for media, content in body.get("content", {}).items():
                assert content.get("examples") or media == "multipart/form-data", name


def test_examples_are_valid(document):
    for name in OPERATIONS:
        said = operations(document)[name]
        bodies = [*said["responses"].values(), said.get("requestBody", {})]
        for body in bodies:
            for content in body.get("content", {}).values():
                schema = {**content["schema"], "components": document["components"]}
                for example in content.get("examples", {}).values():
                    Draft202012Validator(schema, format_checker=FormatChecker()).validate(example["value"])


def test_a_life_by_what_the_document_says(document, writer, watcher, purger, picture, dam):
    def checked(operation: str, response: Any) -> Any:
        return check(document, operation, response)

    checked("putSource", tell(writer, "PUT", f"{SOURCES}/new", {"name": "New"}))
    checked("putSource", tell(writer, "PUT", f"{SOURCES}/new", {"name": "Newer"}))
    checked("getSource", writer.get(f"{SOURCES}/new"))
    batch = checked("openBatch", tell(writer, "POST", "/api/v1/batches", {"label": "Export"}))
    made = checked("putImage", send(writer, picture, query=f"?batch={batch['id']}"))
    checked("putImage", send(writer, picture))
    checked("putImage", tell(writer, "PUT", by_key("expected"), {}))
    checked("getImageByKey", writer.get(by_key()))
    key, job = made["id"], made["job"].removeprefix(PUBLIC)
    checked("getJob", writer.get(job))
    work.fail(key)
    checked("getJob", writer.get(job))
    checked("getImage", writer.get(one(key)))
    retried = checked("retryJob", tell(writer, "POST", f"{job}/retry"))
    checked("cancelJob", tell(writer, "POST", f"/api/v1/jobs/{retried['id']}/cancel"))
    checked("retryBatchFailures", tell(writer, "POST", f"/api/v1/batches/{batch['id']}/retry-failures"))
    checked("convertImage", tell(writer, "POST", one(key, "convert"), {"refetch": False}))
    work.convert(key)
    limited = {"access": "limited", "access_edge": 500, "access_from": "2026-01-01T00:00:00Z"}
    checked("updateImage", tell(writer, "PATCH", one(key), limited))
    checked("updateImageByKey", tell(writer, "PATCH", by_key(), {"rights": "x"}))
    checked("renameImage", tell(writer, "POST", one(key, "rename"), {"identifier": "new", "reason": "x"}))
    purge = checked("purgeImage", tell(purger, "POST", one(key, "purge"), {"reason": "x"}))
    checked("purgeImages", tell(purger, "POST", f"{IMAGES}/purges", {"identifiers": ["new", key]}))
    checked("withdrawImage", writer.delete(f"{one(key)}?reason=x"))
    checked("getImage", writer.get(one(key)))
    checked("restoreImage", tell(writer, "POST", one(key, "restore"), {"reason": "x"}))
    checked("withdrawImageByKey", writer.delete(f"{by_key('expected')}?reason=x"))
    other = ready("other", dam)
    checked("mergeImage", tell(writer, "POST", one(key, "merge"), {"into": str(other)}))
    checked("convertRecipe", tell(writer, "POST", "/api/v1/recipes/default/convert", {"everything": True}))
    checked("getRecipe", watcher.get("/api/v1/recipes/default"))
    checked("getImageMaster", watcher.get(one(other, "master")))
    checked("closeBatch", tell(writer, "POST", f"/api/v1/batches/{batch['id']}/close"))
    open_ = jobs.open_batch("x", "test")
    checked("cancelBatch", tell(writer, "POST", f"/api/v1/batches/{open_.pk}/cancel"))
    checked("getBatch", writer.get(f"/api/v1/batches/{batch['id']}"))
    checked("getPurge", watcher.get(f"/api/v1/purges/{purge['id']}"))
    events.number_committed()
    for operation, address in {
        "listImages": IMAGES,
        "listSources": SOURCES,
        "listImageEvents": one(key, "events"),
        "listImageIdentifiers": one(other, "identifiers"),
        "listPurges": "/api/v1/purges",
        "listRecipes": "/api/v1/recipes",
        "listJobs": "/api/v1/jobs",
        "listBatches": "/api/v1/batches",
        "listEvents": "/api/v1/events",
    }.items():
        assert checked(operation, watcher.get(address))["results"], operation


def test_what_the_public_s_token_gets_is_promised_too(document, reader, dam):
    key = ready("x", dam, access=Access.LIMITED, access_edge=500)
    curation.rename(key, "new", actor="admin jane", reason="x")
    for operation, address in {
        "listImages": IMAGES,
        "getImage": one(key),
        "getImageByKey": by_key("x"),
        "listSources": SOURCES,
        "listRecipes": "/api/v1/recipes",
        "listImageIdentifiers": one(key, "identifiers"),
    }.items():
        check(document, operation, reader.get(address))


def test_errors_are_promised_too(document, writer, dam):
    check(document, "getImage", Client().get(one(ready())))
    check(document, "listJobs", machine("read").get("/api/v1/jobs"))
    check(document, "putImage", tell(writer, "PUT", by_key(), {"url": "x", "identifier": ""}))
    check(document, "putImage", tell(writer, "PUT", by_key(), {}, **{"if-match": '"1-a"'}))
    check(document, "putImage", writer.generic("PUT", by_key(), b"x", "text/plain"))
    check(document, "putImage", tell(writer, "PUT", by_key(slug="none"), {}))
