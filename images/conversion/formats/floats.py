"""Pictures in floating point: amounts of light from 0 to 1, as editors write them, made into what can be converted.

What is not a number is black; what lies outside 0 to 1 is made to fit, and that is said.
"""

from dataclasses import replace

import pyvips

from images.conversion.colours import colour, icc
from images.conversion.formats.header import Loaded

#: How far beyond 0 and 1 is still taken for them: resampling overshoots, and text formats round.
SLACK = 0.001
_HUGE = 3e38
_TINY = 1e-37


def lit(loaded: Loaded, again: pyvips.Image, inverted: bool) -> Loaded:
    """The picture as light (scrgb), which `colour` converts, by its profile if it has one; or in 16 bits.

    `again` is the same picture opened a second time: its least and greatest value have to be known first. Transparency
    is the last channel where `loaded` says so. `inverted` says that 0 is white.
    """
    colours = loaded.image.bands - loaded.transparent
    least, most = _range(again.extract_band(0, n=colours))
    image = _finite(loaded.image.extract_band(0, n=colours), least, most)
    assumed = dict(loaded.assumed)
    if least < -SLACK or most > 1 + SLACK:
        image = (image - least) / max(most - least, _TINY)
        assumed["range"] = f"black is {least:.6g} and white {most:.6g}, the least and the greatest of its values"
    image = (1 - image if inverted else image).cast("float")
    if colours == 1:
        assumed["tone"] = "linear light"
    alpha = _sixteen(_finite(loaded.image.extract_band(colours), 0, 1)) if loaded.transparent else None
    return replace(loaded, image=_shown(image, colours, alpha), assumed=assumed)


def _shown(image: pyvips.Image, colours: int, alpha: pyvips.Image | None) -> pyvips.Image:
    """Light that `colour` knows. Transparency can only be laid on a background in whole numbers, grey only be told in
    them what its tone is.
    """
    profile = colour.profile(image)
    usable = bool(profile) and not icc.fault(profile, b"RGB " if colours == 3 else b"GRAY")
    deep = "rgb16" if colours == 3 else "grey16"
    light = image.copy(interpretation="scrgb")
    if alpha is None and (usable or colours == 3):
        return light
    if usable:
        made = _sixteen(image)
    elif colours == 3:
        made = _with_profile(light.colourspace("rgb16"), colour.srgb_profile())
    else:  # IEC 61966-2-1
        curve = (image <= 0.0031308).ifthenelse(image * 12.92, 1.055 * image ** (1 / 2.4) - 0.055)
        made = _with_profile(_sixteen(curve), icc.grey_profile())
    return (made if alpha is None else made.bandjoin(alpha)).copy(interpretation=deep)


def _with_profile(image: pyvips.Image, profile: bytes) -> pyvips.Image:
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def _sixteen(image: pyvips.Image) -> pyvips.Image:
    return (image * 65535).rint().cast("ushort")


def _range(image: pyvips.Image) -> tuple[float, float]:
    """The least and the greatest value that is a number; 0 and 0 where there is none."""
    whole = _is_finite(image)
    both = whole.ifthenelse(image, _HUGE).bandjoin(whole.ifthenelse(image, -_HUGE))
    stats = both.stats()
    rows = range(1, both.bands + 1)
    least = min(stats(0, row)[0] for row in rows[: image.bands])
    most = max(stats(1, row)[0] for row in rows[image.bands :])
    return (least, most) if least <= most else (0.0, 0.0)


def _finite(image: pyvips.Image, least: float, most: float) -> pyvips.Image:
    """Within least and most; what is no number is the least."""
    return (image > most).ifthenelse(most, (image > least).ifthenelse(image, least))


def _is_finite(image: pyvips.Image) -> pyvips.Image:
    return image.abs() < _HUGE
