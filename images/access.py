"""Who may see a thing: its own word, and that of everything it is part of."""

from django.db import models

from images.policy import Policy, strictest


class Access(models.TextChoices):
    INHERIT = "inherit", "as what it is part of"
    OPEN = "open"
    LIMITED = "limited", "size-limited"
    CLOSED = "closed"


class Restricted(models.Model):
    """The strictest of collection, manifest and image counts, so `inherit` and `open` say the same.

    `inherited_*` is what everything above says together, kept here so that a picture can be answered for without
    knowing what it is part of; whoever changes what is above writes it (`manifests.access`).
    """

    access = models.CharField(max_length=20, choices=Access, default=Access.INHERIT)
    #: With size-limited access, the longest edge in pixels that the public gets.
    access_edge = models.PositiveIntegerField(null=True)
    #: Closed until then, whatever `access` says; afterwards as it says.
    access_from = models.DateTimeField(null=True)
    inherited_access = models.CharField(max_length=20, choices=Access, default=Access.INHERIT, editable=False)
    inherited_edge = models.PositiveIntegerField(null=True, editable=False)
    inherited_from = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def inherited(self) -> Policy:
        return Policy.of(self.inherited_access, self.inherited_edge, self.inherited_from)

    @property
    def policy(self) -> Policy:
        """What counts for the public."""
        return strictest(Policy.of(self.access, self.access_edge, self.access_from), self.inherited)
