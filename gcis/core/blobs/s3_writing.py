"""Sending objects to S3: in one request or in parts, with their sha256, and never over one that is there."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from gcis.core.blobs.protocol import CHUNK
from gcis.core.blobs.s3_border import border, code, is_missing
from gcis.core.blobs.s3_streams import Part

log = structlog.get_logger(__name__)

#: The name of the metadata that holds an object's sha256 (hex).
DIGEST = "sha256"
#: More parts than that no server takes.
_MOST_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class _Plan:
    """A file as it is to be sent: its sha256 (hex), bytes, and the start, bytes and sha256 (base64) of every part."""

    digest: str
    size: int
    parts: tuple[tuple[int, int, str], ...]


def send(s3: Any, bucket: str, name: str, file: BinaryIO, part_size: int, *, only_new: bool) -> None:
    """The file as that object; `only_new`: an object that is there already is left as it is.

    The server compares what it gets with our sha256, and shows nothing before it has all. ClientError, BotoCoreError.
    """
    plan = _plan(file, part_size)
    conditional = {"IfNoneMatch": "*"} if only_new else {}
    try:
        if len(plan.parts) == 1:
            _send_whole(s3, bucket, name, file, plan, conditional)
        elif not (only_new and _digest_there(s3, bucket, name) is not None):
            _send_in_parts(s3, bucket, name, file, plan, conditional)
    except ClientError as error:
        if not (only_new and code(error) == "PreconditionFailed"):
            raise


def abort_left_behind(s3: Any, bucket: str, prefix: str, older_than: float) -> int:
    """End all uploads in parts under the prefix that began more than so many seconds ago. Returns how many."""
    ended = 0
    for upload, now in _uploads(s3, bucket, prefix):
        if not upload["Key"].startswith(prefix) or now - upload["Initiated"] < timedelta(seconds=older_than):
            continue
        with border(bucket):
            try:
                s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
                ended += 1
            except ClientError as error:
                if code(error) != "NoSuchUpload":  # its writer has just finished
                    raise
    return ended


def base64_of(digest: str) -> str:
    """A hexadecimal digest as S3 writes it."""
    return base64.b64encode(bytes.fromhex(digest)).decode()


def _send_whole(s3: Any, bucket: str, name: str, file: BinaryIO, plan: _Plan, conditional: dict[str, str]) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=name,
        Body=Part(file, 0, plan.size),
        ContentLength=plan.size,
        ChecksumSHA256=base64_of(plan.digest),
        Metadata={DIGEST: plan.digest},
        **conditional,
    )


def _send_in_parts(s3: Any, bucket: str, name: str, file: BinaryIO, plan: _Plan, conditional: dict[str, str]) -> None:
    where = {"Bucket": bucket, "Key": name}
    begun = s3.create_multipart_upload(**where, ChecksumAlgorithm="SHA256", Metadata={DIGEST: plan.digest})
    where["UploadId"] = begun["UploadId"]
    try:
        sent = [
            _send_part(s3, where, number, Part(file, start, size), size, checksum)
            for number, (start, size, checksum) in enumerate(plan.parts, 1)
        ]
        s3.complete_multipart_upload(**where, MultipartUpload={"Parts": sent}, **conditional)
    except BaseException as error:
        if _is_gone(error) and _digest_there(s3, bucket, name) == plan.digest:
            return  # it was completed, and only the answer was lost
        _abort(s3, where)
        raise


def _send_part(s3: Any, where: dict[str, str], number: int, body: Part, size: int, checksum: str) -> dict[str, Any]:
    answer = s3.upload_part(**where, PartNumber=number, Body=body, ContentLength=size, ChecksumSHA256=checksum)
    return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}


def _abort(s3: Any, where: dict[str, str]) -> None:
    """What cannot be ended now is swept later: what went wrong first is what is told."""
    try:
        s3.abort_multipart_upload(**where)
    except (ClientError, BotoCoreError) as error:
        log.warning("store.upload_left", bucket=where["Bucket"], key=where["Key"], error=str(error))


def _is_gone(error: BaseException) -> bool:
    return isinstance(error, ClientError) and code(error) == "NoSuchUpload"


def _digest_there(s3: Any, bucket: str, name: str) -> str | None:
    """The sha256 of the object of that name, "" when it says none; None when there is no such object."""
    try:
        return str(s3.head_object(Bucket=bucket, Key=name)["Metadata"].get(DIGEST, ""))
    except ClientError as error:
        if is_missing(error):
            return None
        raise


def _uploads(s3: Any, bucket: str, prefix: str) -> Iterator[tuple[dict[str, Any], datetime]]:
    """Unfinished uploads, each with the time that it is for the server."""
    pages = iter(s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix))
    while True:
        with border(bucket):
            page = next(pages, None)
        if page is None:
            return
        now = parsedate_to_datetime(page["ResponseMetadata"]["HTTPHeaders"]["date"]).astimezone(UTC)
        yield from ((upload, now) for upload in page.get("Uploads", ()))


def _plan(file: BinaryIO, part_size: int) -> _Plan:
    """Read it once, for all its digests."""
    size = file.seek(0, 2)
    file.seek(0)
    step = max(part_size, -(-size // _MOST_PARTS))
    whole = hashlib.sha256()
    parts = []
    for start in range(0, max(size, 1), step):
        length = min(step, size - start)
        parts.append((start, length, _read_on(file, length, whole)))
    return _Plan(whole.hexdigest(), size, tuple(parts))


def _read_on(file: BinaryIO, length: int, whole: Any) -> str:
    """The sha256 (base64) of the next bytes, which go into that of the whole as well."""
    sha, left = hashlib.sha256(), length
    while left and (chunk := file.read(min(CHUNK, left))):
        sha.update(chunk)
        whole.update(chunk)
        left -= len(chunk)
    return base64_of(sha.hexdigest())
