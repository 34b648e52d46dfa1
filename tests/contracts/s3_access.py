"""How the stores of a test reach an S3 server."""

import os
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.world.s3 import BUCKETS, S3

NAMES = ("sources", "masters", "published")
#: "s3": every test has its stores in S3 (`S3.variable` says where) instead of in folders.
STORES = "GCIS_TEST_STORES"


def access(address: str, account: tuple[str, str] | None = None, port: int | None = None) -> dict[str, Any]:
    """Options of an S3Store: as the account in the address or another one, there or by way of a proxy on that port."""
    parts = urlsplit(address)
    key, secret = account or (parts.username, parts.password)
    return {"endpoint": f"{parts.scheme}://{parts.hostname}:{port or parts.port}", "key": key, "secret": secret}


def stores_of_a_test(folder: Path) -> dict[str, dict[str, Any]]:
    """As in `settings.GCIS_STORES`: nothing of any other test is in them."""
    if os.environ.get(STORES) != "s3":
        return {
            name: {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": folder / name}}
            for name in NAMES
        }
    own = {"prefix": f"test-{uuid.uuid4().hex}", "scratch": folder, **access(os.environ[S3.variable])}
    return {
        name: {"BACKEND": "gcis.core.blobs.s3.S3Store", "OPTIONS": {"bucket": bucket, **own}}
        for name, bucket in zip(NAMES, BUCKETS, strict=True)
    }
