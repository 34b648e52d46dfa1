"""The whole API as it is served, over real records: what schemathesis makes up from the OpenAPI document is answered as
the document says, and nobody gets what their token does not allow.

For long runs: GCIS_API_EXAMPLES (examples per operation, and every case of the coverage phase) and GCIS_API_SEED.
"""

import ipaddress
import itertools
import json
import os
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests
import schemathesis
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler
from django.urls import Resolver404, resolve
from pytest_django import Settings
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import Interaction
from schemathesis.generation.meta import CoveragePhaseData

from gcis.core.wsgi import Handler
from gcis.jobs.models import Job
from gcis.tokens.scopes import allows
from tests.test_api_inputs import SECRET, Holdings, holdings, kind_of, rows
from tests.tokens.keys import bearing

LONG = "GCIS_API_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("GCIS_API_EXAMPLES", "1"))
SEED = int(os.environ.get("GCIS_API_SEED", "1"))
#: Of the cases that the coverage phase enumerates, each of so many is tried.
EVERY = 1 if LONG else 60


# --------------------------------------------------------------------------------------------------------- what is sent
def bind(document: dict[str, Any], there: Holdings) -> list[dict[str, Any]]:
    """Give parameters real values as examples. Returns what schemathesis is to be told so that it draws them too."""
    bound = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            drawn = {}
            for parameter in operation.get("parameters", []):
                kind = kind_of(method, path, parameter["name"])
                if values := there.values.get(kind):
                    parameter["example"] = values[0]
                    drawn[f"{parameter['in']}.{parameter['name']}"] = {"dictionary": kind, "probability": 0.8}
            for place, name in (("body.into", "into"), ("body.identifiers[*]", "identifiers")):
                if values := there.values.get(kind_of(method, path, name)):
                    drawn[place] = {"dictionary": kind_of(method, path, name), "probability": 0.8}
            bound.append({"include-name": f"{method.upper()} {path}", "parameters": drawn})
    return bound


def needed_scopes(document: dict[str, Any]) -> dict[str, str]:
    """The scope that each operation says that it needs."""
    return {
        f"{method.upper()} {path}": re.findall(r"Needs the scope `([a-z:]+)`", operation["description"])[-1]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def an_api(server: str, there: Holdings, headers: dict[str, str], *, thorough: bool) -> Any:
    document = requests.get(f"{server}/api/v1/schema/?format=json", timeout=60).json()
    document["paths"] = {path: item for path, item in document["paths"].items() if path.startswith("/api/")}
    config = {
        "seed": SEED,
        "base-url": server,
        "headers": headers,
        "cache": {"enabled": False},
        "suppress-health-check": ["all"],
        "continue-on-failure": True,
        "generation": {"max-examples": EXAMPLES, "no-shrink": True, "database": "none"},
        "phases": {"coverage": {"enabled": thorough}},
        "operations": bind(document, there),
        "dictionaries": {kind: {"values": values} for kind, values in there.values.items()},
        "checks": {
            # Beside the usual ones 412 and 413: what comes before the body, or stops it, says nothing of its fields.
            "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415]},
            "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 401, 403, 404, 409, 412]},
        },
    }
    api = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(config))
    counted = itertools.count()

    @api.hook
    def filter_case(context: Any, case: Any) -> bool:
        return not isinstance(case.meta.phase.data, CoveragePhaseData) or next(counted) % EVERY == 0

    return api


# ----------------------------------------------------------------------------------------------------- what is answered
#: What may be refused though the document allows it, by field (`*.name`: wherever it stands) and code: what JSON Schema
#: cannot say, and why.
EXCUSED = {
    ("into", "unknown"): "Nothing has the key that it names.",
    ("identifiers.*", "unknown"): "Nothing has the name that it names.",
    ("batch", "not_open"): "The batch that it names is not there, or closed.",
    ("*", "circle"): "Whether a collection would be inside itself depends on what is inside of it.",
    ("*", "merge_itself"): "That two keys are the same one.",
    ("*", "twice"): "That two items of a list have the same key.",
    ("*", "access_edge"): "Whether a longest edge belongs to it depends on the access that the record has.",
    ("*", "identifier"): "Composed Unicode, and the length of what is encoded.",
    ("*", "source_name"): "Control characters in it.",
    ("*", "external_id"): "Control characters in it.",
    ("*", "url_refused"): "Where files may be fetched from is a matter of settings.",
    ("*", "exclusive"): "Behaviors that exclude each other.",
    ("*", "misplaced"): "What means nothing on a record of this kind.",
    ("*", "canvas_unknown"): "Which pages a manifest has.",
    ("*", "known"): "Whether there is a page of that id.",
    **dict.fromkeys(
        [
            (f"*.{name}", "unknown")
            for name in ("image", "canvas", "range", "target", "manifest", "collection", "source")
        ],
        "Nothing has the key that it names.",
    ),
    ("manifest", "required"): "Whether there is a page of that key already.",
    ("*", "painting"): "Whether a picture has the address of its own image service.",
    ("*", "foreign"): "That a page on another server has an address and no annotations, and others have none.",
    ("", "encoding"): "What bytes a text is made of.",
    ("", "expires"): "What day it is.",
    ("*", "no_source"): "Whether the manifest belongs to a source.",
    ("*", "nothing_proposed"): "Whether a picture of another shape waits for a decision.",
    ("*", "no_document"): "What is imported is a whole IIIF document.",
    ("*", "no_id"): "What is imported is a whole IIIF document.",
    ("*", "wrong_kind"): "What is imported is a whole IIIF document.",
    ("*", "presentation2"): "What is imported is a whole IIIF document.",
    ("*", "source_unknown"): "Which sources there are.",
    ("url", "either"): "An address, or a document: not both.",
}
#: Parts that the document only sketches: the Web Annotation model has a specification of its own.
SKETCHED = re.compile(r"(^|\.)(body|target)(\.|$)")


@dataclass
class Listener:
    """Collects what is wrong with answers to somebody with this token and these scopes."""

    token: str
    scopes: tuple[str, ...]
    needed: dict[str, str]
    heard: int = 0
    faults: dict[tuple[str, ...], str] = field(default_factory=dict)

    def hear(self, event: Any) -> None:
        if isinstance(event, events.NonFatalError):
            self.fault((event.label, event.info.title), f"{event.info.title}: {event.info.message}")
        if isinstance(event, events.ScenarioFinished):
            for key, told in event.recorder.interactions.items():
                label = event.recorder.cases[key].value.operation.label
                self.heard += 1
                self.judge(label, told, event.recorder.checks.get(key, []))

    def judge(self, label: str, told: Interaction, checks: list[Any]) -> None:
        failed = [check for check in checks if check.status == Status.FAILURE and not excused(check.name, told)]
        for check in failed:
            failure = check.failure_info.failure
            self.fault((check.name, label, failure.title), f"{check.name}: {failure.message}", told)
        if trespass := self.trespass(label, told):
            self.fault((trespass, label), trespass, told)

    def trespass(self, label: str, told: Interaction) -> str:
        """What is wrong by the token alone: whoever may not is told so before anything else is looked at."""
        if told.response is None:
            return "There is no answer."
        presented = told.request.headers.get("Authorization") == [self.token]
        scopes = self.scopes if presented else ()
        if not allows(scopes, "read:all") and SECRET.encode() in told.response.content:
            return "It tells what the token does not allow."
        wanted = self.wanted(label, told, scopes)
        return f"It should be one of {wanted}." if wanted and told.response.status_code not in wanted else ""

    def wanted(self, label: str, told: Interaction, scopes: tuple[str, ...]) -> set[int]:
        """The only right statuses; none where the document alone says which there may be."""
        if {code for _, code in problems(told)} & {"address", "charset"}:  # refused before any view is looked for
            return set()
        methods = offered(told.request.uri)
        if told.request.method not in methods:
            return {401, 405} if methods else {404}  # 401: a token that is no token comes first
        if not scopes:
            return {401}
        return set() if allows(scopes, self.needed[label]) else {403}

    def fault(self, key: tuple[str, ...], sentence: str, told: Interaction | None = None) -> None:
        self.faults.setdefault(key, "\n".join([" ".join(key), sentence, *(shown(told) if told else [])]))


def problems(told: Interaction) -> list[tuple[str, str]]:
    """What a problem says: field and code of each error, else the code of the whole."""
    response = told.response
    if response is None or not response.headers.get("content-type", [""])[0].startswith("application/problem+json"):
        return []
    body = json.loads(response.content)
    whole = [("", body["type"].rpartition("/")[2])]
    return [(error["field"], error["code"]) for error in body.get("errors", [])] or whole


def excused(check: str, told: Interaction) -> bool:
    """Whether all that was refused is of EXCUSED; or it was read after its DELETE, which withdraws and leaves it there
    for those who see everything: there is no other way to restore it.
    """
    if check == "use_after_free":
        return True
    said = [(re.sub("[0-9]+", "*", name), code) for name, code in problems(told)]
    return check == "positive_data_acceptance" and bool(said) and all(_excused(*error) for error in said)


def _excused(name: str, code: str) -> bool:
    last = name.rpartition(".")[2]
    return bool(SKETCHED.search(name)) or any((each, code) in EXCUSED for each in (name, f"*.{last}", "*"))


def offered(uri: str) -> list[str]:
    """The methods of the view that answers at this address; none where there is no view."""
    try:
        view = resolve(unquote(urlsplit(uri).path)).func.cls
    except Resolver404:
        return []
    return [method.upper() for method in view.http_method_names if hasattr(view, method)]


def shown(told: Interaction) -> list[str]:
    """What was asked and answered, for people."""
    request, response = told.request, told.response
    headers = {name: value for name, value in request.headers.items() if name.lower() in ("content-type", "if-match")}
    asked = [f"{request.method} {request.uri[:1000]}", str(headers), str(request.body)[:2000]]
    return [*asked, *([f"{response.status_code} {response.content[:1000]!r}"] if response else ["no answer"])]


# -------------------------------------------------------------------------------------------------------------- serving
class Prompt(QuietWSGIRequestHandler):
    disable_nagle_algorithm = True


@pytest.fixture
def server(transactional_db: None, settings: Settings, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """The address of a server with the project's own handler."""
    caplog.set_level("ERROR", "django.request")
    with ThreadedWSGIServer(("127.0.0.1", 0), Prompt) as serving:
        serving.set_app(Handler())
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        settings.GCIS_PUBLIC_URL = f"http://127.0.0.1:{serving.server_port}"
        settings.GCIS_FETCH_HOSTS = ["files.example.org"]
        yield settings.GCIS_PUBLIC_URL
        serving.shutdown()
        thread.join()


@pytest.fixture
def strayed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where somebody wanted to connect to, or which name to look up, outside of this machine. Nobody gets there."""
    found: list[Any] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def stay(host: Any) -> None:
        try:
            at_home = ipaddress.ip_address(host).is_loopback
        except ValueError:
            at_home = host == "localhost"
        if not at_home:
            found.append(host)
            raise OSError(f"Nothing is fetched from {host} here.")

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            stay(address[0])
        connect(self, address)

    def look_up_here(host: Any, *rest: Any, **more: Any) -> Any:
        stay(host)
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    return found


@pytest.mark.timeout(0 if LONG else 600)
@pytest.mark.parametrize("scopes", [(), ("read",), ("write", "purge")], ids=["anonymous", "reader", "writer"])
def test_every_answer_is_documented_and_allowed(scopes: tuple[str, ...], server: str, strayed: list[Any]) -> None:
    there = holdings()
    headers = {"Authorization": bearing(*scopes)["authorization"]} if scopes else {}
    before = rows()
    api = an_api(server, there, headers, thorough=LONG or "write" in scopes)
    listener = Listener(headers.get("Authorization", ""), scopes, needed_scopes(api.raw_schema))
    for event in from_schema(api).execute():
        listener.hear(event)
    assert not listener.faults, "\n\n".join(sorted(listener.faults.values()))
    assert listener.heard > 200
    assert strayed == []
    assert sum(Job.objects.values_list("attempts", flat=True)) == sum(job["attempts"] for job in before["Job"])
    assert (rows() == before) == ("write" not in scopes)
