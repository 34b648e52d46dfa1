"""What becomes of a request for a picture: one pure decision, the same on every way in (DESIGN §8)."""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from images.addresses import ImageAddresses
from images.exposure import not_public, seen_by
from images.facts import ImageFacts
from images.iiif.derivative import Derivative
from images.iiif.limits import Limits, Picture
from images.iiif.request import BadRequest, ImageRequest, parse
from images.iiif.resolve import canonical, resolve
from images.policy import Caller

#: Newest first.
VERSIONS = (3, 2)
#: Seconds after which to ask again for a picture whose first conversion has not ended.
RETRY_AFTER = 10


@dataclass(frozen=True, slots=True)
class Serve:
    """Answer with these pixels of the image as the caller has it, which is without the `skip` largest levels.

    `canonical` is region/size/rotation/quality.format in canonical form, as it stands in a URI.
    """

    image: ImageFacts
    derivative: Derivative
    canonical: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Describe:
    """Answer with the info.json of the image as the caller has it, under the identifier that was asked for."""

    image: ImageFacts
    identifier: str


@dataclass(frozen=True, slots=True)
class Redirect:
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """`sentence` is for the person at the other end; `retry_after` is in seconds, 0 for not at all."""

    status: int
    sentence: str
    retry_after: int = 0

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase


Verdict = Serve | Describe | Redirect | Refuse


def decide(
    wanted: ImageRequest,
    image: ImageFacts | None,
    limits: Limits,
    addresses: ImageAddresses,
    caller: Caller,
    now: datetime,
) -> Verdict:
    """The answer to a request that names a version; `image` is what is known under its identifier, None for nothing."""
    if image is None:
        return Refuse(404, "There is no image with this identifier.")
    if image.state == "withdrawn":
        return Refuse(410, _with_reason("This image has been withdrawn", image.reason))
    seen = seen_by(caller, image, now)
    if seen is None:
        return Refuse(403, not_public("image", image.policy, now))
    if refusal := _not_ready(seen):
        return refusal
    if wanted.identifier != image.identifier and not image.in_place:
        return Redirect(301, _address(replace(wanted, identifier=image.identifier), addresses))
    if wanted.kind == "base":
        return Redirect(303, addresses.info(wanted.version, wanted.identifier))
    if wanted.kind == "info":
        return Describe(seen, wanted.identifier)
    return _picture(wanted, seen, len(image.levels) - len(seen.levels), limits)


def decide_version(
    wanted: ImageRequest,
    image: ImageFacts | None,
    limits: Limits,
    addresses: ImageAddresses,
    caller: Caller,
    now: datetime,
) -> Redirect | Refuse:
    """The answer to a request that names no version: on to the newest in which it is valid, 303 (DESIGN §5)."""
    identifier = wanted.identifier if image is None or image.in_place else image.identifier
    refusals = []
    for version in VERSIONS:
        candidate = replace(wanted, version=version, identifier=identifier)
        verdict = decide(candidate, image, limits, addresses, caller, now)
        if not isinstance(verdict, Refuse):
            return verdict if isinstance(verdict, Redirect) else Redirect(303, _address(candidate, addresses))
        refusals.append(verdict)
    return refusals[0]


def _not_ready(image: ImageFacts) -> Refuse | None:
    if image.state == "failed":
        return Refuse(404, _with_reason("This image could not be prepared", image.reason))
    if not image.ready:
        return Refuse(503, "This image is being prepared. Please try again shortly.", RETRY_AFTER)
    return None


def _with_reason(sentence: str, reason: str) -> str:
    return f"{sentence}: {reason}" if reason else f"{sentence}."


def _picture(wanted: ImageRequest, image: ImageFacts, skip: int, limits: Limits) -> Serve | Refuse:
    picture = Picture(image.width, image.height, tuple((w, h) for w, h, _, _ in image.levels))
    try:
        derivative = resolve(wanted.version, parse(wanted.version, wanted.parameters), picture, limits)
    except BadRequest as error:
        return Refuse(error.status, error.sentence)
    return Serve(image, derivative, _in_uri(canonical(wanted.version, derivative, picture, limits)), skip)


def _address(wanted: ImageRequest, addresses: ImageAddresses) -> str:
    """The URL of a request, with its parameters as the client wrote them."""
    if wanted.kind == "picture":
        return addresses.picture(wanted.version, wanted.identifier, _in_uri("/".join(wanted.parameters)))
    if wanted.kind == "info":
        return addresses.info(wanted.version, wanted.identifier)
    return addresses.service(wanted.version, wanted.identifier)


def _in_uri(parameters: str) -> str:
    """`^` has no place in a URI as it is (RFC 3986 appendix A)."""
    return quote(parameters, safe="/,:!")
