"""One image: where it came from, its access master, how it is served. Only `images.services` saves these."""

import uuid

from django.db import models

from gcis.core.db import DbNow
from images.access import Restricted


class Damage(models.TextChoices):
    """What is known to be wrong with bytes that we keep."""

    DAMAGED = "damaged"
    MISSING = "missing"


class Source(models.Model):
    """A place that pictures come from: an import folder, a system that sends them, people who upload them.

    A folder is known by the id in its marker file, so it may move; `location` is where it was seen last.
    """

    class Kind(models.TextChoices):
        FOLDER = "folder"
        SYSTEM = "system", "a system, by REST"
        UPLOAD = "upload", "uploads by people"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: What machines call it in addresses of the API.
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=300)
    location = models.TextField(blank=True)
    #: The language of labels that name none (issue: presentation).
    language = models.CharField(max_length=20, default="none")
    created = models.DateTimeField(db_default=DbNow())

    def __str__(self) -> str:
        return self.name


class Image(Restricted):
    """One picture, known to machines by (source, external id, page).

    Served if and only if it has a `current` master and is not withdrawn. `wanted` rises with every requested source or
    recipe; `converted` and `failed` say for which of those the last outcome was.
    """

    class State(models.TextChoices):
        REGISTERED = "registered"
        READY = "ready"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    class Replacement(models.TextChoices):
        NONE = ""
        PENDING = "pending"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="images")
    external_id = models.CharField(max_length=1000)
    page = models.PositiveIntegerField(default=0)
    #: How many pages its file has, as the last conversion of page 0 counted them (`images.paging`).
    pages = models.PositiveIntegerField(default=1)

    file_name = models.CharField(max_length=300)
    #: Where to fetch the source from, when it was given as an address. Where the bytes are, page 0 alone knows.
    url = models.TextField(blank=True)
    #: The copy in the `sources` store; empty when the source stays where it is.
    copy_key = models.CharField(max_length=300, blank=True)
    #: When the copy was hashed last, and whether that found it damaged (`images.fixity`).
    copy_checked_at = models.DateTimeField(db_default=DbNow())
    copy_damaged = models.CharField(max_length=20, choices=Damage, blank=True)
    #: What the source last looked like: its sha256, bytes, and time of change in nanoseconds.
    digest = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    mtime_ns = models.BigIntegerField(default=0)
    #: Set while the source cannot be found where it was; a person decides what follows.
    missing_since = models.DateTimeField(null=True)

    current = models.OneToOneField("AccessMaster", null=True, on_delete=models.PROTECT, related_name="current_of")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    generation = models.BigIntegerField(default=0)
    wanted = models.BigIntegerField(default=0)
    converted = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)
    error_text = models.TextField(blank=True)
    #: The recipe asked for by name; empty: chosen by rules (docs/recipes.md).
    recipe = models.CharField(max_length=60, blank=True)
    #: What was embedded in the source: EXIF, IPTC, XMP (`images.metadata.summary`).
    embedded = models.JSONField(default=dict)

    rights_source = models.CharField(max_length=300, blank=True)
    rights_curated = models.CharField(max_length=300, blank=True)
    #: Whom to name beside the picture, as people say it; written into derivatives over what is embedded.
    credit = models.CharField(max_length=300, blank=True)
    withdrawn = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    revision = models.BigIntegerField(default=1)
    created = models.DateTimeField(db_default=DbNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id", "page"], name="image_machine_key")]
        indexes = [
            models.Index(fields=["digest"], name="image_digest"),
            models.Index(fields=["copy_checked_at"], condition=~models.Q(copy_key=""), name="image_copy_checked"),
            models.Index(fields=["id"], condition=~models.Q(copy_damaged=""), name="image_copy_damaged"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def state(self) -> "Image.State":
        if self.withdrawn:
            return self.State.WITHDRAWN
        if self.current_id:
            return self.State.READY
        return self.State.FAILED if self.wanted and self.failed == self.wanted else self.State.REGISTERED

    @property
    def replacement(self) -> "Image.Replacement":
        """Beside `ready`: whether a newer source or recipe is on its way, or could not be used."""
        if not self.current_id or self.converted == self.wanted:
            return self.Replacement.NONE
        return self.Replacement.FAILED if self.failed == self.wanted else self.Replacement.PENDING


class AccessMaster(models.Model):
    """An immutable pyramidal TIFF of one image, never shared between images, named by its digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="masters")
    digest = models.CharField(max_length=64)
    key = models.CharField(max_length=300, unique=True)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    #: Largest first: [width, height, tile width, tile height].
    levels = models.JSONField()
    #: Where every tile lies (issue: tile engine).
    tile_index = models.BinaryField(null=True)
    recipe = models.CharField(max_length=60)
    recipe_version = models.PositiveIntegerField()
    source_digest = models.CharField(max_length=64)
    #: What was found in the source, assumed about it and done with it; versions of the tools; seconds per stage.
    provenance = models.JSONField(default=dict)
    created = models.DateTimeField(db_default=DbNow())
    #: When its bytes were hashed last, and whether that found them damaged (`images.fixity`).
    checked_at = models.DateTimeField(db_default=DbNow())
    damaged = models.CharField(max_length=20, choices=Damage, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["checked_at"], name="master_checked"),
            models.Index(fields=["image"], condition=~models.Q(damaged=""), name="master_damaged"),
            # With the size, so that masters are counted from the index alone.
            models.Index(fields=["recipe", "recipe_version", "image", "size"], name="master_recipe"),
        ]

    def __str__(self) -> str:
        return self.key


class Purge(models.Model):
    """A request to make cached bytes unreachable, and what became of it (issue: gateway)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField()
    actor = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)
    targets = models.JSONField(default=list)
    matched = models.BigIntegerField(default=0)
    results = models.JSONField(default=dict)
    probe = models.JSONField(default=dict)
    created = models.DateTimeField(db_default=DbNow())

    def __str__(self) -> str:
        return f"{self.subject}"
