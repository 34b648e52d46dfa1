"""What of a source's metadata its access master keeps, and what of it has to be put right (DESIGN §12). Pure.

Kept is what describes the picture. Corrected is what says something about the file that is no longer so. Dropped is
what cannot be corrected, what is of no use in another file and, unless the policy lists it, what may betray people.
"""

from dataclasses import dataclass

from images.metadata import exif, iptc, keeping_exif, keeping_iptc, keeping_xmp, xmp
from images.metadata.exif import Exif
from images.metadata.found import Metadata
from images.metadata.names import Names
from images.metadata.policy import Policy

#: The most that is kept of each kind, in bytes: every derivative carries it.
MOST = xmp.MOST_KEPT


@dataclass(frozen=True, slots=True)
class Kept:
    """`kept`, `dropped` and `corrected` are names such as "EXIF Make", "IPTC By-line" and "XMP dc:creator"."""

    metadata: Metadata
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def keep(found: Metadata, policy: Policy, *, width: int, height: int) -> Kept:
    """What the master of a source with this metadata keeps. Width and height are the master's, in pixels."""
    names = Names()
    known, odd = exif.parse(found.exif)
    names.warn(*odd)
    turned = keeping_exif.is_turned(known)
    made = Metadata(
        exif=_exif(known, policy, names, (width, height)),
        iptc=_iptc(found.iptc, policy, names, turned),
        xmp=_xmp(found.xmp, policy, names, (width, height), turned),
    )
    return Kept(made, names.kept, names.dropped, names.corrected, names.warnings)


def _exif(known: Exif, policy: Policy, names: Names, size: tuple[int, int]) -> bytes:
    if not policy.exif:
        if known:
            names.drop("EXIF")
        return b""
    made = keeping_exif.keep(known, policy, names, size)
    if (short := exif.smaller(made, MOST)) != made:
        names.warn("Of EXIF, the longest values were left out: it was longer than what is kept.")
    keeping_exif.name(short, names)
    return exif.block(short)


def _iptc(records: bytes, policy: Policy, names: Names, turned: bool) -> bytes:
    datasets, odd = iptc.parse(records)
    names.warn(*odd)
    if not policy.iptc:
        if datasets:
            names.drop("IPTC")
        return b""
    made = keeping_iptc.keep(datasets, names, turned)
    if len(short := iptc.smaller(made, MOST)) < len(made):
        names.warn("Of IPTC, the longest texts were left out: it was longer than what is kept.")
    keeping_iptc.name(short, names)
    return iptc.write(short)


def _xmp(packet: bytes, policy: Policy, names: Names, size: tuple[int, int], turned: bool) -> bytes:
    if not packet:
        return b""
    if not policy.xmp:
        names.drop("XMP")
        return b""
    try:
        rdf, odd = xmp.parse(packet)
    except xmp.BadXmp as problem:
        names.warn(f"XMP was left out: {problem}.")
        return b""
    names.warn(*odd)
    keeping_xmp.drop(rdf, policy, names, turned)
    names.warn(*xmp.shorten(rdf))
    keeping_xmp.correct(rdf, names, size)
    return xmp.write(rdf)
