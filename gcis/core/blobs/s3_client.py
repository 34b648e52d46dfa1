"""Connections to S3: one client per process and account, which all its threads share."""

import os
import threading
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

#: Connections that one process keeps: a render, a fetch or an upload holds one each.
_POOL = 32


@dataclass(frozen=True, slots=True)
class Access:
    """Where the server is (None: AWS), who we are there (None: as boto3 finds it), and how long we wait for it.

    `connect_seconds` until it takes a connection, `read_seconds` until it says something more, `attempts` altogether.
    `checksums` is botocore's when_supported or when_required.
    """

    endpoint: str | None = None
    region: str = "us-east-1"
    key: str | None = None
    secret: str | None = field(default=None, repr=False)
    connect_seconds: float = 5
    read_seconds: float = 20
    attempts: int = 2
    checksums: str = "when_supported"


_clients: dict[Access, Any] = {}
_lock = threading.Lock()


def client(access: Access) -> Any:
    """The client for that access, made when it is first wanted; clients are thread-safe, making them is not."""
    found = _clients.get(access)
    if found is None:
        with _lock:
            found = _clients.get(access) or _clients.setdefault(access, _made(access))
    return found


def _made(access: Access) -> Any:
    return boto3.session.Session().client(
        "s3",
        endpoint_url=access.endpoint,
        region_name=access.region,
        aws_access_key_id=access.key,
        aws_secret_access_key=access.secret,
        config=Config(
            signature_version="s3v4",  # else addresses for uploads are signed in the old way
            s3={"addressing_style": "path" if access.endpoint else "auto"},
            connect_timeout=access.connect_seconds,
            read_timeout=access.read_seconds,
            retries={"mode": "standard", "total_max_attempts": access.attempts},
            request_checksum_calculation=access.checksums,
            response_checksum_validation=access.checksums,
            max_pool_connections=_POOL,
        ),
    )


def _forget() -> None:
    """A child must not talk over its parent's connections, nor wait for a lock that a thread of the parent held."""
    global _lock
    _lock = threading.Lock()
    _clients.clear()


os.register_at_fork(after_in_child=_forget)
