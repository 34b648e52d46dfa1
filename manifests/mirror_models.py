"""What is recorded of the mirrors. Only `manifests.mirror.services` saves these."""

from django.db import models

from gcis.core.db import DbNow


class MirrorHost(models.Model):
    """One host with a mirror, and how far it has come with the numbered events.

    Up to `removed` it has taken away what is not public any more, up to `number` it has brought what is.
    """

    name = models.CharField(max_length=200, unique=True)
    removed = models.BigIntegerField(default=0)
    number = models.BigIntegerField(default=0)
    seen = models.DateTimeField(db_default=DbNow())

    def __str__(self) -> str:
        return self.name


class MirrorSlot(models.Model):
    """The times that the files of a publication bear, on every host the same: never those of another of its resource.

    Slots of a resource only rise, over withdrawal, restoring and renaming too. So an ETag that nginx makes of time and
    length never comes back for other bytes.
    """

    publication = models.UUIDField(primary_key=True)
    resource = models.UUIDField()
    slot = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "slot"], name="mirror_slot_once")]

    def __str__(self) -> str:
        return f"{self.resource} {self.slot}"
