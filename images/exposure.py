"""What of a picture somebody gets to see. Pure."""

from dataclasses import replace
from datetime import datetime

from images.facts import ImageFacts
from images.policy import Caller, Policy


def public_view(image: ImageFacts, now: datetime) -> ImageFacts | None:
    """The image as the public has it: whole, its levels within the limit as if there were no larger, or (None) not.

    Everything that is said of a size-limited image (info.json, canonical form, documents, thumbnails) is said of this.
    """
    if image.policy.is_shut(now):
        return None
    edge = image.policy.edge
    if edge is None or not image.ready:
        return image
    levels = tuple(level for level in image.levels if max(level[:2]) <= edge)
    return replace(image, width=levels[0][0], height=levels[0][1], levels=levels) if levels else None


def seen_by(caller: Caller, image: ImageFacts, now: datetime) -> ImageFacts | None:
    """The image as this caller gets it."""
    return image if caller.sees_all else public_view(image, now)


def not_public(what: str, policy: Policy, now: datetime) -> str:
    """The sentence about a thing that is shut ("manifest", "picture"), and the day on which it opens by itself."""
    opens = policy.opening(now)
    return f"This {what} is not public before {opens:%Y-%m-%d}." if opens else f"This {what} is not public."
