"""How DRF hands out documents: a renderer for each version, and the negotiation that chooses among them."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from gcis.core.api.negotiation import DocumentNegotiation
from manifests.negotiation import negotiate
from manifests.versions import VERSIONS, Version


class StoredRenderer(BaseRenderer):
    """The document is bytes already. Which media type it goes under was negotiated."""

    version: ClassVar[Version]
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> Any:
        return data


def _renderer(version: Version) -> type[StoredRenderer]:
    own = {"version": version, "media_type": version.media_type(version.natural), "format": str(version.number)}
    return type(f"Presentation{version.number}Renderer", (StoredRenderer,), own)


RENDERERS = tuple(_renderer(version) for version in VERSIONS)


class PresentationNegotiation(DocumentNegotiation):
    """By the profile in Accept (`manifests.negotiation`), among the versions of the renderers that are offered."""

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        offered = {renderer.version: renderer for renderer in renderers}
        variant = negotiate(request.headers.get("Accept", ""), tuple(offered))
        return offered[variant.version], variant.media_type
