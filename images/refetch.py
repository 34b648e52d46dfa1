"""Read a picture again from the address that it came from."""

from uuid import UUID

from django.db import transaction

from gcis.core.errors import SourceFault
from images import files, services
from images.services import SourceFile


@transaction.atomic
def refetch(image_id: UUID, *, actor: str) -> None:
    """Have its source fetched and converted, whatever was fetched before. SourceFault where there is no address."""
    image = services.lock(image_id)
    if image.withdrawn:
        raise SourceFault("withdrawn", f"{image.file_name} is withdrawn. Restore it first.")
    if image.page:
        raise SourceFault("page", f"This is {files.title(image)}. Have the first page fetched again.")
    if not image.url:
        raise SourceFault("no_address", f"{image.file_name} was not given as an address: it cannot be fetched.")
    services.replace(image_id, SourceFile(image.file_name, url=image.url), actor=actor)
