"""L*a*b* in whole numbers, as TIFF has them, made into L*a*b* as libvips has it."""

from dataclasses import replace

import pyvips

from images.conversion.formats.header import Loaded

#: What L* of 100 is: in words ICC has 0xFF00 for it (ICC.1:2001-04 §6.3.4.2), CIELab all of them.
_WHITE = {("uchar", True): 255, ("uchar", False): 255, ("ushort", True): 65535, ("ushort", False): 65280}


def read(loaded: Loaded, *, signed: bool) -> Loaded:
    """From bytes or words to L* of 0 to 100 and a*, b* around 0, in floating point.

    `signed`: CIELab, a* and b* are signed (TIFF 6.0 §23). Otherwise ICCLab: they are unsigned, and half way is 0 (Adobe
    Photoshop TIFF Technical Notes, 2002). With transparency the result is RGB of 16 bits: only that can be laid on a
    background.
    """
    image = loaded.image
    steps = 256 if image.format == "ushort" else 1
    whole = 256 * steps
    both = image.extract_band(1, n=2)
    both = (both >= whole // 2).ifthenelse(both - whole, both) if signed else both - whole // 2
    lightness = image[0] * (100 / _WHITE[image.format, signed])
    made = lightness.bandjoin(both / steps).cast("float").copy(interpretation="lab")
    if not loaded.transparent:
        return replace(loaded, image=made)
    alpha = (image[3] * (65535 / (whole - 1))).rint().cast("ushort")
    done = (*loaded.done, "converted from lab to RGB under its transparency")
    # By a profile, whose white is D50 as that of TIFF's L*a*b*: libvips's own way takes it for D65.
    shown = made.icc_export(output_profile="srgb", intent="relative", depth=16)
    return replace(loaded, image=_joined(shown, alpha), done=done)


def _joined(image: pyvips.Image, alpha: pyvips.Image) -> pyvips.Image:
    return image.bandjoin(alpha).copy(interpretation=image.interpretation)
