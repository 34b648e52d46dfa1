"""Who gets passwords wrong too often waits: per user name and address, over all processes that share a cache.

Where no GCIS_CACHE_URL is given each process counts for itself: with n of them it takes up to n times as many.
"""

import unicodedata
from hashlib import sha256
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from gcis.core import cache
from gcis.tokens.callers import address

log = structlog.get_logger(__name__)


class ThrottledBackend(ModelBackend):
    """Django's own, for people at a door. Every try is counted before the password is looked at, so that many at once
    get no further than one after another. What cannot be counted is refused (Unavailable).
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if request is None or username is None:  # nobody at a door, or nobody who says who he is
            return super().authenticate(request, username, password, **kwargs)
        key, where = _key(username, address(request)), {"user": username[:150], "address": address(request)}
        tries = cache.count(key, settings.GCIS_LOGIN_LOCK_SECONDS)
        if tries > settings.GCIS_LOGIN_TRIES:
            raise ValidationError(_sentence(), code="locked")
        user = super().authenticate(request, username, password, **kwargs)
        if user:
            cache.forget(key)
            return user
        log.warning("login.failed", **where, tries=tries)
        if tries == settings.GCIS_LOGIN_TRIES:
            cache.prolong(key, settings.GCIS_LOGIN_LOCK_SECONDS)
            log.warning("login.locked", **where, seconds=settings.GCIS_LOGIN_LOCK_SECONDS)
        return None


def _key(username: str, where: str) -> str:
    """Names that Django takes for one are one; hashed, for they may be long and hold anything."""
    who = unicodedata.normalize("NFKC", username)
    told_apart = "\0".join([who, where])
    return f"login:{sha256(told_apart.encode()).hexdigest()}"


def _sentence() -> str:
    minutes = max(1, round(settings.GCIS_LOGIN_LOCK_SECONDS / 60))
    return f"Too many wrong passwords for this user from this address. Try again in {minutes} minutes."
