"""Files that are sent: written to disk as they come in, never held in memory, and gone when the request is over."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import UnreadablePostError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from gcis.core.api.problems import BodyTooLarge

#: Bytes that the other fields, and what stands between the parts, may take up beside the file.
BESIDE_THE_FILE = 1 << 20


class FileHandler(TemporaryFileUploadHandler):
    """Stops when there is more than may be sent."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.GCIS_API_MAX_FILE:
            raise too_large()
        super().receive_data_chunk(raw_data, start)


class UploadParser(MultiPartParser):
    """multipart/form-data: fields as texts, each at most once, and files on disk."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles:
        """ParseError or BodyTooLarge when it cannot be read; what was written until then is removed."""
        assert parser_context
        request = parser_context["request"]._request
        if int(request.META["CONTENT_LENGTH"]) > settings.GCIS_API_MAX_FILE + BESIDE_THE_FILE:
            raise too_large()
        handler = FileHandler(request)
        request.upload_handlers = [handler]
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except BaseException as error:
            handler.upload_interrupted()
            if isinstance(error, RequestDataTooBig):
                raise BodyTooLarge("The fields beside the file are too large.") from None
            if isinstance(error, TooManyFieldsSent | TooManyFilesSent):
                raise ParseError("There are too many fields.") from None
            if isinstance(error, UnreadablePostError):
                raise ParseError("The body ended before it was complete.") from None
            raise
        if twice := [name for part in (parsed.data, parsed.files) for name, all_ in part.lists() if len(all_) > 1]:
            handler.upload_interrupted()
            raise ParseError(f"The field {twice[0][:60]!r} is there twice.")
        return parsed


def too_large() -> BodyTooLarge:
    return BodyTooLarge(f"The file is larger than {settings.GCIS_API_MAX_FILE:,} bytes.")
