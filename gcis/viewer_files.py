"""`/viewers/<name>-<version>/<file>`: the fetched viewers, served exactly as listed and kept by browsers for good."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from gcis.viewer_packages import FURTHER, VIEWERS
from gcis.viewers import ENCODINGS

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}
PACKAGES = {viewer.folder: viewer for viewer in (*VIEWERS, *FURTHER)}


@require_safe
def viewer_file(request: HttpRequest, folder: str, name: str) -> HttpResponseBase:
    """One file. The version is in its address, so its bytes never change."""
    viewer = PACKAGES.get(folder)
    if viewer is None or not viewer.serves(name):
        raise Http404
    path = Path(settings.GCIS_VIEWERS_DIR) / folder / name
    encoding, chosen = _smallest(path, _accepted(request.headers.get("Accept-Encoding", "")))
    try:
        content = chosen.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=TYPES.get(path.suffix, "text/plain; charset=utf-8"))
    if encoding:
        response["Content-Encoding"] = encoding
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _accepted(header: str) -> set[str]:
    """The codings that a client takes (RFC 9110 §12.5.3); those with a weight of zero are refused ones."""
    codings = set()
    for part in header.lower().split(","):
        coding, _, weight = part.partition(";")
        if weight.replace(" ", "").rstrip("0").rstrip(".") not in ("q=", "q=0"):
            codings.add(coding.strip())
    return codings


def _smallest(path: Path, accepted: set[str]) -> tuple[str, Path]:
    """The best compressed copy the client takes, as (coding, path); the plain file has no coding."""
    for encoding, suffix in ENCODINGS:
        copy = path.with_name(path.name + suffix)
        if encoding in accepted and copy.is_file():
            return encoding, copy
    return "", path
