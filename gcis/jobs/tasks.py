"""The Celery doorway: a doorbell was heard. Whatever it carries, the worker takes up the best of what is due."""

from celery import shared_task

from gcis.jobs import doorbell


@shared_task(name=doorbell.RUN, ignore_result=True, acks_late=False)
def run(*_: object) -> None:
    doorbell.wake()
