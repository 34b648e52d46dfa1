"""The bytes of a picture: the one place in which a request for one costs anything."""

from dataclasses import replace

import structlog

from gcis.core import meters
from gcis.core.errors import Unavailable
from images import budgets, derivatives, services
from images.answers import Answer, Drawing, refusal
from images.caches import Opened
from images.engine import render
from images.engine.pyramid import BrokenPyramid
from images.gateway import Refuse

log = structlog.get_logger(__name__)

#: Seconds after which to try again what could not be had just now.
RETRY_AFTER = 5


def finished(answer: Answer, address: str) -> Answer:
    """The answer to a client at that address with its pixels drawn, or the refusal that takes its place."""
    if answer.drawing is None:
        return answer
    made = pixels(answer.drawing, address)
    return refusal(made) if isinstance(made, Refuse) else replace(answer, body=made, drawing=None)


def pixels(drawing: Drawing, address: str) -> bytes | Refuse:
    """The encoded picture for a client at that address; a refusal where it cannot be had just now, or not by him.

    Raises what `render` does beside Unavailable: the format's limits are SourceFault, the others are ours.
    """
    try:
        return _made(drawing, address)
    except budgets.OverBudget as over:
        return Refuse(429, over.sentence, over.seconds)
    except Unavailable as trouble:
        log.warning("request.unavailable", code=trouble.code, image=str(drawing.image.id), cause=str(trouble))
        return Refuse(503, trouble.sentence, RETRY_AFTER)


def _made(drawing: Drawing, address: str) -> bytes:
    """What stands in the master is copied; what was drawn before may be at hand; only what is drawn now has a price."""
    image = drawing.image
    master = services.opened_master(image, drawing.derivative, drawing.skip)
    try:
        with meters.RENDER_SECONDS.time():
            encoded = render.copied(master.pyramid, drawing.derivative, drawing.words)
        if encoded is not None:
            return encoded
        return derivatives.through(drawing.key, image.id, lambda: _admitted(drawing, master, address))
    except BrokenPyramid as error:
        raise BrokenPyramid(f"{image.master_key}: {error}") from error


def _admitted(drawing: Drawing, master: Opened, address: str) -> bytes:
    if not drawing.price:
        return _drawn(drawing, master)
    with budgets.desk().admit(budgets.client_of(address), drawing.image.id.hex, drawing.price):
        return _drawn(drawing, master)


def _drawn(drawing: Drawing, master: Opened) -> bytes:
    with meters.RENDER_SECONDS.time():
        return render.made(master.pyramid, master.file, drawing.derivative, drawing.words)
