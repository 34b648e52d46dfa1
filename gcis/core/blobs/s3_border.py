"""Where the words of boto3 end: its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import structlog
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ResponseStreamingError,
)
from botocore.exceptions import ConnectionError as NotConnected
from botocore.parsers import ResponseParserError
from urllib3.exceptions import IncompleteRead

from gcis.core.blobs.protocol import Damaged
from gcis.core.errors import Unavailable

log = structlog.get_logger(__name__)

_DAMAGED = {"BadDigest", "InvalidDigest", "IncompleteBody", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
#: Beside every 401 and 403: what no second try and no waiting changes, but somebody who looks at the settings.
_REFUSED = {"NoSuchBucket", "PermanentRedirect", "AuthorizationHeaderMalformed"}
#: Beside every 5xx and what comes without a word of S3.
_LATER = {
    "SlowDown",
    "TooManyRequests",
    "RequestTimeout",
    "OperationAborted",
    "ConditionalRequestConflict",
    "NoSuchUpload",
}
_BUSY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_told: set[tuple[str, str]] = set()


@contextmanager
def border(bucket: str, key: str = "") -> Iterator[None]:
    """Calls of boto3 inside raise FileNotFoundError(key), Unavailable or Damaged; anything else is our own mistake."""
    try:
        yield
    except ClientError as error:
        if is_missing(error):
            raise FileNotFoundError(key) from None
        raise said(code(error), status(error), bucket) from error
    except (FlexibleChecksumError, IncompleteReadError, ResponseParserError) as error:
        raise Damaged from error
    except ResponseStreamingError as error:
        raise Damaged if _broke_off(error) else _away() from error
    except (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError) as error:
        raise _denied(type(error).__name__, bucket) from error
    except (NotConnected, HTTPClientError) as error:
        raise _away() from error


def code(error: ClientError) -> str:
    """The server's word for it; the HTTP status where it has none, as in answers to HEAD."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_missing(error: ClientError) -> bool:
    return code(error) in ("NoSuchKey", "404", "NotFound")


def said(word: str, answered: int, bucket: str) -> Exception:
    """The server's refusal as an error of ours."""
    if word in _DAMAGED:
        return Damaged()
    if answered in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or word in _REFUSED | {"AccessDenied"}:
        return _denied(word, bucket)
    if answered in _BUSY or answered >= HTTPStatus.INTERNAL_SERVER_ERROR or word in _LATER or word.isdigit():
        return _away()
    return RuntimeError(f"S3 answers {answered} {word} for the bucket {bucket}")


def _away() -> Unavailable:
    return Unavailable("store_unavailable", "The store does not answer as it should. It is tried again.")


def _denied(word: str, bucket: str) -> Unavailable:
    if (bucket, word) not in _told:
        _told.add((bucket, word))
        log.error("store.denied", bucket=bucket, code=word, look_at="GCIS_S3_KEY, GCIS_S3_SECRET, the bucket's policy")
    return Unavailable("store_denied", "The store refuses us: somebody has to look at its keys and settings.")


def _broke_off(error: ResponseStreamingError) -> bool:
    """Whether the connection ended in good order, with too few bytes."""
    cause = error.kwargs["error"]
    return any(isinstance(part, IncompleteRead) for part in (cause, *cause.args))
