"""What nginx reads of Accept and Accept-Encoding, as maps: exactly what `manifests.negotiation` does, or nothing.

Accept values that clients really send are listed with what they get; whatever else somebody sends is the
application's. Classes of values that get the same in every case share one copy in the cache.
"""

from django.http import HttpRequest

from gcis.core.tombstones import FORMS
from gcis.core.web import preferred_type
from manifests.negotiation import TAKES, negotiate
from manifests.versions import VERSIONS, Version

_PROFILES = [version.context for version in VERSIONS]
#: As browsers, viewers, libraries and harvesters send them.
ACCEPTS = (
    "",
    "*/*",
    "application/json",
    "application/json, */*",
    "application/json, */*;q=0.5",
    "application/json, text/plain, */*",
    "application/json,*/*",
    "application/ld+json",
    "application/ld+json, application/json",
    "application/ld+json,application/json",
    "application/json, application/ld+json",
    "application/json,application/ld+json",
    "application/ld+json, application/json;q=0.9, */*;q=0.8",
    *(f'application/ld+json;profile="{profile}"' for profile in _PROFILES),
    *(f'application/ld+json; profile="{profile}"' for profile in _PROFILES),
    *(f"application/ld+json;profile={profile}" for profile in _PROFILES),
    *(f'application/json;profile="{profile}"' for profile in _PROFILES),
    ", ".join(f'application/ld+json;profile="{profile}"' for profile in _PROFILES),
    ", ".join(f'application/ld+json;profile="{profile}"' for profile in reversed(_PROFILES)),
    "text/html",
    "text/html, application/xhtml+xml, */*",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8",
)


def wish(accept: str) -> str:
    """What this value gets at the neutral address, then in each version, and where something was withdrawn."""
    neutral = negotiate(accept)
    each = (negotiate(accept, (version,)) for version in VERSIONS)
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept
    stone = preferred_type(request, FORMS).replace("/", "-")
    return " ".join(f"{variant.version.number}-{variant.kind}" for variant in (neutral, *each)) + f" {stone}"


def pattern(version: Version, *, neutral: bool) -> str:
    """Of the wishes that get this version's document under its natural media type at that address."""
    wanted = f"{version.number}-{version.natural}"
    place = 0 if neutral else 1 + VERSIONS.index(version)
    words = ["[^? ][^ ]*"] * (len(VERSIONS) + 2)
    words[place] = wanted
    return " ".join(words)


def accept_map() -> str:
    """$gcis_wish. Values that are not listed are told apart by themselves, and never look like a wish."""
    lines = [f"    {_quoted(accept)} '{wish(accept)}';" for accept in ACCEPTS]
    return "\n".join(["map $http_accept $gcis_wish {", '    default "?$http_accept";', *lines, "}"])


def encoding_map() -> str:
    """$gcis_suffix: that of the stored encoding which the client reads."""
    lines = [f"    '~{expression}' {suffix};" for suffix, expression in TAKES.items()]
    return "\n".join(["map $http_accept_encoding $gcis_suffix {", '    default "";', *lines, "}"])


def _quoted(value: str) -> str:
    return f"'{value}'"
