"""What is answered to a request for a picture, as plain values: for Django's views and for the lane before it.

Every header of ours is made here. No database, store or client is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256

import orjson
from django.conf import settings
from django.utils import timezone

from gcis.core.headers import Headers, etag_matches, not_modified_headers, public_headers
from gcis.core.web import ABSENCE_AGE, PROBLEM, cacheable, preferred, problem_body
from images import budgets
from images.addresses import ImageAddresses, derivative_key
from images.engine import render
from images.facts import ImageFacts
from images.gateway import Describe, Redirect, Refuse, Serve, Verdict, decide
from images.iiif.derivative import Derivative
from images.iiif.info import CONTENT_TYPES, PROFILES, info
from images.iiif.limits import Limits
from images.iiif.request import MEDIA_TYPES, ImageRequest
from images.known import Held
from images.limits import limits
from images.policy import PUBLIC, Caller

#: Answers that a process remembers, those that were asked for last: about two kilobytes each.
MOST_REMEMBERED = 8_192


@dataclass(frozen=True, slots=True)
class Terms:
    """How this installation answers: up to what size, under which addresses, and for how many seconds caches outside
    may keep it. `says_rights`: what is recorded about an image's rights stands in its derivatives.
    """

    limits: Limits
    addresses: ImageAddresses
    picture_age: int
    document_age: int
    redirect_age: int
    says_rights: bool
    epoch: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Pixels that are still to be made. `key` names the bytes: the same key is always the same file.

    `price` is in megapixels, 0 for what is free (`images.budgets`).
    """

    image: ImageFacts
    derivative: Derivative
    skip: int
    words: render.Words
    key: str
    price: float


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` as they are sent, without Content-Length; `etag` is among them, empty where there is none.

    Where there is a `drawing`, its pixels are to be the body.
    """

    status: int
    headers: Headers
    body: bytes = b""
    etag: str = ""
    drawing: Drawing | None = None


def current_terms() -> Terms:
    """Those of the settings."""
    return Terms(
        limits(),
        ImageAddresses(settings.GCIS_PUBLIC_URL),
        settings.GCIS_IMAGE_MAX_AGE,
        settings.GCIS_DOCUMENT_MAX_AGE,
        settings.GCIS_REDIRECT_MAX_AGE,
        settings.GCIS_EMBED_RIGHTS,
        settings.GCIS_CACHE_EPOCH,
    )


def answer(verdict: Verdict, version: int, caller: Caller, terms: Terms, accept: str) -> Answer:
    """What the gateway has decided, as an answer; `accept` is the client's Accept header, */* for none."""
    match verdict:
        case Serve():
            return _picture(verdict, version, caller, terms)
        case Describe():
            return _info(verdict, version, caller, terms, accept)
        case Redirect():
            return _answer(
                verdict.status, {"Location": verdict.location, "Cache-Control": cacheable(terms.redirect_age)}
            )
        case Refuse():
            return refusal(verdict)


def for_anybody(held: Held, wanted: ImageRequest, accept: str) -> Answer | None:
    """With a picture or info.json of an open image, as all who ask get it; None where there is to be neither.

    What was asked for lately is remembered, without pixels: to decide takes longer than to cut a tile.
    """
    return _for_anybody(held, wanted, accept if wanted.kind == "info" else "")


@lru_cache(maxsize=MOST_REMEMBERED)
def _for_anybody(held: Held, wanted: ImageRequest, accept: str) -> Answer | None:
    terms = _terms()
    verdict = decide(wanted, held.facts, terms.limits, terms.addresses, PUBLIC, timezone.now())
    return answer(verdict, wanted.version, PUBLIC, terms, accept) if isinstance(verdict, Serve | Describe) else None


@cache
def _terms() -> Terms:
    return current_terms()


def forget() -> None:
    """Settings are read anew."""
    _for_anybody.cache_clear()
    _terms.cache_clear()


def for_who_has(if_none_match: str, whole: Answer) -> Answer:
    """The answer, or the 304 that stands for it where the client has it already."""
    if not whole.etag or not etag_matches(if_none_match, whole.etag):
        return whole
    return Answer(304, not_modified_headers(whole.headers), etag=whole.etag)


def _picture(verdict: Serve, version: int, caller: Caller, terms: Terms) -> Answer:
    image = verdict.image
    words = render.Words(image.rights, image.credit) if terms.says_rights else render.NO_WORDS
    key = _digest(
        derivative_key(
            epoch=terms.epoch,
            image=image.id,
            generation=image.generation,
            digest=image.digest,
            access=_limit(image, caller),
            words=(words.rights, words.credit),
            canonical=verdict.canonical,
            size=(verdict.derivative.width, verdict.derivative.height),
            engine=render.VERSION,
        )
    )
    canonical = terms.addresses.picture(version, image.identifier, verdict.canonical)
    own = {
        "Content-Type": MEDIA_TYPES[verdict.derivative.format],
        "Cache-Control": cacheable(terms.picture_age),
        # One header line: some clients read the first Link only.
        "Link": f'<{PROFILES[version]}>;rel="profile", <{canonical}>;rel="canonical"',
    }
    price = budgets.price(verdict.derivative, image, terms.limits.of(image.width, image.height))
    return _answer(200, own, key=key, drawing=Drawing(image, verdict.derivative, verdict.skip, words, key, price))


def _info(verdict: Describe, version: int, caller: Caller, terms: Terms, accept: str) -> Answer:
    image, addresses = verdict.image, terms.addresses
    body = orjson.dumps(info(version, replace(image, identifier=verdict.identifier), addresses, terms.limits))
    media_type = preferred(accept, CONTENT_TYPES[version])
    own = {"Content-Type": media_type, "Cache-Control": cacheable(terms.document_age), "Vary": "Accept"}
    if verdict.identifier != image.identifier:
        own["Link"] = f'<{addresses.info(version, image.identifier)}>;rel="canonical"'
    return _answer(200, own, body, _digest(media_type, body.decode(), _limit(image, caller)))


def refusal(verdict: Refuse) -> Answer:
    own = {
        "Content-Type": PROBLEM,
        "Cache-Control": cacheable(ABSENCE_AGE) if verdict.status == 404 else "no-store",
        "Retry-After": str(verdict.retry_after) if verdict.retry_after else "",
    }
    return _answer(verdict.status, own, problem_body(verdict.status, verdict.title, verdict.sentence))


def _answer(
    status: int, own: Mapping[str, str], body: bytes = b"", key: str = "", drawing: Drawing | None = None
) -> Answer:
    etag = f'"{key}"' if key else ""
    return Answer(status, public_headers({**own, "ETag": etag}), body, etag, drawing)


def _limit(image: ImageFacts, caller: Caller) -> str:
    """What sets the public's answers apart from those of callers who see all."""
    return "" if caller.sees_all or image.policy.edge is None else str(image.policy.edge)


def _digest(*parts: str) -> str:
    return sha256(chr(0).join(parts).encode()).hexdigest()[:32]
