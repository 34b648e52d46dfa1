"""Keys that machines hold."""

import uuid

from django.db import models

from gcis.core.db import DbNow


class Token(models.Model):
    """One key of one machine. The secret is not kept, only its HMAC: it can be shown once and never again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    #: The part of the key that is no secret: by it the row is found and people tell keys apart.
    public_id = models.CharField(max_length=12, unique=True)
    #: HMAC-SHA256 of the secret, hexadecimal.
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    #: Where it may be used from, as CIDR; empty for anywhere.
    networks = models.JSONField(default=list, blank=True)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    #: Written at most once a minute.
    last_used = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(db_default=DbNow())
    #: Who made it.
    actor = models.CharField(max_length=200)

    class Meta:
        ordering = ["-created", "public_id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"
