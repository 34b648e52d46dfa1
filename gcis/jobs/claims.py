"""A claimed job as its worker holds it, and the ways in which work ends early."""

import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


class Crashed(Exception):
    """The tool that did the work died under it. Tried again a few times: it may not have been the source's fault."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Superseded(Exception):
    """Something newer is wanted now; what was made is discarded."""


class LeaseLost(Exception):
    """Somebody else owns the job now, or it was cancelled."""


class GivenBack(Exception):
    """This worker is stopping; the job goes back to the queue and no attempt is counted."""


#: Set when this process was asked to stop: every running claim gives its job back.
stopping = threading.Event()


@dataclass(eq=False)
class Claim:
    """One running attempt. The token fences it: whoever holds another one changes nothing."""

    id: UUID
    kind: str
    key: str
    subject: UUID
    args: dict[str, Any]
    token: int
    attempt: int
    lost: threading.Event = field(default_factory=threading.Event)
    progress: float = 0
    stage: str = ""
    lane: str = ""
    #: May be set by the work itself, when it learns only now how much there is to do.
    heavy: bool = False

    def check(self) -> None:
        """Raise when there is no point in going on. Cheap: call it often."""
        if self.lost.is_set():
            raise LeaseLost(self.key)
        if stopping.is_set():
            raise GivenBack(self.key)

    def tell(self, progress: float, stage: str) -> None:
        """Note how far the work has come (0 to 1); written with the next heartbeat. Raises as `check` does."""
        self.progress, self.stage = progress, stage
        self.check()
