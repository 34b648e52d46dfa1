"""A store in a bucket of S3, or of a server that speaks it. Addresses are s3://bucket/prefix."""

import io
import re
import tempfile
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

from gcis.core.blobs import s3_writing
from gcis.core.blobs.protocol import Damaged, Stored, Tell, UploadAddress, check_key, check_prefix, is_key
from gcis.core.blobs.s3_border import border, code, is_missing, said
from gcis.core.blobs.s3_client import Access, client
from gcis.core.blobs.s3_streams import Download
from gcis.core.blobs.s3_writing import DIGEST, base64_of
from gcis.core.blobs.streams import copy_to, pour

#: Most keys that one request may remove.
_AT_ONCE = 1000
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class S3Store:
    """Objects carry their sha256 as metadata, by which whole reads are verified, whoever stands in between.

    `scratch` is a folder for streams whose sha256 must be known before they can be sent (None: the system's).
    Files above `part_size` bytes are sent in parts of that size. The rest says how the server is reached: `Access`.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        scratch: str | Path | None = None,
        part_size: int = 16 << 20,
        **access: Any,
    ) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._scratch = Path(scratch) if scratch else None
        self._part_size = part_size
        self._access = Access(**access)

    # ------------------------------------------------------------------------------------------------------- writing
    def put(self, key: str, data: bytes) -> None:
        self._send(key, io.BytesIO(data))

    def adopt(self, key: str, path: Path) -> None:
        with path.open("rb") as file:
            self._send(key, file)
        path.unlink()

    def write(self, key: str, stream: BinaryIO) -> Stored:
        check_key(key)
        if self._scratch:
            self._scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._scratch) as file:
            stored = pour(stream, file)
            self._send(key, file)
        return stored

    def mend(self, key: str, path: Path) -> None:
        with path.open("rb") as file:
            self._send(key, file, anew=True)
        path.unlink()

    # ------------------------------------------------------------------------------------------------------- reading
    def open(self, key: str) -> BinaryIO:
        with border(self.bucket, key):
            answer = self._get(key)
        return io.BufferedReader(self._download(key, answer, answer["Metadata"].get(DIGEST)))

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        if start == 0 and length is None:
            with self.open(key) as file:
                return file.read()
        if length == 0:
            if self.size(key) is None:
                raise FileNotFoundError(key)
            return b""
        answer = self._get_part(key, start, length)
        if answer is None:
            return b""
        with io.BufferedReader(self._download(key, answer, None)) as file:
            return file.read()

    def fetch(self, key: str, path: Path, tell: Tell | None = None) -> Stored:
        return copy_to(path, self.open(key), tell)

    def size(self, key: str) -> int | None:
        found = self._head(key)
        return int(found["ContentLength"]) if found else None

    def age(self, key: str) -> float | None:
        found = self._head(key)
        if found is None:
            return None
        now = parsedate_to_datetime(found["ResponseMetadata"]["HTTPHeaders"]["date"])
        return float((now - found["LastModified"]).total_seconds())

    def keys(self, prefix: str = "") -> Iterator[str]:
        whole = self.prefix + prefix
        pages = iter(self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=whole))
        while True:
            with border(self.bucket):
                page = next(pages, None)
            if page is None:
                return
            names = (entry["Key"] for entry in page.get("Contents", ()))
            found = (name.removeprefix(self.prefix) for name in names if name.startswith(whole))
            yield from filter(is_key, found)  # what others put there is none of ours

    def local_path(self, key: str) -> Path | None:
        check_key(key)
        return None

    # ------------------------------------------------------------------------------------------------------ removing
    def delete(self, key: str) -> None:
        with border(self.bucket, key):
            self._s3.delete_object(Bucket=self.bucket, Key=self._name(key))

    def delete_prefix(self, prefix: str) -> int:
        keys = self.keys(check_prefix(prefix))
        removed = 0
        while some := list(islice(keys, _AT_ONCE)):
            names = [{"Key": self._name(key)} for key in some]
            with border(self.bucket):
                answer = self._s3.delete_objects(Bucket=self.bucket, Delete={"Objects": names, "Quiet": True})
            for refused in answer.get("Errors", ()):
                raise said(refused["Code"], 0, self.bucket)
            removed += len(some)
        return removed

    def sweep(self, older_than: float) -> int:
        return s3_writing.abort_left_behind(self._s3, self.bucket, self.prefix, older_than)

    # ----------------------------------------------------------------------------------------------------- by others
    def upload_address(
        self, key: str, seconds: int, size: int | None = None, digest: str | None = None
    ) -> UploadAddress | None:
        """Signed, so that nothing of it can be changed. An object that is there already is left alone (412).

        Without a `digest` the object carries none: reads of it can compare its length only.
        """
        signed: dict[str, Any] = {"Bucket": self.bucket, "Key": self._name(key), "IfNoneMatch": "*"}
        headers = {"If-None-Match": "*"}
        if size is not None:
            signed["ContentLength"] = size
        if digest is not None:
            signed |= {"ChecksumSHA256": base64_of(digest), "Metadata": {DIGEST: digest}}
            headers |= {"x-amz-checksum-sha256": base64_of(digest), f"x-amz-meta-{DIGEST}": digest}
        with border(self.bucket, key):
            url = self._s3.generate_presigned_url("put_object", Params=signed, ExpiresIn=seconds)
        return UploadAddress(url, headers, seconds)

    # ------------------------------------------------------------------------------------------------------- helpers
    @property
    def _s3(self) -> Any:
        return client(self._access)

    def _name(self, key: str) -> str:
        return self.prefix + check_key(key)

    def _send(self, key: str, file: BinaryIO, *, anew: bool = False) -> None:
        name = self._name(key)
        with border(self.bucket, key):
            s3_writing.send(self._s3, self.bucket, name, file, self._part_size, only_new=not anew)

    def _get(self, key: str, **part: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._s3.get_object(Bucket=self.bucket, Key=self._name(key), **part)
        return answer

    def _get_part(self, key: str, start: int, length: int | None) -> dict[str, Any] | None:
        """The answer with those bytes and no others; None where the object ends before them."""
        end = "" if length is None else start + length - 1
        with border(self.bucket, key):
            try:
                answer = self._get(key, Range=f"bytes={start}-{end}")
            except ClientError as error:
                if code(error) == "InvalidRange":
                    return None
                raise
        if not _is_part(answer, start, length):
            answer["Body"].close()
            raise Damaged
        return answer

    def _download(self, key: str, answer: dict[str, Any], digest: str | None) -> Download:
        return Download(answer, digest, self.bucket, key)

    def _head(self, key: str) -> dict[str, Any] | None:
        with border(self.bucket, key):
            try:
                found: dict[str, Any] = self._s3.head_object(Bucket=self.bucket, Key=self._name(key))
            except ClientError as error:
                if is_missing(error):
                    return None
                raise
        return found


def _is_part(answer: dict[str, Any], start: int, length: int | None) -> bool:
    """Whether the answer says that it holds what was asked for. Some servers send all, whatever they are asked."""
    found = _RANGE.fullmatch(answer.get("ContentRange", ""))
    if found is None:
        return False
    first, last, size = map(int, found.groups())
    end = size if length is None else min(size, start + length)
    return (first, last + 1, int(answer["ContentLength"])) == (start, end, end - start)
