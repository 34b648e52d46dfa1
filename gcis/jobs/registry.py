"""Who does which kind of work. Filled in `AppConfig.ready()`; jobs themselves know no other app."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from gcis.jobs.claims import Claim
from gcis.jobs.models import Batch

#: What a handler wants done inside the final transaction; may raise Superseded. Its result becomes the job's report.
Commit = Callable[[], dict[str, Any]]


class Handler(Protocol):
    """One kind of work."""

    def run(self, claim: Claim) -> Commit:
        """Do the work, outside of any transaction, and return what is to be committed.

        Raises SourceFault (stop, say why), Unavailable (later again), Crashed (the tool died), or anything else (ours).
        """

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """The job ends without effect. Called inside the final transaction."""

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        """A person wants work that ended without effect once more: add a job for it. Called inside a transaction."""


_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    _handlers[kind] = handler


def handler(kind: str) -> Handler:
    return _handlers[kind]


def kinds() -> list[str]:
    return sorted(_handlers)
