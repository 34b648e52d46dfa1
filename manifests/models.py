"""Manifests, their canvases, and collections. Only `manifests.services`, `ingest` and `publish` save these."""

import uuid

from django.db import models
from django.db.models import Q

from gcis.core.db import DbNow
from images.access import Restricted


class Publication(models.Model):
    """The published bytes of a manifest or collection: up to four documents from one tree, swapped together.

    `documents` maps a form ("3" and "2": versioned id; "3n" and "2n": neutral id) to its {"key", "digest", "size"}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.UUIDField()
    #: The resource's `dirty` number that these bytes hold.
    number = models.BigIntegerField()
    documents = models.JSONField()
    builder = models.CharField(max_length=300)
    #: What others show of it, in Presentation 3.0 shape: label, thumbnail; and how many canvases or members it has.
    summary = models.JSONField(default=dict)
    created = models.DateTimeField(db_default=DbNow())

    class Meta:
        indexes = [models.Index(fields=["resource", "-created"], name="publication_resource")]

    def __str__(self) -> str:
        return f"{self.resource} {self.number}"


class Described(models.Model):
    """Two layers of description: `source` is written by ingest only, `curated` by people; curated wins.

    Both are dictionaries of IIIF properties in Presentation 3.0 shape: label, summary, metadata, rights, … .
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source_layer = models.JSONField(default=dict)
    curated_layer = models.JSONField(default=dict)
    #: The source's value under each curated one when it was curated; "source differs" compares.
    curated_over = models.JSONField(default=dict)
    created = models.DateTimeField(db_default=DbNow())

    class Meta:
        abstract = True


class Published(Described, Restricted):
    """What manifests and collections share: a machine's key, publishing, access, withdrawal."""

    class PublishWhen(models.TextChoices):
        COMPLETE = "when_complete", "when all its pictures are converted or failed"
        FIRST = "when_first", "as soon as one picture can be shown"
        MANUAL = "manual", "when a person says so"

    source = models.ForeignKey("images.Source", null=True, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=1000, blank=True)
    publish_when = models.CharField(max_length=20, choices=PublishWhen, default=PublishWhen.COMPLETE)
    #: `dirty` rises with every change, `published` is the number that the publication holds; if less, publish again.
    dirty = models.BigIntegerField(default=1)
    published = models.BigIntegerField(default=0)
    publication = models.ForeignKey(Publication, null=True, on_delete=models.PROTECT, related_name="+")
    #: Why the last attempt to publish failed; the publication before it stays.
    publish_error = models.TextField(blank=True)
    withdrawn = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    #: Its words, and once it is published those of its pages, folded: for the search of gallery and admin.
    search_text = models.TextField(blank=True)
    revision = models.BigIntegerField(default=1)

    class Meta:
        abstract = True


class Manifest(Published):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="manifest_machine_key")]

    def __str__(self) -> str:
        return self.external_id or str(self.id)


class Canvas(Described):
    """A page. Its URI is made of its uuid and outlives renaming, reordering, moving and replacing."""

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="canvases")
    position = models.PositiveIntegerField()
    #: What the source calls it; empty where a page is known by its picture alone.
    external_id = models.CharField(max_length=1000, blank=True)
    #: Since when its source names it no longer: it is in no document, and comes back as the page it was.
    dropped = models.DateTimeField(null=True)
    #: Unknown until the first picture on it is.
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name_plural = "canvases"
        indexes = [models.Index(fields=["manifest", "position"], name="canvas_order")]

    def __str__(self) -> str:
        return str(self.id)


class Painting(models.Model):
    """A picture on a canvas. Pictures are known here by uuid only; `images.services` tells the rest."""

    canvas = models.ForeignKey(Canvas, on_delete=models.CASCADE, related_name="paintings")
    image = models.UUIDField(db_index=True)
    position = models.PositiveIntegerField(default=0)
    #: Where on the canvas, which part of the picture, and whether it is one of a choice (issue: presentation).
    target = models.JSONField(null=True)
    region = models.JSONField(null=True)
    choice = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["canvas", "position"], name="painting_order")]

    def __str__(self) -> str:
        return str(self.image)


class Range(Described):
    """A part of a manifest's structure (issue: presentation)."""

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="ranges")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    position = models.PositiveIntegerField(default=0)
    #: Canvases, parts of canvases and ranges, in order.
    items = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.id)


class Annotation(models.Model):
    """An annotation on a canvas or a range: transcription, tag, comment (issue: presentation)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    canvas = models.ForeignKey(Canvas, null=True, on_delete=models.CASCADE, related_name="annotations")
    motivation = models.CharField(max_length=60)
    body = models.JSONField()
    target = models.JSONField()
    created = models.DateTimeField(db_default=DbNow())

    def __str__(self) -> str:
        return str(self.id)


class Collection(Published):
    #: The ids of the members that its source named last: of these it may take back its word, of others not.
    source_members = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="collection_machine_key")]

    def __str__(self) -> str:
        return self.external_id or str(self.id)


#: What is published: the two kinds of resource with a document of their own.
Resource = Manifest | Collection
#: What people describe.
Describable = Manifest | Collection | Canvas


class Member(models.Model):
    """A manifest or a collection in a collection, at a place."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="members")
    #: Its place by the source, and the one that it has, which people may have chosen.
    position = models.PositiveIntegerField()
    place = models.PositiveIntegerField(default=0)
    manifest = models.ForeignKey(Manifest, null=True, on_delete=models.CASCADE, related_name="memberships")
    child = models.ForeignKey(Collection, null=True, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(manifest=None, child__isnull=False) | Q(manifest__isnull=False, child=None),
                name="member_one_thing",
            ),
            models.UniqueConstraint(fields=["collection", "manifest"], name="member_manifest_once"),
            models.UniqueConstraint(fields=["collection", "child"], name="member_child_once"),
        ]
        indexes = [models.Index(fields=["collection", "place"], name="member_place")]

    def __str__(self) -> str:
        return str(self.manifest or self.child)
