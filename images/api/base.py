"""What the views of images share: which images this caller may see, finding one, holding it while it is changed."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView
from gcis.tokens.models import Token
from gcis.tokens.scopes import allows
from images import services
from images.api.representation import DeliveredBody, ImageBody, describe
from images.models import Image
from images.visible import public

#: What no answer needs, and what may be large.
_LEFT_OUT = ("embedded", "current__tile_index", "current__provenance")


def sees_all(request: Request) -> bool:
    """Whether the token of this request shows more than the public gets."""
    return isinstance(request.auth, Token) and allows(request.auth.scopes, "read:all")


def everything() -> QuerySet[Image]:
    """All images, with what their representation needs."""
    return Image.objects.select_related("source", "current").defer(*_LEFT_OUT)


def visible(request: Request) -> QuerySet[Image]:
    """The images that this caller may know of."""
    return everything() if sees_all(request) else everything().filter(public(timezone.now()))


def find(request: Request, **key: Any) -> Image:
    """The one image with this key. Http404 where there is none, and alike where the caller may not know of it."""
    if image := visible(request).filter(**key).first():
        return image
    raise Http404("There is no such image.")


def locked(request: Request, image_id: UUID) -> Image:
    """The image, ours alone until the transaction ends, if it is at the revision that the request was made for."""
    image = services.lock(image_id)
    revisions.require_match(request, image.revision)
    return image


def read(serializer: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """What was sent, checked. ValidationError with everything that is wrong with it."""
    body = serializer(data=data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class ImageView(ApiView):
    """Answers with one image."""

    serializer_class = ImageBody

    def answer(self, request: Request, image_id: UUID, status: int = 200, **more: Any) -> Response:
        """The image as it is now, and its ETag."""
        return self.shown(request, everything().get(pk=image_id), status, **more)

    def shown(self, request: Request, image: Image, status: int = 200, **more: Any) -> Response:
        """This image; `more` are the fields that DeliveredBody has beside those of every image."""
        (described,) = describe([image], sees_all=sees_all(request))
        body = DeliveredBody({**described, **more}) if more else ImageBody(described)
        return revisions.answer(request, image.revision, body.data, status)
