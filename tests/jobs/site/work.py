"""A kind of work that lasts as long as it is told, and whose effect can be counted: one event per job that was done."""

import os
import time
from typing import Any
from uuid import UUID

from gcis.events import services as events
from gcis.jobs import registry, services
from gcis.jobs.claims import Claim
from gcis.jobs.models import Batch

KIND = "site.work"
#: The event that is the effect; its data: the key and the token of the job, and the process that did it.
DONE = "site.done"


class SiteWork:
    """args: `seconds` that it lasts (0); `stubborn`: it never asks whether it should go on."""

    def run(self, claim: Claim) -> registry.Commit:
        until = time.monotonic() + claim.args.get("seconds", 0)
        while (left := until - time.monotonic()) > 0:
            if not claim.args.get("stubborn"):
                claim.check()
            time.sleep(min(left, 0.02))

        def commit() -> dict[str, Any]:
            events.record(DONE, claim.subject, "site", key=claim.key, token=claim.token, pid=os.getpid())
            return {}

        return commit

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        events.record("site.gave_up", claim.subject, "site", key=claim.key, code=code)

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        services.add(KIND, f"again:{subject}", subject, args=args, batch=batch)
