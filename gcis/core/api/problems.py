"""Every error of the API as RFC 9457 has it: one stable type per kind of error, and all field errors at once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from gcis.core.errors import FieldFault, SourceFault
from gcis.core.trouble import passing
from gcis.core.web import PROBLEM

TYPES = "/api/v1/problems/"
#: Faults that come of what is there already, not of how the request is written: 409 instead of 400.
CONFLICTS = frozenset(
    {
        *("identifier_taken", "merged", "withdrawn", "not_withdrawn", "not_sent", "source_kind", "no_address"),
        *("job_over", "job_not_over", "job_under_way", "batch_over", "canvas_known", "nothing_proposed"),
        *("dynamic", "not_dynamic", "publishing"),
    }
)
#: Seconds after which to try again what is not at hand just now.
RETRY_SECONDS = 5


class PreconditionFailed(exceptions.APIException):
    """The record is not in the state that the request was made for (RFC 9110 §15.5.13)."""

    status_code = 412
    default_code = "precondition_failed"
    default_detail = "The record has changed since it was read. Read it again."


class BodyTooLarge(exceptions.APIException):
    status_code = 413
    default_code = "body_too_large"
    default_detail = "The body is too large."


@dataclass(frozen=True, slots=True)
class _Kind:
    """An exception in the words of a problem."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldFault, ...] = ()


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    *,
    errors: tuple[FieldFault, ...] = (),
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """The answer with this error. It is rendered here, whatever renderers the view has."""
    body: dict[str, Any] = {
        "type": f"{TYPES}{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(request.path),
    }
    if errors:
        body["errors"] = [{"field": fault.field, "code": fault.code, "detail": fault.sentence} for fault in errors]
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM)
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. None, and so a loud 500, for what is neither the caller's fault nor passing."""
    kind = _kind(error)
    if kind is None:
        return None
    set_rollback()
    request: Request = context["request"]
    return problem(request._request, kind.status, kind.code, kind.detail, errors=kind.errors, headers=_headers(error))


def _kind(error: Exception) -> _Kind | None:
    if isinstance(error, SourceFault):
        return _Kind(409 if error.code in CONFLICTS else 400, error.code, error.sentence, error.fields)
    if trouble := passing(error):
        return _Kind(503, trouble.code, trouble.sentence)
    if isinstance(error, Http404):
        return _Kind(404, "not_found", str(error) or "There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return _Kind(403, "permission_denied", "This is not allowed.")
    if isinstance(error, exceptions.ValidationError):
        faults = tuple(_flat(error.get_full_details()))
        return _Kind(400, "invalid", _summary(faults), faults)
    if isinstance(error, exceptions.APIException):
        return _Kind(error.status_code, str(error.get_codes()), str(error.detail))
    return None


def _headers(error: Exception) -> dict[str, str]:
    """The headers that belong to an error: DRF notes them on the exception."""
    headers = {}
    if passing(error):
        headers["Retry-After"] = str(RETRY_SECONDS)
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return headers


def _flat(details: Any, path: str = "") -> Iterator[FieldFault]:
    """DRF's nested errors as a list; lists of errors end a path, dictionaries and lists of those lengthen it."""
    if _is_leaf(details):
        yield FieldFault(path, details["code"], str(details["message"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _flat(inner, path if whole else _joined(path, name))
    else:
        for index, inner in enumerate(details):
            yield from _flat(inner, path if _is_leaf(inner) else _joined(path, index))


def _is_leaf(details: Any) -> bool:
    """Whether this is one error, not a dictionary of them by fields that happen to be called so."""
    return isinstance(details, dict) and details.keys() == {"message", "code"} and isinstance(details["code"], str)


def _joined(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _summary(faults: tuple[FieldFault, ...]) -> str:
    if len(faults) == 1:
        fault = faults[0]
        return f"{fault.field}: {fault.sentence}" if fault.field else fault.sentence
    return f"{len(faults)} things about what was sent cannot be used; they are listed under errors."
