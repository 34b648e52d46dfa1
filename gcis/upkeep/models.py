"""What came of each comparison of database, stores and published files. Only `gcis.upkeep.services` saves these."""

import uuid

from django.db import models

from gcis.core.db import DbNow


class Reconciliation(models.Model):
    """One run, written when it was over.

    `figures` maps the name of each check that ran to {"looked", "wrong", "mended", "unseen"}; `unseen` is the sentence
    that says why it could not look everywhere. `findings` are the first ones, each {"check", "subject", "what",
    "sentence", "mended"}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.CharField(max_length=200)
    #: Whether everything that could be mended was to be, not only what is mended without being asked.
    repaired = models.BooleanField(default=False)
    started = models.DateTimeField()
    finished = models.DateTimeField(db_default=DbNow())
    wrong = models.BigIntegerField(default=0)
    mended = models.BigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    findings = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["-finished"], name="reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.started:%-d %b %Y, %H:%M}"
