"""The pages of a file, on the page of one of them: which it is, and the way to the others."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from images.models import Image


@dataclass(frozen=True, slots=True)
class Leaves:
    """`title` is "page 3 of 12"; `ways` are words and addresses."""

    title: str
    ways: tuple[tuple[str, str], ...]


def title(image: Image) -> str:
    """Which page of its file it is, as people count; empty where the file has one."""
    if not image.page and image.pages == 1:
        return ""
    number = f"page {image.page + 1}"
    return f"{number} of {image.pages}" if image.page < image.pages else f"{number}, no longer in the file"


def leaves(image: Image) -> Leaves | None:
    """None where the file has one page."""
    said = title(image)
    if not said:
        return None
    same = Image.objects.filter(source=image.source_id, external_id=image.external_id)
    wanted = {0: "First", image.page - 1: "Previous", image.page + 1: "Next"}
    there = dict(same.filter(page__in=[page for page in wanted if page >= 0]).values_list("page", "pk"))
    ways = [
        (word, reverse("admin:images_image_change", args=[there[page]]))
        for page, word in sorted(wanted.items())
        if page in there and page != image.page
    ]
    found = urlencode({"source__id__exact": image.source_id, "external_id__exact": image.external_id})
    return Leaves(said, (*ways, ("All pages", f"{reverse('admin:images_image_changelist')}?{found}")))
