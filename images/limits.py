"""What this installation gives of its pictures at most, from its settings: the same on every way in."""

from django.conf import settings

from images.engine.encode import offered
from images.iiif.limits import Limits


def limits() -> Limits:
    """As the settings say now. The formats are tried when they are first asked for (`images.engine.encode`)."""
    return Limits(
        settings.GCIS_MAX_EDGE,
        settings.GCIS_MAX_AREA,
        settings.GCIS_MAX_UPSCALE,
        offered(tuple(settings.GCIS_FORMATS)),
    )
