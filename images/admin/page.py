"""What the page of one picture shows around its form."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from images import curation
from images.admin import leaves, looks, provenance, shown, uploads, words
from images.models import Image, Source
from images.policy import OPEN
from redirects import services as names

#: What zooms; `gcis.viewers` fetches it.
OPENSEADRAGON = "openseadragon-6.1.1/openseadragon.min.js"


def page(image: Any, *, may_replace: bool) -> dict[str, Any]:
    """The context of `before.html` and `after.html`, in a constant number of queries."""
    looks.prepare([image])
    return {
        "image": image,
        **_zoom(image),
        **_access(image),
        "leaves": leaves.leaves(image),
        "links": _links(image),
        "names": names.history(image.pk),
        "merged_into": _merged_into(image),
        "master": image.current,
        "making": provenance.making(image.current) if image.current else None,
        "embedded": provenance.embedded(image.embedded),
        "shown_in": shown.subjects(image.pk),
        "asks_who_shows": bool(shown.shown_in),
        "upload": _replacing(image) if may_replace else None,
        "elsewhere": _elsewhere(image),
    }


def _zoom(image: Any) -> dict[str, Any]:
    """Where the pixels are, as far as there are any; without the viewer a plain picture is shown."""
    if not image.thumbnail:
        return {"zoom": "", "plain": "", "viewer": ""}
    fitting = [level[:2] for level in image.current.levels if max(level[:2]) <= 1600] or [image.current.levels[-1][:2]]
    size = "max" if fitting[0] == image.current.levels[0][:2] else "{},{}".format(*fitting[0])
    has_viewer = (settings.GCIS_VIEWERS_DIR / OPENSEADRAGON).is_file()
    return {
        "zoom": looks.HERE.info(3, image.identifier),
        "plain": looks.picture(image, f"full/{size}/0/default.jpg"),
        "viewer": reverse("viewer-file", args=OPENSEADRAGON.split("/")) if has_viewer else "",
        "buttons": reverse("viewer-file", args=[OPENSEADRAGON.split("/")[0], "x"]).removesuffix("x"),
    }


def _access(image: Image) -> dict[str, str]:
    now = timezone.now()
    inherited = "nothing stricter" if image.inherited == OPEN else words.access(image.inherited, now)
    return {"inherited": inherited, "public": words.access(image.policy, now)}


def _links(image: Any) -> list[tuple[str, str]]:
    """Title and address; those of pixels only where there are some."""
    jobs = ("Its jobs", f"{reverse('admin:jobs_job_changelist')}?q={image.pk}")
    if not image.thumbnail:
        return [jobs]
    return [
        ("Full picture", looks.picture(image, "full/max/0/default.jpg")),
        ("info.json 3", looks.HERE.info(3, image.identifier)),
        ("info.json 2", looks.HERE.info(2, image.identifier)),
        jobs,
    ]


def _merged_into(image: Any) -> str:
    """The page of the picture that has its names now; empty where it was not merged."""
    if image.identifier:
        return ""
    into = curation.successor(image.pk)
    return reverse("admin:images_image_change", args=[into]) if into != image.pk else ""


def _replacing(image: Image) -> dict[str, Any] | None:
    if image.withdrawn or image.page or image.source.kind != Source.Kind.UPLOAD:
        return None
    return uploads.component(post=reverse("admin:images_image_replace", args=[image.pk]), replaces=True)


def _elsewhere(image: Image) -> str:
    """Where to replace the file of a picture that was not uploaded, or is not the first of its file."""
    if image.page:
        return f"It is {leaves.title(image)}: replace the file by way of its first page, and all pages follow."
    if image.source.kind == Source.Kind.FOLDER:
        return f"Put another file in its place, {image.source.location}/{image.external_id}; the next import takes it."
    if image.source.kind == Source.Kind.SYSTEM:
        return f"It comes from {image.source.name}: replace it there."
    return ""
