"""Who may see a thing."""

from django.db import models


class Access(models.TextChoices):
    """The strictest of collection, manifest and image counts (enforced from the gateway issue on)."""

    INHERIT = "inherit"
    OPEN = "open"
    LIMITED = "limited", "size-limited"
    CLOSED = "closed"
