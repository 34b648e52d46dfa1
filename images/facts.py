"""What the rest of the house needs to know about one image, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from images.policy import OPEN, Policy


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """One image as it stands. `state` is registered, ready, failed or withdrawn; sizes are 0 while nothing is ready.

    `levels` are those of the access master, largest first: (width, height, tile width, tile height).
    `reason` says, for a person, why there is no picture (failed, withdrawn). `policy` is what the public gets of it.
    `extent` is how many millimetres wide and high that is which the picture shows, where somebody vouches for it.
    `in_place`: it is to be answered under a former name too, without a redirect (`redirects.services.Name`).
    """

    id: UUID
    identifier: str
    state: str
    width: int = 0
    height: int = 0
    levels: tuple[tuple[int, int, int, int], ...] = ()
    master_key: str = ""
    digest: str = ""
    generation: int = 0
    rights: str = ""
    credit: str = ""
    reason: str = ""
    file_name: str = ""
    withdrawn: datetime | None = None
    policy: Policy = OPEN
    in_place: bool = False
    extent: tuple[float, float] | None = None

    @property
    def ready(self) -> bool:
        return self.state == "ready"
