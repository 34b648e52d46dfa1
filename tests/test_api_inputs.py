"""Inputs that break APIs, sent to every operation that takes them: each is refused with a problem, and nothing changes.

The operations are those of the OpenAPI document, so that a new one is tried as soon as it is there.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from gcis.events.services import number_committed
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from gcis.tokens import services as tokens
from gcis.tokens.models import Token
from images import curation as pictures
from images import services as images
from images import sources
from images.access import Access
from images.curation import Restriction
from images.models import Image, Purge, Source
from manifests import curation, previews, services
from manifests.build.references import reference
from manifests.models import Annotation, AnnotationPage, Canvas, Collection, Manifest, Published
from tests import work
from tests.core.api.conftest import problem
from tests.manifests.records import a_page, published
from tests.tokens.keys import a_token, bearing

pytestmark = pytest.mark.django_db(transaction=True)

#: What only those may read who may see everything.
SECRET = "geheim"
CLOSED = Restriction(Access.CLOSED)


# -------------------------------------------------------------------------------------------------------- what there is
@dataclass
class Holdings:
    """Something of every kind in every state. `values` are real ones for parameters, by what these name; "spare" ones
    are for operations that do away with them.
    """

    dam: Source
    values: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, *found: object) -> None:
        self.values.setdefault(kind, []).extend(map(str, found))

    def noted(self, kind: str, made: Any, key: str, name: str, spare: bool) -> Any:
        for what, value in (("", made), (".key", key), (".name", name)):
            self.note(f"{kind}{what}{' spare' if spare else ''}", value)
        return made

    def picture(self, key: str, word: str = "open", spare: bool = False, **more: Any) -> Any:
        """A picture that waits; its file is called by that word."""
        file = work.a_file(f"{word} {key}.tif", key)
        made = images.register(self.dam, f"{key}.tif", file, actor="test", identifier=key, **more).pk
        return self.noted("images", made, f"{key}.tif", key, spare)

    def ready(self, *options: Any) -> Any:
        made = self.picture(*options)
        work.convert(made)
        return made

    def record(self, model: Any, key: str, word: str = "open", spare: bool = False, **more: Any) -> Any:
        """A manifest or a collection; its words hold that word."""
        said = {"label": {"none": [f"{word} {key}"]}, "summary": {"en": [f"{word} words"]}}
        with transaction.atomic():
            made, _ = services.put(model, self.dam, key, said, actor="test", identifier=key, **more)
        self.noted(f"{model.__name__.lower()}s", made.pk, key, key, spare)
        return made

    def book(self, key: str, pages: tuple[Any, ...] = (), *options: Any, **more: Any) -> Any:
        made = self.record(Manifest, key, *options, **more)
        for each in pages:
            a_page(made, each)
        self.note("canvases", *Canvas.objects.filter(manifest=made).values_list("pk", flat=True))
        return made

    def annotated(self, book: Any, key: str, *, spare: bool = False) -> None:
        """A page with one annotation."""
        page = AnnotationPage.objects.create(manifest=book, external_id=key, by=AnnotationPage.By.SOURCE)
        first = book.canvases.order_by("position")[0]
        Canvas.objects.filter(pk=first.pk).update(external_id="f1r", width=4000, height=6000)  # as in the examples
        canvas = reference("canvas", first.pk)
        said = {"motivation": ["commenting"], "body": {"type": "TextualBody", "value": "open note"}, "target": canvas}
        made = Annotation.objects.create(page=page, **said)
        self.noted("annotation-pages", page.pk, key, key, spare)
        self.noted("annotations", made.pk, key, key, spare)

    def shelf(self, key: str, held: tuple[Any, ...] = (), *options: Any) -> Any:
        made = self.record(Collection, key, *options)
        services.put_members(made, list(held))
        services.touch(made)
        return made


def issued(book: Any) -> Any:
    """The key of a preview link."""
    with transaction.atomic():
        return previews.issue(book, actor="test").link.pk


def holdings() -> Holdings:
    there = Holdings(sources.put_system("dam", "The DAM", actor="test")[0])
    batch, over = jobs.open_batch(f"{SECRET} batch", "test"), jobs.open_batch(f"{SECRET} closed batch", "test")
    first, second, third = (there.ready(f"ready/{number}") for number in range(3))
    there.picture("waiting", batch=batch)
    work.fail(there.picture("failed", batch=batch))
    closed, lost = there.ready("closed", SECRET, True), there.ready("lost", SECRET, True)
    double = there.ready("double", SECRET)
    book, plain = there.book("book", (first, second)), there.book("plain", (third,))
    draft = there.book("draft", (), SECRET, publish_when=Published.PublishWhen.MANUAL)
    sealed, gone = there.book("sealed", (closed,), SECRET, True), there.book("gone", (), SECRET, True)
    inner, hidden = there.shelf("inner", (plain,)), there.shelf("hidden", (draft,), SECRET, True)
    there.shelf("shelf", (book, sealed, inner, hidden))
    published()
    pictures.restrict(closed, CLOSED, actor="test")
    pictures.withdraw(lost, actor="test", reason=f"{SECRET} reason")
    pictures.merge(double, first, actor="test", reason=f"{SECRET} reason")
    pictures.rename(second, "other/1", actor="test", reason=f"{SECRET} reason")
    pictures.purge(first, [first], actor="test", reason=f"{SECRET} reason")
    curation.restrict(sealed, CLOSED, actor="test")
    curation.restrict(hidden, CLOSED, actor="test")
    curation.withdraw(gone, actor="test", reason=f"{SECRET} reason")
    curation.rename(plain, "other/2", actor="test", reason=f"{SECRET} reason")
    published()
    jobs.close_batch(over)
    number_committed()
    there.annotated(book, "note")
    there.annotated(book, "note to go", spare=True)
    there.note("canvases spare", book.canvases.order_by("-position")[0].pk)
    there.note("previews spare", issued(book))
    there.note("kind", "image")
    there.note("slug", there.dam.slug)
    there.note("value", *there.values["images.name"], *there.values["manifests.name"])
    there.note("batches", batch.pk, over.pk)
    there.note("jobs", *Job.objects.order_by("created").values_list("pk", flat=True))
    there.note("recipe", "default")
    there.note("purges", *Purge.objects.values_list("pk", flat=True))
    there.note("If-Match", "*")  # made up ones stop almost every change at its door
    return there


def rows() -> dict[str, Any]:
    """Every row of ours but those of tokens, which note their use."""
    return {name: found for name, found in work.everything().items() if name != "Token"}


def kind_of(method: str, path: str, name: str) -> str:
    """Of which kind the values of this parameter are, or of this field: key of `Holdings.values`."""
    resource = (re.findall(r"/([\w-]+)/\{(?:id|external_id)\}", path) or [""])[0]
    spare = " spare" if method == "delete" or path.endswith("/merge") else ""
    kinds = {
        "id": f"{resource}{spare}",
        "external_id": f"{resource}.key{spare}",
        "into": resource,
        "identifiers": "images.name",
        "batch": "batches",
        "image": "images",
        "collection": "collections",
    }
    return kinds.get(name, name)


# ---------------------------------------------------------------------------------------------------- what can be asked
@dataclass(frozen=True)
class Operation:
    """One of the document's, at the address of something that is there, with a body that is all right."""

    name: str
    method: str
    address: str
    parameters: frozenset[str]
    body: dict[str, Any] | None
    needs: str
    is_write: bool

    def ask(self, client: Client, body: Any = None, query: str = "", **headers: str) -> Any:
        """The answer; `body` is sent as it is if it is bytes, else as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = headers.pop("content_type", "application/json")
        reason = "reason=x" if self.method == "DELETE" and "reason" in self.parameters else ""
        asked = "&".join(filter(None, (reason, query)))
        return client.generic(self.method, f"{self.address}?{asked}", data, kind, headers=headers)


def operations(there: Holdings, **instead: Any) -> list[Operation]:
    """All of the API that the document describes. `instead` are values for parameters, in place of real ones."""
    document = Client().get("/api/v1/schema/?format=json").json()
    return [
        _operation(there, instead, method, path, described)
        for path, methods in document["paths"].items()
        if path.startswith("/api/")
        for method, described in methods.items()
    ]


def _operation(there: Holdings, instead: dict[str, Any], method: str, path: str, described: Any) -> Operation:
    def value(name: str) -> str:
        return str(instead.get(name) or there.values[kind_of(method, path, name)][0])

    sent = described.get("requestBody", {}).get("content", {}).get("application/json")
    example = json.dumps(next(iter(sent["examples"].values()))["value"]) if sent else "null"
    body = json.loads(example.replace('"emuseum"', f'"{there.dam.slug}"'))
    if body and path.endswith("/manifests/{id}/query"):
        body = {"query": {"of": "images"}}  # the example is of a collection
    if body and path.endswith("/collections/{id}/annotation-pages"):
        body = {"label": body["label"], "items": []}  # a collection has no canvases
    if body and "canvas" in body and "manifest" in body:
        body = {**body, "manifest": there.values["manifests.key"][0]}
    if body and "into" in body:
        body = {**body, "into": value("into")}
    if body and "identifiers" in body:
        body = {**body, "identifiers": [value("identifiers")]}
    return Operation(
        f"{method.upper()} {path}",
        method.upper(),
        re.sub(r"\{(\w+)\}", lambda found: value(found[1]), path),
        frozenset(parameter["name"] for parameter in described.get("parameters", [])),
        body,
        re.findall(r"Needs the scope `([a-z:]+)`", described["description"])[-1],
        method in ("post", "put", "patch", "delete"),
    )


@pytest.fixture
def there() -> Holdings:
    return holdings()


def client(*scopes: str, **options: Any) -> Client:
    return Client(raise_request_exception=False, headers=bearing(*scopes, **options))


def writer() -> Client:
    return client("write", "purge")


def told(response: Any) -> tuple[int, str]:
    """Status and code, of a problem."""
    body = problem(response, response.status_code, json.loads(response.content)["type"].rpartition("/")[2])
    return response.status_code, body["type"].rpartition("/")[2]


def answers(asked: list[Operation], ask: Callable[[Operation], Any]) -> dict[str, tuple[int, str]]:
    """What each operation said, by its name."""
    assert asked
    return {operation.name: told(ask(operation)) for operation in asked}


def others(found: dict[str, tuple[int, str]], expected: tuple[int, str]) -> dict[str, tuple[int, str]]:
    """The answers that are not the expected one."""
    return {name: answer for name, answer in found.items() if answer != expected}


# --------------------------------------------------------------------------------------------------------------- bodies
BAD_BODIES = {
    "100,000 brackets": b"[" * 100_000,
    "depth 5,000": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "NUL in metadata": rb'{"metadata": [{"label": "a", "value": "b\u0000"}]}',
    "half of a surrogate pair in metadata": rb'{"metadata": [{"label": "a", "value": "\ud800"}]}',
    "NaN": b'{"access_edge": NaN}',
    "1e400": b'{"access_edge": 1e400}',
    "2 to the 64": b'{"access_edge": 18446744073709551616}',
    "a key twice": b'{"reason": "a", "reason": "b"}',
    "UTF-16 that nobody announces": '{"reason": "a"}'.encode("utf-16"),
    "no JSON": b"reason=a",
    "an array": b"[]",
}


OTHER_TYPES = {
    "application/json; charset=bogus": "charset",
    "application/json; charset=utf-16": "charset",
    "text/plain": "unsupported_media_type",
    "application/xml": "unsupported_media_type",
    "application/x-www-form-urlencoded": "unsupported_media_type",
}


def test_bodies_that_no_one_can_read_are_refused(there: Holdings) -> None:
    asked, machine = [each for each in operations(there) if takes_a_body(each)], writer()
    before = rows()
    for name, body in BAD_BODIES.items():
        found = answers(asked, lambda each, body=body: each.ask(machine, body))
        assert others(found, (400, "parse_error")) == {}, name
    assert rows() == before


def test_bodies_of_other_types_are_refused(there: Holdings) -> None:
    asked, machine = [each for each in operations(there) if takes_a_body(each)], writer()
    before = rows()
    for kind, code in OTHER_TYPES.items():
        found = answers(asked, lambda each, kind=kind: each.ask(machine, b"{}", content_type=kind))
        assert others(found, (415, code)) == {}, kind
    assert rows() == before


class Endless(io.RawIOBase):
    """A body that goes on for as long as somebody reads, and counts how many bytes that were."""

    sent = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sent += len(buffer)
        return len(buffer)


def test_bodies_too_large_are_refused_without_being_read(there: Holdings, settings: Settings) -> None:
    settings.GCIS_API_MAX_FILE = 100 << 20
    asked, machine = [each for each in operations(there) if takes_a_body(each)], writer()
    before = rows()
    form = "multipart/form-data; boundary=x"
    for each, kind in [*((each, "application/json") for each in asked), *((each, form) for each in asked)]:
        body = Endless()
        sent = {"wsgi.input": body, "CONTENT_LENGTH": str(200 << 20), "CONTENT_TYPE": kind}
        response = machine.generic(each.method, each.address, b"", kind, **sent)  # type: ignore[arg-type]
        takes = kind != form or each.name == "PUT /api/v1/sources/{slug}/images/{external_id}"
        assert told(response) == ((413, "body_too_large") if takes else (415, "unsupported_media_type")), each.name
        assert body.sent < 3 << 20, each.name
    assert rows() == before


def test_nobody_sets_what_is_not_theirs_to_set(there: Holdings) -> None:
    """Mass assignment: what a body may hold is listed, field by field."""
    asked, machine = [each for each in operations(there) if takes_a_body(each)], writer()
    before = rows()
    more = {"generation": 99, "state": "succeeded", "owner": 1}
    for each in asked:
        response = each.ask(machine, {**(each.body or {}), **more})
        body = problem(response, 400, "invalid")
        assert {error["field"]: error["code"] for error in body["errors"]} == dict.fromkeys(more, "unknown"), each.name
    assert rows() == before


def takes_a_body(operation: Operation) -> bool:
    """One in JSON: what is sent of a text is a file."""
    return operation.method in ("POST", "PUT", "PATCH") and operation.name != "PUT /api/v1/canvases/{id}/text"


# -------------------------------------------------------------------------------------------------------------- queries
def test_queries_that_nobody_knows_are_refused(there: Holdings) -> None:
    asked, machine = operations(there), writer()
    before = rows()
    for query in ("ordering=password", "title__regex=(a%2B)%2B$", "format=xml", "owner=1"):
        found = answers(asked, lambda each, query=query: each.ask(machine, each.body, query))
        assert others(found, (400, "invalid")) == {}, query
    assert rows() == before


def test_pages_have_a_largest_size_whatever_is_asked_for(there: Holdings) -> None:
    lists, machine = [each for each in operations(there) if each.parameters & {"page_size", "limit"}], writer()
    jobs_there = Job.objects.first()
    assert jobs_there
    Job.objects.bulk_create(_copies(jobs_there, 250))
    for each in lists:
        name = "page_size" if "page_size" in each.parameters else "limit"
        assert told(each.ask(machine, query=f"{name}=1e9")) == (400, "invalid"), each.name
        answered = each.ask(machine, query=f"{name}=1000000000").json()["results"]
        assert len(answered) <= (200 if name == "page_size" else 1000), each.name
    assert len(lists) > 10
    assert len(machine.get("/api/v1/jobs?page_size=1000000000").json()["results"]) == 200


def _copies(job: Job, number: int) -> Iterator[Job]:
    for _ in range(number):
        yield Job(kind=job.kind, key=str(uuid4()), subject=job.subject, state=Job.State.SUCCEEDED)


# -------------------------------------------------------------------------------------------------- twice, and too late
def test_what_is_sent_fifty_times_at_once_is_there_once(there: Holdings) -> None:
    """A key of its source is what makes a request idempotent here."""
    dam = "/api/v1/sources/dam"
    sent = {
        f"{dam}/images/new": {"identifier": "new"},
        f"{dam}/manifests/new": {"label": "New", "identifier": "new"},
        f"{dam}/collections/new": {"label": "New", "members": [{"manifest": "new"}]},
        "/api/v1/sources/new": {"name": "New"},
    }
    machine = client("write")

    def put(address: str) -> int:
        try:
            return machine.put(address, sent[address], "application/json").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = {address: list(pool.map(put, [address] * 50)) for address in sent}
    assert {address: sorted(found) for address, found in statuses.items()} == {
        address: [200] * 49 + [201] for address in sent
    }
    for model in (Image, Manifest, Collection):
        assert model.objects.filter(external_id="new").count() == 1


def test_what_has_changed_since_it_was_read_stays_as_it_is(there: Holdings) -> None:
    asked, machine = [each for each in operations(there) if "If-Match" in each.parameters], writer()
    before = rows()
    for given in ('"99-0"', '"99-0123456789abcdef"', 'W/"1-0"', "abc", '""', "*, *"):
        found = answers(asked, lambda each, given=given: each.ask(machine, each.body, **{"If-Match": given}))
        assert others(found, (412, "precondition_failed")) == {}, given
    assert rows() == before


KINDS = ("manifest", "collection")


def test_every_change_of_what_is_there_can_be_made_conditional(there: Holdings) -> None:
    without = {each.name for each in operations(there) if each.is_write and "If-Match" not in each.parameters}
    several = {
        "POST /api/v1/batches",
        "POST /api/v1/images/purges",
        "POST /api/v1/recipes/{recipe}/convert",  # what is changed are images, and there may be many
    }
    # Something new, or nothing that has a revision of its own; and what only the withdrawn can suffer.
    made = {
        f"POST /api/v1/{kind}s/{{id}}/{what}" for kind in KINDS for what in ("annotation-pages", "previews", "erase")
    }
    made |= {f"POST /api/v1/{what}" for what in ("collections/dynamic", "manifests/dynamic", "manifests/import")}
    made |= {"POST /api/v1/queries/preview", "DELETE /api/v1/previews/{id}", "PUT /api/v1/canvases/{id}/text"}
    assert without == several | made


# -------------------------------------------------------------------------------------------------------------- callers
def expired() -> str:
    made = a_token("write", "purge", expires=timezone.now() + timedelta(hours=1))
    Token.objects.filter(pk=made.token.pk).update(expires=timezone.now() - timedelta(seconds=1))
    return made.secret


def revoked() -> str:
    made = a_token("write", "purge")
    tokens.revoke(made.token.pk, "test")
    return made.secret


def from_elsewhere() -> str:
    return a_token("write", "purge", networks=["192.0.2.0/24"]).secret


def test_tokens_that_do_not_count_open_nothing(there: Holdings) -> None:
    asked, secrets = operations(there), (expired(), revoked(), from_elsewhere(), "gcis_x_y", "")
    before = rows()
    for secret in secrets:
        machine = Client(headers={"authorization": f"Bearer {secret}"})
        found = answers(asked, lambda each, machine=machine: each.ask(machine, each.body))
        assert others(found, (401, "authentication_failed")) == {}, secret
    assert rows() == before


def test_a_token_in_the_query_is_no_token(there: Holdings) -> None:
    secret, asked, nobody = a_token("write", "purge").secret, operations(there), Client()
    before = rows()
    for name in ("token", "access_token", "api_key", "authorization"):
        query = f"{name}={secret}"
        found = answers(asked, lambda each, query=query: each.ask(nobody, each.body, query))
        assert others(found, (401, "not_authenticated")) == {}, name
    assert rows() == before


#: Each scope with the ones that come with it.
SCOPES = {
    "read": {"read"},
    "read:all": {"read", "read:all"},
    "write": {"read", "read:all", "write"},
    "purge": {"purge"},
}


def test_a_token_does_no_more_than_its_scopes(there: Holdings) -> None:
    for scope, may in SCOPES.items():
        asked, machine = [each for each in operations(there) if each.needs not in may], client(scope)
        before = rows()
        found = answers(asked, lambda each, machine=machine: each.ask(machine, each.body))
        assert others(found, (403, "permission_denied")) == {}, scope
        assert rows() == before


# ------------------------------------------------------------------------------------------------------ others' records
def test_what_is_shut_is_not_there_for_a_reader(there: Holdings) -> None:
    """On every address below it too, and in every list that can be asked for it by its key or its name."""
    machine, asked = client("read"), 0
    for each in shut(there):
        for operation in operations(there, **each):
            if operation.method == "GET" and operation.needs == "read" and uses(operation, each):
                assert told(operation.ask(machine)) == (404, "not_found"), operation.address
                asked += 1
    assert asked > 40


def shut(there: Holdings) -> Iterator[dict[str, str]]:
    """Keys and names of what a reader may not know of."""
    for kind in ("images", "manifests", "collections"):
        named = {"kind": "image" if kind == "images" else "presentation"}
        for what, parameter in (("", "id"), (".key", "external_id"), (".name", "value")):
            yield from ({**named, parameter: value} for value in there.values[f"{kind}{what} spare"])


def uses(operation: Operation, values: dict[str, str]) -> bool:
    """Whether one of them stands in its address."""
    return any(f"{{{name}}}" in operation.name for name in values if name != "kind")


def test_what_never_was_is_not_found(there: Holdings) -> None:
    never = {"id": str(uuid4()), "external_id": "never", "value": "never", "slug": "never"}
    machine = writer()
    before = rows()
    asked = [each for each in operations(there, **never) if uses(each, never) and each.name not in MAKES]
    found = answers(asked, lambda each: each.ask(machine, each.body))
    assert others(found, (404, "not_found")) == {}
    assert rows() == before


#: A source is made by its slug.
MAKES = {"PUT /api/v1/sources/{slug}"}
