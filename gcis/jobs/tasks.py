"""The Celery doorway: it carries a job's id and nothing else."""

from uuid import UUID

from celery import shared_task

from gcis.jobs import doorbell, runner


@shared_task(name=doorbell.RUN, ignore_result=True, acks_late=False)
def run(job_id: str) -> None:
    runner.run(UUID(job_id), runner.owner_name())
