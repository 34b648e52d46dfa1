"""The comparison as a job: fenced and visible like all work."""

from typing import Any
from uuid import UUID

from gcis.jobs import registry
from gcis.jobs.claims import Claim
from gcis.jobs.models import Batch
from gcis.upkeep import services


class ReconcileHandler:
    def run(self, claim: Claim) -> registry.Commit:
        report = services.compare(
            actor=claim.args["actor"], mends=claim.args["mends"], pulse=claim.check, tell=claim.tell
        )

        def commit() -> dict[str, Any]:
            run = services.keep(report)
            return {"run": str(run.pk), "wrong": report.wrong, "mended": report.mended}

        return commit

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """What was mended stays mended; the job says why there is no result."""

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        services.ask(args["mends"], actor=actor)
