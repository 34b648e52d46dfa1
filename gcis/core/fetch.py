"""Guarded outbound reads: a URL that somebody gave us into a file, without becoming their way into our network."""

import hashlib
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from gcis.core.errors import SourceFault, Unavailable
from gcis.core.fetch_rules import Place, Rules, check_url, place, refused
from gcis.core.fetch_wire import Patience, Resolve, answer, network, resolve_name

__all__ = ["Fetched", "Resolve", "Rules", "check_url", "fetch"]

#: Bytes so far, and bytes altogether if the other side said.
Tell = Callable[[int, int | None], None]

REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 1 << 18
LONGEST_HEADER = 1000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was read: sha256 (hex) and bytes of the file, and what the server said; "" for what it did not say.

    `file_name` is the server's, else the last part of `final_url`; for people, not for paths.
    """

    digest: str
    size: int
    etag: str
    last_modified: str
    content_type: str
    final_url: str
    file_name: str


def fetch(url: str, target: Path, *, rules: Rules, tell: Tell, resolve: Resolve = resolve_name) -> Fetched:
    """Read `url` into the new file `target`; when that fails in any way there is no file.

    SourceFault: url_refused (we do not go there), url_not_found, url_forbidden, url_too_large, url_bad (what comes is
    no file). Unavailable: url_unreachable. `tell` is called after every piece and may raise to end it.
    """
    patience = Patience(time.monotonic() + rules.seconds, rules)
    where = place(url, rules)
    for _ in range(rules.redirects + 1):
        with answer(where, patience, resolve) as response:
            if response.status not in REDIRECTS:
                _check_status(response, where)
                digest, size = _store(response, where, target, patience, tell)
                return _fetched(response, where, digest, size)
            where = _onward(response, where, rules)
    raise SourceFault("url_bad", f"The URL leads on to other ones more than {rules.redirects} times.")


def _onward(response: HTTPResponse, where: Place, rules: Rules) -> Place:
    """Where a redirect leads, checked as if somebody had given us that URL."""
    location = _utf8(response.headers.get("Location", ""))
    if not location:
        raise SourceFault("url_bad", f"{where.host} sends us on without saying where to.")
    try:
        url = urljoin(where.url, location)
    except ValueError:
        raise refused("it leads on to something that is not a valid URL") from None
    onward = place(url, rules)
    if where.scheme == "https" and onward.scheme != "https":
        raise refused("it leads from https on to http")
    return onward


def _check_status(response: HTTPResponse, where: Place) -> None:
    status = response.status
    said = f"{where.host} answers {status}"
    if status in (404, 410):
        raise SourceFault("url_not_found", f"There is no file at this URL: {said}.")
    if status in (401, 403, 407, 451):
        raise SourceFault("url_forbidden", f"We may not read this URL: {said}.")
    if status in (408, 425, 429) or status >= 500:
        raise Unavailable("url_unreachable", f"The file cannot be read just now: {said}.")
    if status != 200:
        raise SourceFault("url_bad", f"There is no file to read at this URL: {said}.")
    encodings = response.headers.get_all("Content-Encoding", []) + response.headers.get_all("Transfer-Encoding", [])
    if {encoding.strip().lower() for encoding in encodings} - {"", "identity", "chunked"}:
        raise SourceFault("url_bad", f"{where.host} sends the file compressed, though we did not ask for that.")


def _announced(response: HTTPResponse, where: Place) -> int | None:
    """The bytes that are to come, if the server says so."""
    said = response.headers.get_all("Content-Length", [])
    if not said or response.chunked:
        return None
    if len(set(said)) > 1 or not re.fullmatch(r"[0-9]{1,18}", said[0]):
        raise SourceFault("url_bad", f"{where.host} gives the file a size that is none.")
    return int(said[0])


def _store(response: HTTPResponse, where: Place, target: Path, patience: Patience, tell: Tell) -> tuple[str, int]:
    """The body into the file. Returns sha256 and bytes."""
    announced = _announced(response, where)
    if (announced or 0) > patience.rules.max_bytes:
        raise _too_large(patience.rules)
    sha, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        try:
            for piece in _body(response, where, announced, patience):
                sha.update(piece)
                size += file.write(piece)
                tell(size, announced)
            file.flush()
        except BaseException:
            target.unlink()
            raise
    return sha.hexdigest(), size


def _body(response: HTTPResponse, where: Place, announced: int | None, patience: Patience) -> Iterator[bytes]:
    """The pieces as they come: all that was announced, not more than allowed, and not too slowly."""
    rules = patience.rules
    size, seen, since = 0, 0, time.monotonic()
    while announced is None or size < announced:
        with network(where, patience):
            # Not every supported Python counts down what is left, and what follows a body is not ours.
            piece = response.read1(CHUNK if announced is None else min(CHUNK, announced - size))
        if not piece and (announced is not None or (not size and not response.chunked)):
            raise Unavailable("url_unreachable", f"{where.host} broke off after {size} bytes.")
        if not piece:
            return
        size += len(piece)
        if size > rules.max_bytes:
            raise _too_large(rules)
        elapsed = time.monotonic() - since
        if elapsed >= rules.speed_window:
            if size - seen < rules.least_speed * elapsed:
                raise Unavailable("url_unreachable", f"{where.host} sends the file too slowly.")
            seen, since = size, time.monotonic()
        yield piece


def _too_large(rules: Rules) -> SourceFault:
    return SourceFault("url_too_large", f"The file at this URL is larger than the {rules.max_bytes} bytes we read.")


def _fetched(response: HTTPResponse, where: Place, digest: str, size: int) -> Fetched:
    return Fetched(
        digest=digest,
        size=size,
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        content_type=_header(response, "Content-Type"),
        final_url=where.url,
        file_name=_file_name(response, where),
    )


def _header(response: HTTPResponse, name: str) -> str:
    """A header's value; "" for one that no server means seriously."""
    value = _utf8(response.headers.get(name, ""))
    return value if len(value) <= LONGEST_HEADER and value.isprintable() else ""


def _file_name(response: HTTPResponse, where: Place) -> str:
    """The last part of the name only, without what could be mistaken for something else where it is shown."""
    try:
        said = _utf8(response.headers.get_filename("")) if _header(response, "Content-Disposition") else ""
    except ValueError:  # a character set that is none
        said = ""
    said = said or unquote(urlsplit(where.target).path)
    name = PurePosixPath(said.replace("\\", "/")).name
    visible = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    return unicodedata.normalize("NFC", visible).strip()[-LONGEST_NAME:]


def _utf8(value: str) -> str:
    """http.client reads headers as Latin-1; most that are not ASCII are UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
