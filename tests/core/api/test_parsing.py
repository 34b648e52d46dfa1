import json
import time

import pytest
from rest_framework.exceptions import ParseError

from gcis.core.api.parsing import MAX_DEPTH, loads
from tests.core.api.conftest import problem


def post(client, data: bytes, address: str = "/api/v1/books"):
    return client.generic("POST", address, data, content_type="application/json")


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"[" * 100_000, "nested", id="100,000 brackets"),
        pytest.param(nested(5000), "nested", id="depth 5,000"),
        pytest.param(nested(MAX_DEPTH + 1), "nested", id="a level too many"),
        pytest.param(b'{"label": "a\\u0000b"}', "label contains NUL", id="NUL"),
        pytest.param(b'{"items": [{"label": "a\\u0000"}]}', "items.0.label contains NUL", id="NUL far down"),
        pytest.param(b'{"a\\u0000b": 1}', "contains NUL", id="NUL in a key"),
        pytest.param(b'{"label": "\\ud800"}', "surrogate", id="lone high surrogate"),
        pytest.param(b'{"label": "\\udc00x"}', "surrogate", id="lone low surrogate"),
        pytest.param(b'{"\\ud800": 1}', "surrogate", id="lone surrogate in a key"),
        pytest.param(b'{"label": "\xed\xa0\x80"}', "UTF-8", id="encoded surrogate"),
        pytest.param(b'{"label": NaN}', "NaN is no number", id="NaN"),
        pytest.param(b'{"label": [-Infinity]}', "-Infinity is no number", id="Infinity"),
        pytest.param(b'{"label": 1e400}', "too large", id="1e400"),
        pytest.param(b'{"label": -1e19}', "too large", id="-1e19"),
        pytest.param(b'{"label": 18446744073709551616}', "64 bits", id="2 to the 64"),
        pytest.param(b'{"label": 9223372036854775808}', "64 bits", id="2 to the 63"),
        pytest.param(b'{"label": -9223372036854775809}', "64 bits", id="less than 64 bits"),
        pytest.param(b'{"label": ' + b"9" * 50_000 + b"}", "64 bits", id="50,000 digits"),
        pytest.param(b'{"label": 0.' + b"9" * 50_000 + b"}", "too long", id="50,000 decimals"),
        pytest.param(b'{"label": "a", "label": "b"}', '"label" is there twice', id="a key twice"),
        pytest.param(b'{"items": [{"a": 1, "\\u0061": 2}]}', '"a" is there twice', id="a key twice, in disguise"),
        pytest.param('{"label": "ä"}'.encode("latin-1"), "UTF-8", id="Latin-1"),
        pytest.param('{"label": "x"}'.encode("utf-16"), "UTF-8", id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"label": "x"}', "BOM", id="byte order mark"),
        pytest.param(b'{"label": "a\nb"}', "not JSON", id="a line break in a string"),
        pytest.param(b'{"label": "x"', "not JSON", id="cut off"),
        pytest.param(b"{'label': 'x'}", "not JSON", id="Python"),
        pytest.param(b'{"label": "x"} {}', "not JSON", id="two documents"),
        pytest.param(b"]" * 50, "not JSON", id="only closed"),
        pytest.param(b"[]", "must be an object", id="an array"),
        pytest.param(b'"x"', "must be an object", id="a string"),
        pytest.param(b"null", "must be an object", id="null"),
        pytest.param(b"true", "must be an object", id="true"),
    ],
)
def test_bad_bodies_are_refused_with_a_sentence(writer, body, sentence):
    assert sentence in problem(post(writer, body), 400, "parse_error")["detail"]


def test_all_that_is_good_passes():
    value = {
        "text": 'é 😀 \u0001\t\n" \\ [[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
        "numbers": [0, -1, 2**63 - 1, -(2**63), 1.5, -1e18, True, None],
        "": {},
    }
    assert loads(json.dumps(value).encode()) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value
    assert loads(nested(MAX_DEPTH))


def test_a_view_says_what_may_be_at_the_top(writer):
    assert post(writer, b"[1]", "/api/v1/lists").json() == [1]
    assert post(writer, b"{}", "/api/v1/lists").json() == {}
    body = problem(post(writer, b"1", "/api/v1/lists"), 400, "parse_error")
    assert body["detail"] == "The body must be an object or an array."


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b'\\"' * 500_000,
        b'"' * 1_000_001,
        b'"\\' * 500_000,
        b"[1," * 300_000,
        b"{" + b",".join(b'"k%d":[[]]' % n for n in range(80_000)) + b',"k79999":1}',
        b'{"a":' + b"-" * 1_000_000,
        b"[" + b"1e5," * 300_000,
    ],
    ids=["escaped quotes", "quotes", "open escapes", "arrays", "a late double", "minus signs", "numbers"],
)
def test_a_hostile_body_is_refused_in_a_moment(body):
    began = time.process_time()
    with pytest.raises(ParseError):
        loads(body)
    assert time.process_time() - began < 2


def test_a_body_too_large_is_not_read(writer, settings):
    settings.GCIS_API_MAX_BODY = 100
    fitting = json.dumps({"label": "x"}).encode().ljust(100)
    assert post(writer, fitting).status_code == 201
    body = problem(post(writer, fitting + b" "), 413, "body_too_large")
    assert body["detail"] == "The body is larger than 100 bytes."


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "", "nonsense"])
def test_other_types_are_refused(writer, kind):
    problem(
        writer.generic("POST", "/api/v1/books", b'{"label": "x"}', content_type=kind), 415, "unsupported_media_type"
    )


def test_no_body_is_an_empty_object(writer):
    body = problem(post(writer, b""), 400, "invalid")
    assert body["errors"] == [{"field": "label", "code": "required", "detail": "This field is required."}]
