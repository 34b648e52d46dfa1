"""The viewers that the page of a manifest may run: which are here, which is shown, and what each may do there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.urls import reverse

from gcis.viewer_packages import CLOVER, MIRADOR, UNIVERSAL_VIEWER, Viewer

#: At most so many other servers are named in the policy of a page.
MOST_ORIGINS = 20
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]{1,255}", re.ASCII)
_IDS = re.compile(rb'"@?id":"(https?://[^/"?#]+)')
#: What a viewer fetches nothing from.
_ASIDE = ("homepage", "seeAlso", "rendering", "partOf", "structures", "metadata", "requiredStatement", "summary")


@dataclass(frozen=True, slots=True)
class Shown:
    """A viewer: what `?viewer=` calls it, what people do, its files by our names, what beyond our policy it needs."""

    name: str
    title: str
    package: Viewer
    script: str
    styles: tuple[str, ...] = ()
    policy: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def is_here(self) -> bool:
        """Its files are put in their place all at once."""
        return (settings.GCIS_VIEWERS_DIR / self.package.folder / self.script).is_file()

    @property
    def scripts(self) -> list[str]:
        return [self._address(self.script)]

    @property
    def style_sheets(self) -> list[str]:
        return [self._address(name) for name in self.styles]

    def _address(self, name: str) -> str:
        return reverse("viewer-file", args=[self.package.folder, name])


#: All of them write styles at run time.
_INLINE = {"style-src": [UNSAFE_INLINE]}
#: The tree of ranges is made of templates that become functions at run time.
_EVALUATED = {"script-src": [UNSAFE_EVAL]}
VIEWERS = (
    Shown("mirador", "Mirador", MIRADOR, "mirador.min.js", policy=_INLINE),
    Shown("uv", "Universal Viewer", UNIVERSAL_VIEWER, "UV.js", ("uv.css",), {**_INLINE, **_EVALUATED}),
    Shown("clover", "Clover", CLOVER, "clover.js", policy=_INLINE),
)


def offered() -> list[Shown]:
    """Those that are here, the one of the settings first."""
    return sorted((each for each in VIEWERS if each.is_here), key=lambda each: each.name != settings.GCIS_VIEWER)


def chosen(viewers: list[Shown], name: str) -> Shown | None:
    """The one that is asked for, else the first; None where there is none."""
    return next((each for each in viewers if each.name == name), viewers[0] if viewers else None)


def policy(viewer: Shown | None, data: bytes, document: Any, own: str) -> dict[str, list[str]]:
    """What the page may do beyond our policy: run the viewer, and fetch what the document has from other servers.

    `data` is the document as JSON; `own` is our origin.
    """
    found: dict[str, list[str]] = {name: list(values) for name, values in viewer.policy.items()} if viewer else {}
    elsewhere = origins(data, document, own)
    if elsewhere:
        for directive in ("img-src", "connect-src", "media-src"):
            found[directive] = [*found.get(directive, ()), *elsewhere]
    return found


def origins(data: bytes, document: Any, own: str) -> list[str]:
    """The servers that pictures, sounds, services and annotations of the document are on, without ours."""
    named = {origin.decode(errors="replace") for origin in _IDS.findall(data)}
    if named <= {own}:  # most documents; they are not walked
        return []
    found = {origin for uri in _fetched(document) if (origin := _origin(uri)) and origin != own}
    return sorted(found)[:MOST_ORIGINS]


def _origin(uri: str) -> str:
    scheme, _, rest = uri.partition("://")
    origin = f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0]}"
    return origin if _ORIGIN.fullmatch(origin) else ""


def _fetched(tree: Any) -> Iterator[str]:
    if isinstance(tree, list):
        for each in tree:
            yield from _fetched(each)
    elif isinstance(tree, dict):
        uri = tree.get("id") or tree.get("@id")
        if isinstance(uri, str) and tree.get("type") not in ("Agent", "Range", "Canvas", "Annotation", "Manifest"):
            yield uri
        for name, each in tree.items():
            if name not in _ASIDE:
                yield from _fetched(each)
