"""JSON as strictly as RFC 8259 allows: what a database, a viewer or another parser would choke on stays outside."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from gcis.core.api.problems import BodyTooLarge

MAX_DEPTH = 20
#: Whole numbers are kept in 64 bits with a sign.
_LARGEST = 2**63
_LONGEST_NUMBER = 100
# Strings are stepped over as a whole, closed or not; possessive, for else a row of escaped quotes takes quadratic time.
_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?|[\[{]|[\]}]', re.DOTALL)
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """For DRF. The top must be an object, or what the view's `body_types` says."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        view = (parser_context or {}).get("view")
        return loads(_read(stream, settings.GCIS_API_MAX_BODY), getattr(view, "body_types", (dict,)))


def loads(data: bytes, types: tuple[type, ...] = (dict,)) -> Any:
    """The value that is written there. ParseError with a sentence for everything that is refused.

    Refused: other encodings than UTF-8, more than MAX_DEPTH levels, NaN and infinities, numbers outside of 64 bits,
    NUL and lone surrogates in keys and texts, a key twice in one object, another type at the top than one of `types`.
    """
    _check_depth(data)
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        raise ParseError("The body is not in UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ParseError(f"The body is not JSON: {error.msg} ({where}).") from None
    if not isinstance(value, types):
        raise ParseError(f"The body must be {' or '.join(_NAMES[kind] for kind in types)}.")
    for path, text in _texts(value):
        if _UNUSABLE.search(text):
            raise ParseError(f"The text at {path or 'the top'} contains NUL or half of a surrogate pair.")
    return value


_NAMES: dict[type, str] = {dict: "an object", list: "an array"}


def _read(stream: IO[Any], most: int) -> bytes:
    """The body; one byte more than is allowed is read at most."""
    data: bytes = stream.read(most + 1)
    if len(data) > most:
        raise BodyTooLarge(f"The body is larger than {most:,} bytes.")
    return data


def _check_depth(data: bytes) -> None:
    """Before parsing: Python's parser climbs its stack with every level."""
    depth = 0
    for found in _STRUCTURE.finditer(data):
        first = found[0][:1]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ParseError(f"The body is nested more than {MAX_DEPTH} levels deep.")
        elif first in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise ParseError(f"The key {_shown(twice)} is there twice in one object.")
    if unusable := next(filter(_UNUSABLE.search, made), None):
        raise ParseError(f"The key {_shown(unusable)} contains NUL or half of a surrogate pair.")
    return made


def _integer(text: str) -> int:
    # The length first: Python refuses to convert very long ones, in words that are no sentence for a person.
    if len(text) > _LONGEST_NUMBER or not -_LARGEST <= int(text) < _LARGEST:
        raise ParseError(f"The number {text[:30]} does not fit into 64 bits.")
    return int(text)


def _fraction(text: str) -> float:
    if len(text) > _LONGEST_NUMBER or not abs(float(text)) < _LARGEST:
        raise ParseError(f"The number {text[:30]} is too large or too long.")
    return float(text)


def _no_number(text: str) -> None:
    raise ParseError(f"{text} is no number in JSON.")


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text that is a value, with where it stands; the depth was checked before."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{index}" if path else str(index))


def _shown(name: str) -> str:
    """A key as it can be written into an answer: escaped, and not longer than a line."""
    return json.dumps(name)[:80]
