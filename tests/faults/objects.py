"""The stores of a site, looked at from outside: in S3, or in folders."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

STORES = ("sources", "masters", "published")


class Objects:
    """`address` as in `tests.world.s3.S3.address`, or the `folder` in which the stores are."""

    def __init__(self, address: str = "", folder: Path | None = None) -> None:
        self._folder = folder
        self._client = _client(address) if address else None

    def keys(self, store: str) -> list[str]:
        """What is visible in it."""
        if self._client is None:
            assert self._folder
            base = self._folder / store
            found = (path.relative_to(base) for path in base.rglob("*") if path.is_file())
            return sorted(path.as_posix() for path in found if path.parts[0] != ".incoming")
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=f"gcis-{store}")
        return sorted(entry["Key"] for page in pages for entry in page.get("Contents", []))

    def unfinished(self) -> list[str]:
        """What killed writers left: multipart uploads, and files that did not become objects."""
        if self._client is None:
            assert self._folder
            return [str(path) for store in STORES for path in (self._folder / store).glob(".incoming/*")]
        uploads = []
        for store in STORES:
            answer = self._client.list_multipart_uploads(Bucket=f"gcis-{store}")
            uploads += [f"{store}: {upload['Key']}" for upload in answer.get("Uploads", [])]
        return uploads

    def read(self, store: str, key: str) -> bytes:
        if self._client is None:
            assert self._folder
            return (self._folder / store / key).read_bytes()
        body: bytes = self._client.get_object(Bucket=f"gcis-{store}", Key=key)["Body"].read()
        return body


def _client(address: str) -> Any:
    import boto3
    from botocore.config import Config

    parts = urlsplit(address)
    return boto3.client(
        "s3",
        endpoint_url=f"{parts.scheme}://{parts.hostname}:{parts.port}",
        aws_access_key_id=parts.username,
        aws_secret_access_key=parts.password,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 3}),
    )
