"""Names and their history. A name points at a resource, never at another name: chains and loops cannot exist."""

from django.db import models
from django.db.models import Q

from gcis.core.db import DbNow


class Identifier(models.Model):
    """One name that a resource has or had. Unique for ever within its kind."""

    class Kind(models.TextChoices):
        IMAGE = "image"
        #: Manifests and collections share one name space.
        PRESENTATION = "presentation"

    class Status(models.TextChoices):
        CURRENT = "current"
        MOVED = "moved"
        WITHDRAWN = "withdrawn"

    kind = models.CharField(max_length=20, choices=Kind)
    value = models.CharField(max_length=200)
    resource = models.UUIDField()
    status = models.CharField(max_length=20, choices=Status, default=Status.CURRENT)
    #: Why, by whom and when it got its status.
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(db_default=DbNow())
    #: When a former name became the current one again: caches may still send its visitors away for a while.
    returned = models.DateTimeField(null=True)
    #: How often this former name was asked for, at least, and when last (written now and then, see `redirects.hits`).
    hits = models.BigIntegerField(default=0)
    last_used = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="identifier_unique"),
            models.UniqueConstraint(fields=["resource"], condition=Q(status="current"), name="identifier_one_current"),
        ]
        indexes = [models.Index(fields=["resource"], name="identifier_resource")]

    def __str__(self) -> str:
        return self.value


class LegacyPath(models.Model):
    """An old URL shape with `{identifier}` placeholders, consulted after a 404 (issue: identifier history in full)."""

    pattern = models.CharField(max_length=300, unique=True)
    target = models.CharField(max_length=300)
    active = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.pattern
