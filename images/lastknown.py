"""What is remembered of images for the minutes in which the database does not answer (`gcis.core.lastknown`)."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from gcis.core.lastknown import LastKnown
from images.exposure import public_view
from images.facts import ImageFacts
from images.policy import CLOSED


def for_anybody(image: ImageFacts, now: datetime) -> ImageFacts:
    """The image as it may be shown to whoever asks. Of what the public does not get, only that.

    What is shut just now stays shut, even if time alone would open it.
    """
    if image.state != "withdrawn" and public_view(image, now):
        return image
    policy = image.policy if image.state == "withdrawn" else CLOSED
    return replace(
        image, width=0, height=0, levels=(), master_key="", digest="", rights="", file_name="", policy=policy
    )


images_by_name = LastKnown[str, ImageFacts | None](lambda image: image and for_anybody(image, timezone.now()))
