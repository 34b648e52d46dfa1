"""What happened, to what, by whom."""

from django.db import models

from gcis.core.db import DbNow


class Event(models.Model):
    """One thing that happened. Written in the transaction that made it happen, after the resource's row is locked.

    `id` is internal. `number` is given to committed rows by one sequencer, gapless and in order, within a second:
    feeds, webhooks and cursors read numbered rows only (DESIGN §4).
    """

    number = models.BigIntegerField(unique=True, null=True, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    actor = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=DbNow())

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="event_timeline"),
            models.Index(fields=["id"], condition=models.Q(number=None), name="event_unnumbered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
