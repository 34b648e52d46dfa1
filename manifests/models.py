"""Manifests, their canvases, and collections. Only `manifests.services`, `ingest` and `publish` save these."""

import uuid
from typing import Any

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
    #: What the checks found in it: [{"path", "sentence", "severity", "rule"}, …].
    findings = models.JSONField(default=list)
    #: Since when it is none of the last ones, which are kept.
    retired = models.DateTimeField(null=True)
    #: What others show of it, in Presentation 3.0 shape: label, thumbnail; and how many canvases or members it has.
    #: `name` is the identifier that its documents bear.
    summary = models.JSONField(default=dict)
    created = models.DateTimeField(db_default=DbNow())

    class Meta:
        indexes = [
            models.Index(fields=["resource", "-created"], name="publication_resource"),
            models.Index(fields=["retired"], condition=Q(retired__isnull=False), name="publication_retired"),
        ]

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
    #: When it is to be published, where a person has said so; whatever its rule says.
    publish_at = models.DateTimeField(null=True)
    #: What a dynamic manifest or collection is made of (`payload.query`); null: of what it was given.
    query = models.JSONField(null=True)
    #: `dirty` rises with every change, `published` is the number that the publication holds; if less, publish again.
    dirty = models.BigIntegerField(default=1)
    published = models.BigIntegerField(default=0)
    publication = models.ForeignKey(Publication, null=True, on_delete=models.PROTECT, related_name="+")
    #: Why the last attempt to publish failed; the publication before it stays.
    publish_error = models.TextField(blank=True)
    #: What the checks found at that attempt, and what made it: as `findings` and `builder` of publications.
    findings = models.JSONField(default=list)
    builder = models.CharField(max_length=300, blank=True, db_index=True)
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
        indexes = [
            models.Index(fields=["publish_at"], condition=Q(publish_at__isnull=False), name="manifest_publish_at")
        ]

    def __str__(self) -> str:
        return self.external_id or str(self.id)


class Canvas(Described):
    """A page. Its URI is made of its uuid and outlives renaming, reordering, moving and replacing."""

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="canvases")
    position = models.PositiveIntegerField()
    #: What the source calls it; empty where a page is known by its picture alone.
    external_id = models.CharField(max_length=1000, blank=True)
    #: The URI of another server that it keeps (import with `ids=keep`), and that of its annotation page for painting.
    uri = models.CharField(max_length=2000, blank=True)
    page_uri = models.CharField(max_length=2000, blank=True)
    #: Since when its source names it no longer: it is in no document, and comes back as the page it was.
    dropped = models.DateTimeField(null=True)
    #: Unknown until the first picture on it is.
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    #: Seconds, of what sounds or moves.
    duration = models.FloatField(null=True)
    #: {"width", "height"} of a new picture of another shape, while things point at parts of the page: a person decides.
    proposed = models.JSONField(null=True)

    class Meta:
        verbose_name_plural = "canvases"
        indexes = [models.Index(fields=["manifest", "position"], name="canvas_order")]

    def __str__(self) -> str:
        return str(self.id)


class Pictures(models.Manager["Painting"]):
    """The paintings of pictures of ours."""

    def get_queryset(self) -> models.QuerySet["Painting"]:
        return super().get_queryset().filter(image__isnull=False)

    def ids(self, **where: Any) -> "models.QuerySet[Painting, uuid.UUID]":
        """The ids of the pictures, as a list or a subquery."""
        found: models.QuerySet[Painting, uuid.UUID] = self.filter(**where).values_list("image", flat=True)  # type: ignore[assignment]
        return found


class Painting(models.Model):
    """One thing painted on a canvas. Pictures of ours are known by uuid only; `images.services` tells the rest."""

    canvas = models.ForeignKey(Canvas, on_delete=models.CASCADE, related_name="paintings")
    #: The permanent name of the annotation, below its canvas; or the URI of another server that it keeps.
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    uri = models.CharField(max_length=2000, blank=True)
    position = models.PositiveIntegerField(default=0)
    image = models.UUIDField(null=True, db_index=True)
    #: What is no picture of ours: the content resource, in Presentation 3.0 shape.
    content = models.JSONField(null=True)
    #: Which part of it is painted: the selector of a SpecificResource, such as an ImageApiSelector.
    region = models.JSONField(null=True)
    #: Where: {"fragment": "xywh=…"} or {"selector": …}; null is the whole canvas.
    target = models.JSONField(null=True)
    #: Paintings side by side with the same name are the items of one Choice.
    choice = models.CharField(max_length=60, blank=True)
    #: What else is said of the content (such as its label in a choice), and of the annotation.
    body = models.JSONField(default=dict)
    annotation = models.JSONField(default=dict)

    objects = models.Manager["Painting"]()
    pictures = Pictures()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["canvas", "position"], name="painting_order"),
            models.CheckConstraint(
                condition=Q(image=None, content__isnull=False) | Q(image__isnull=False, content__isnull=True),
                name="painting_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.image or self.key)


class Range(models.Model):
    """The permanent name of a range. What it holds is in the structure of its manifest, one field of its layers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="ranges")
    uri = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Collection(Published):
    #: The ids of the members that its source named last: of these it may take back its word, of others not.
    source_members = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="collection_machine_key")]
        indexes = [
            models.Index(fields=["publish_at"], condition=Q(publish_at__isnull=False), name="collection_publish_at")
        ]

    def __str__(self) -> str:
        return self.external_id or str(self.id)


#: What is published: the two kinds of resource with a document of their own.
Resource = Manifest | Collection
#: What people describe.
Describable = Manifest | Collection | Canvas


class Member(models.Model):
    """A manifest or a collection in a collection, at a place; of others too, as they are described (`foreign`)."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="members")
    #: Its place by the source, and the one that it has, which people may have chosen.
    position = models.PositiveIntegerField()
    place = models.PositiveIntegerField(default=0)
    manifest = models.ForeignKey(Manifest, null=True, on_delete=models.CASCADE, related_name="memberships")
    child = models.ForeignKey(Collection, null=True, on_delete=models.CASCADE, related_name="memberships")
    #: The reference to a manifest or collection of another server, in Presentation 3.0 shape.
    foreign = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(manifest=None, child__isnull=False, foreign__isnull=True)
                | Q(manifest__isnull=False, child=None, foreign__isnull=True)
                | Q(manifest=None, child=None, foreign__isnull=False),
                name="member_one_thing",
            ),
            models.UniqueConstraint(fields=["collection", "manifest"], name="member_manifest_once"),
            models.UniqueConstraint(fields=["collection", "child"], name="member_child_once"),
        ]
        indexes = [models.Index(fields=["collection", "place"], name="member_place")]

    def __str__(self) -> str:
        return str(self.manifest or self.child or self.foreign)


class AnnotationCollection(models.Model):
    """Annotation pages that belong together: 2.1 calls it a layer. Its pages follow each other in their order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uri = models.CharField(max_length=2000, blank=True)
    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="annotation_collections")
    #: IIIF properties in Presentation 3.0 shape: label, summary, …
    description = models.JSONField(default=dict)
    #: {"3": {"digest", "size"}, "2": …}: its own published documents.
    documents = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.id)


class AnnotationPage(models.Model):
    """Annotations that hang on a canvas, a range, a manifest or a collection: within its document or beside it."""

    class Place(models.TextChoices):
        EMBEDDED = "embedded", "within the document"
        REFERENCED = "referenced", "a document of its own"
        FOREIGN = "foreign", "on another server"

    class By(models.TextChoices):
        SOURCE = "source", "its source"
        PEOPLE = "people", "people"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uri = models.CharField(max_length=2000, blank=True)
    manifest = models.ForeignKey(Manifest, null=True, on_delete=models.CASCADE, related_name="annotation_pages")
    collection = models.ForeignKey("Collection", null=True, on_delete=models.CASCADE, related_name="annotation_pages")
    #: The internal reference of what it hangs on; empty: the manifest or collection itself.
    subject = models.CharField(max_length=200, blank=True)
    #: What its source calls it; a machine's word concerns pages that it named.
    external_id = models.CharField(max_length=1000, blank=True)
    position = models.PositiveIntegerField(default=0)
    place = models.CharField(max_length=20, choices=Place, default=Place.EMBEDDED)
    by = models.CharField(max_length=20, choices=By, default=By.PEOPLE)
    description = models.JSONField(default=dict)
    part_of = models.ForeignKey(AnnotationCollection, null=True, on_delete=models.SET_NULL, related_name="pages")
    #: Rises with every change to it or its annotations; `built` is the number that `documents` hold.
    revision = models.BigIntegerField(default=1)
    built = models.BigIntegerField(default=0)
    builder = models.CharField(max_length=300, blank=True)
    #: {"3": {"digest", "size"}, "2": …}: its own published documents.
    documents = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject", "position"], name="annotation_page_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(manifest=None, collection__isnull=False) | Q(manifest__isnull=False, collection=None),
                name="annotation_page_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Annotation(models.Model):
    """A transcription, tag, comment: anything said of a canvas or a part of it, but what is painted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uri = models.CharField(max_length=2000, blank=True)
    page = models.ForeignKey(AnnotationPage, on_delete=models.CASCADE, related_name="annotations")
    position = models.PositiveIntegerField(default=0)
    #: A list, also of one. Body and target as Presentation 3.0 has them, with internal references.
    motivation = models.JSONField(default=list)
    body = models.JSONField(null=True)
    target = models.JSONField()
    #: Every other property: label, created, creator, textGranularity, stylesheet, …
    extra = models.JSONField(default=dict)
    created = models.DateTimeField(db_default=DbNow())

    class Meta:
        indexes = [models.Index(fields=["page", "position"], name="annotation_order")]

    def __str__(self) -> str:
        return str(self.id)


class PreviewLink(models.Model):
    """A link that shows a manifest or collection as it is now to whoever has it, draft or not, until it ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.UUIDField(db_index=True)
    public_id = models.CharField(max_length=12, unique=True)
    #: Of the secret, keyed by SECRET_KEY; the link itself is told once.
    digest = models.CharField(max_length=64)
    #: What it is for, in the words of who made it.
    note = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=200)
    created = models.DateTimeField(db_default=DbNow())
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id


# Models that are told elsewhere; Django looks for all of them here.
from manifests.dynamic_models import Dynamic, DynamicCursor  # noqa: E402, F401
from manifests.mirror_models import MirrorHost, MirrorSlot  # noqa: E402, F401
