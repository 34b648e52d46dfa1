"""What is recorded of dynamic manifests and collections. Only `manifests.dynamic` and `.refreshing` save these."""

from django.db import models

from gcis.core.db import DbNow


class Dynamic(models.Model):
    """How far one of them has come with the records that it follows. What it is made of is in its own `query`.

    `wanted` rises when something may have changed in it, `done` is the number that its last refreshing began with.
    """

    record = models.UUIDField(primary_key=True)
    #: "manifest" or "collection".
    kind = models.CharField(max_length=20)
    #: The kinds of records that it follows, each between spaces: " image manifest ".
    follows = models.CharField(max_length=60)
    wanted = models.BigIntegerField(default=1)
    done = models.BigIntegerField(default=0)
    #: When it was refreshed last, how long finding took, how many were found, and of a list how many were left out.
    refreshed = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    found = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    #: Why it could not be refreshed; what is in it stays.
    fault = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


class DynamicCursor(models.Model):
    """One row: up to which numbered event, and until when, somebody has looked for changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    looked = models.DateTimeField(db_default=DbNow())

    def __str__(self) -> str:
        return str(self.number)
