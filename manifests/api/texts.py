"""The text of a page, sent as ALTO, hOCR or plain text."""

from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.problems import BodyTooLarge
from gcis.core.api.views import ApiView, actor
from manifests import texts
from manifests.api.annotation_bodies import DeliveredPage
from manifests.api.annotation_pages import TAGS, page_answer
from manifests.models import Canvas
from manifests.payload.texts import read
from manifests.payload.texts.source import MOST_BYTES

#: How files of text may be announced. What they are is seen from their content.
TYPES = ("application/xml", "text/xml", "text/html", "text/vnd.hocr+html", "application/xhtml+xml", "text/plain")
_WORDS = OpenApiParameter(
    "words", OpenApiTypes.BOOL, description="With `false`, annotations of lines only. Otherwise of words too."
)
_PLACE = OpenApiParameter(
    "place",
    {"type": "string", "enum": ["referenced", "embedded"], "default": "referenced"},
    description="Where a text that is new is shown: beside the manifest or within it.",
)


class FileParser(BaseParser):
    """The body as it is."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        data: bytes = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise BodyTooLarge(f"The file is larger than {MOST_BYTES:,} bytes.")
        return data


_PARSERS: list[Any] = [type("TextParser", (FileParser,), {"media_type": each}) for each in TYPES]


class CanvasText(ApiView):
    serializer_class = DeliveredPage
    known_parameters = ("words", "place")
    parser_classes = _PARSERS

    @extend_schema(
        operation_id="putCanvasText",
        tags=TAGS,
        summary="Send the text of a page",
        parameters=[_WORDS, _PLACE],
        request=dict.fromkeys(TYPES, OpenApiTypes.BINARY),
        responses={200: DeliveredPage, 201: DeliveredPage},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """ALTO, hOCR or plain text as the body. Its lines and words become annotations of the page.

        Sent again it takes the place of what was sent before; the same text changes nothing.
        """
        canvas = Canvas.objects.select_related("manifest").filter(pk=pk, dropped=None).first()
        if canvas is None:
            raise Http404("There is no such canvas.")
        options = _options(request)
        data: Any = request.data or b""
        text = read(data)
        outcome = texts.put(canvas, text, options, actor=actor(request))
        return page_answer(request, outcome.page.pk, 201 if outcome.what == "created" else 200, outcome.what)


def _options(request: Request) -> texts.Options:
    words, place = request.query_params.get("words", "true"), request.query_params.get("place", "referenced")
    if words not in ("true", "false"):
        raise ValidationError({"words": "This must be true or false."}, "invalid")
    if place not in ("referenced", "embedded"):
        raise ValidationError({"place": "This must be referenced or embedded."}, "invalid")
    return texts.Options(words == "true", place)
