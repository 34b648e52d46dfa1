"""Run one job from claim to its end."""

import errno
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from gcis.core.errors import SourceFault, Unavailable
from gcis.jobs import registry, services
from gcis.jobs.claims import Claim, Crashed, GivenBack, LeaseLost, Superseded
from gcis.jobs.models import Job

log = structlog.get_logger(__name__)
State = Job.State
DISTURBED = "The disk or the database did not do what was asked. It is tried again."
NO_ROOM = "There is no room left on the work disk of this host. It is tried again."
OUR_FAULT = "Something went wrong on our side. The log has the details; the job can be retried."


def run(job_id: UUID, owner: str) -> None:
    """Claim the job and bring it to an end, or to its next try. Returns at once when it is not to be had."""
    close_old_connections()
    if held := services.claim(job_id, owner):
        bring_to_an_end(held)


def bring_to_an_end(held: Claim) -> None:
    """Do the work of a claimed job until it has ended, waits for its next try, or is somebody else's."""
    with structlog.contextvars.bound_contextvars(job=str(held.id), kind=held.kind, token=held.token):
        try:
            with _heartbeat(held):
                _attempt(held)
        except LeaseLost:
            log.warning("job.fenced", key=held.key)
        except GivenBack:
            services.give_back(held)
            log.info("job.given_back", key=held.key)


def _attempt(held: Claim) -> None:
    """Every way in which an attempt ends, sorted by whose problem it is."""
    try:
        commit = registry.handler(held.kind).run(held)
        with transaction.atomic():
            services.end(held, State.SUCCEEDED)
            services.keep_report(held, commit())
    except Superseded:
        services.end(held, State.SUPERSEDED)
    except SourceFault as fault:
        services.give_up(held, State.FAILED, fault.code, fault.sentence)
    except Unavailable as fault:
        _try_later(held, fault.code, fault.sentence)
    except (OSError, OperationalError, InterfaceError) as error:
        log.warning("job.disturbed", key=held.key, error=str(error))
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        _try_later(held, *(("resource", NO_ROOM) if full else ("disturbed", DISTURBED)))
    except Crashed as crash:
        if not services.try_after_crash(held, "crashed", crash.sentence):
            services.give_up(held, State.DEAD, "crashed", crash.sentence)
    except (LeaseLost, GivenBack):
        raise
    except Exception:
        log.exception("job.broken", key=held.key, attempt=held.attempt)
        if not services.try_after_crash(held, "internal", OUR_FAULT):
            services.give_up(held, State.DEAD, "internal", OUR_FAULT)


def _try_later(held: Claim, code: str, sentence: str) -> None:
    if not services.try_later(held, code, sentence):
        services.give_up(held, State.DEAD, code, sentence)


@contextmanager
def _heartbeat(held: Claim) -> Iterator[None]:
    """Prolong the lease while the work goes on; when it was lost, say so to the work."""
    done = threading.Event()

    def beats() -> None:
        heard = time.monotonic()
        while not done.wait(settings.GCIS_JOB_BEAT):
            try:
                if not services.beat(held):
                    held.lost.set()
                    break
                heard = time.monotonic()
            except Exception:
                # A database that is away for a moment is not the end; a whole lease without a beat is.
                log.exception("job.unbeaten", job=str(held.id), key=held.key, token=held.token)
                connection.close()
                if time.monotonic() - heard > settings.GCIS_JOB_LEASE:
                    held.lost.set()
                    break
        connection.close()

    thread = threading.Thread(target=beats, name=f"beat-{held.key}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
