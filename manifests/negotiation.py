"""Which form of a document a client wants, by its Accept and Accept-Encoding headers. Pure; always answers.

The rules are those of Presentation 3.0 §6.3, 2.1 §7.2, cookbook recipe 0057 and RFC 9110 §12.5; a profile may name
several URIs (RFC 6906).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from manifests.versions import JSON, LD, VERSIONS, Version

_ITEM = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*+"?)++')
_PARAMETER = re.compile(r';\s*+([\w!#$&^.+-]++)\s*+=\s*+("(?:\\.|[^"\\])*+"?|[^;,]*+)')
#: Longer headers are read to here: no client has that much to say, and reading costs time.
_LONGEST = 4096

#: By range: the kinds of media type that it takes.
_KINDS = {
    "application/ld+json": (LD,),
    "application/json": (JSON,),
    "application/*": (LD, JSON),
    "*/*": (LD, JSON),
}

#: A client reads an encoding that it names, unless it refuses it by q=0 (RFC 9110 §12.4.2). Web servers in front of us
#: are configured with the same expressions.
TAKES = {
    suffix: rf"(?i)(?:^|,)\s*{name}\s*(?=[,;]|$)(?![^,]*;\s*q\s*=\s*0(?:\.0*)?\s*(?:[,;]|$))"
    for suffix, name in {".br": "br", ".gz": "gzip"}.items()
}
#: By the suffix of stored bytes: as HTTP calls the encoding.
ENCODINGS = {".br": "br", ".gz": "gzip", "": ""}
_TAKES = {suffix: re.compile(expression) for suffix, expression in TAKES.items()}


@dataclass(frozen=True, slots=True)
class Variant:
    """A version of a document, as JSON-LD or as plain JSON."""

    version: Version
    kind: str

    @property
    def media_type(self) -> str:
        return self.version.media_type(self.kind)

    @property
    def is_natural(self) -> bool:
        return self.kind == self.version.natural


@dataclass(frozen=True, slots=True)
class _Range:
    """One item of an Accept header."""

    media: str
    profile: str
    quality: float
    place: int


@lru_cache(maxsize=4096)
def negotiate(accept: str, versions: tuple[Version, ...] = VERSIONS) -> Variant:
    """What to send of these versions, the default first, for an Accept header ("": there is none).

    By quality, then by how exactly it was named, then by our own order. A profile that is none of these versions names
    nothing; where nothing is left, the default is sent: whoever asks for an unknown version looks at what comes.
    """
    excluded: set[Variant] = set()
    best: tuple[tuple[float, int, bool, bool, int], Variant] | None = None
    for asked in _ranges(accept[:_LONGEST]):
        profiled, candidates = _candidates(asked, versions)
        if asked.quality == 0:
            excluded.update(candidates if profiled or asked.media != "*/*" else ())
            continue
        for variant in candidates:
            is_default = variant.version == versions[0]
            rank = (asked.quality, _exactness(asked, profiled), is_default, variant.is_natural, -asked.place)
            if variant not in excluded and (best is None or rank > best[0]):
                best = rank, variant
    if best is None or best[1] in excluded:
        return next((variant for variant in _all(versions) if variant not in excluded), next(_all(versions)))
    return best[1]


@lru_cache(maxsize=1024)
def stored_encoding(accept_encoding: str) -> str:
    """The suffix of the best stored encoding that the client reads: ".br", ".gz" or "" for the bytes as they are."""
    return next((suffix for suffix, takes in _TAKES.items() if takes.search(accept_encoding)), "")


def _candidates(asked: _Range, versions: tuple[Version, ...]) -> tuple[bool, list[Variant]]:
    """Whether the range names versions of ours by their profile, and all that it takes."""
    known = _profiles(versions)
    profiled = [known[uri] for uri in asked.profile.lower().split() if uri in known]
    if asked.profile and not profiled:
        return False, []
    kinds = _KINDS.get(asked.media, ())
    return bool(profiled), [Variant(version, kind) for kind in kinds for version in profiled or [versions[0]]]


def _exactness(asked: _Range, profiled: bool) -> int:
    if profiled:
        return 3
    return {"*/*": 0, "application/*": 1}.get(asked.media, 2)


def _all(versions: tuple[Version, ...]) -> Iterator[Variant]:
    """In our own order."""
    for version in versions:
        yield Variant(version, version.natural)
        yield Variant(version, JSON if version.natural == LD else LD)


@lru_cache(maxsize=16)
def _profiles(versions: tuple[Version, ...]) -> Mapping[str, Version]:
    """The versions by the URIs that clients know them by: some write https."""
    known = {version.context: version for version in versions}
    return known | {uri.replace("http:", "https:", 1): version for uri, version in known.items()}


def _ranges(accept: str) -> Iterator[_Range]:
    for place, item in enumerate(_ITEM.findall(accept)):
        media = item.split(";", 1)[0].strip().lower()
        if "/" in media:
            parameters = {name.lower(): _unquoted(value.strip()) for name, value in _PARAMETER.findall(item)}
            yield _Range(media, parameters.get("profile", ""), _quality(parameters.get("q", "1")), place)


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"')) if value.startswith('"') else value


def _quality(value: str) -> float:
    """Between 0 and 1; what is no number is as good as 1."""
    try:
        quality = float(value)
    except ValueError:
        return 1.0
    return min(1.0, max(0.0, quality)) if quality == quality else 1.0
