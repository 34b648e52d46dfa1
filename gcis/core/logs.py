"""Structured logs: one pipeline for structlog and for everybody who logs by the standard library (Django, Celery).

`settings.LOGGING_CONFIG` names `configure`. The web server's parent process has no Django and asks for `plan` alone.
"""

import json
import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TypedDict

import structlog
from structlog.typing import Processor

Facts = MutableMapping[str, Any]


class Wanted(TypedDict):
    """The shape of `settings.LOGGING`: `json` or `console`, and the least level that is written."""

    format: str
    level: str


REMOVED = "[removed]"
#: What must not be written down, wherever it stands: in a fact, an address, a traceback.
_SECRETS = (
    (re.compile(r"gcis_[a-z0-9]{12}_[A-Za-z0-9]+"), REMOVED),
    (re.compile(r"(?i)\b(bearer|basic) +[A-Za-z0-9._~+/=-]+"), rf"\1 {REMOVED}"),
    (re.compile(r"(?<=://)[^/\s:@\"'\\]*:[^/\s@\"'\\]*@"), f"{REMOVED}@"),
    (re.compile(r"\b(sessionid|csrftoken)=[^;\s\"'\\]+"), rf"\1={REMOVED}"),
    (
        re.compile(
            r"(?i)([?&](?:x-amz-(?:signature|credential|security-token)|signature|token|access_token|secret"
            r"|password|key)=)[^&\s\"'\\]+"
        ),
        rf"\1{REMOVED}",
    ),
)
_SECRET_FACTS = {"authorization", "cookie", "set-cookie", "password", "secret"}


def configure(wanted: Wanted) -> None:
    """Called by Django with `settings.LOGGING` when it starts."""
    logging.config.dictConfig(plan(wanted))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def plan(wanted: Wanted) -> dict[str, Any]:
    """For `logging.config.dictConfig`: one handler at the root, and nobody beside it who writes lines of his own."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "style": wanted["format"]}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            "pyvips": {"level": "WARNING"},  # it tells every step of libvips otherwise
            "celery": {"level": "WARNING"},  # and this one every doorbell
            "django": {"handlers": [], "level": "INFO"},
            "django.request": {"level": "ERROR"},  # who asks for what is not there is counted in /metrics
            "django.server": {"handlers": [], "propagate": True},
            "_granian": {"handlers": [], "propagate": True},
            "granian.access": {"handlers": [], "propagate": True},
        },
        "root": {"handlers": ["stderr"], "level": wanted["level"]},
    }


def formatter(style: str) -> logging.Formatter:
    """Makes lines of records: JSON objects for machines, or text for people. ValueError for any other style."""
    if style not in ("json", "console"):
        raise ValueError(f"GCIS_LOG_FORMAT is {style!r}; there are json and console")
    made: logging.Formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder(allow=["status_code"])],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_as_json() if style == "json" else [_as_text()]),
            _without_secrets,
        ],
    )
    return made


def _as_json() -> list[Processor]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_dumps)]


def _as_text() -> Processor:
    # Its own tracebacks show the values of local variables, and those hold secrets. Strings are quoted, for a name with
    # a line break would make a line that looks like ours.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        exception_formatter=structlog.dev.plain_traceback,
        repr_native_str=True,
        pad_event_to=0,
    )


def _dumps(facts: Facts, **_: Any) -> str:
    """In ASCII: a log file may have any encoding, and paths may hold what is no text."""
    return json.dumps(facts, default=repr)


def _hide(_logger: Any, _method: str, facts: Facts) -> Facts:
    for name in facts:
        if name.lower() in _SECRET_FACTS:
            facts[name] = REMOVED
    return facts


def _without_secrets(_logger: Any, _method: str, line: Any) -> str:
    """The last step, on the finished line: so nothing that an exception or another library says gets past it."""
    text = str(line)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    _hide,
]
