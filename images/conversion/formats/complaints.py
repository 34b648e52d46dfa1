"""What libvips, Pillow and what they use say when they fail, as sentences for the curator. Pure."""

from gcis.core.errors import SourceFault, Unavailable

TOO_MUCH_MEMORY = "The picture needs more memory than a conversion may use."

DAMAGED = "The picture's data is damaged and cannot be read. Please send the file again."

CUT_OFF = "The file is cut off: part of the picture is missing. Please send it again."

#: For what fails in the same words whether it is spoilt or cut off.
DAMAGED_OR_CUT_OFF = "The picture's data is damaged, or a part of it is missing. Please send the file again."

_SENTENCES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("libpng read error",), "damaged", DAMAGED_OR_CUT_OFF),
    (("corrupt jpeg data",), "damaged", DAMAGED),
    (
        ("labq",),
        "layout_not_supported",
        "The picture is in L*a*b* colours with 8 bits, which cannot be read. Please save it as RGB and send that.",
    ),
    (
        (
            "premature end",
            "truncated",
            "not enough data",
            "unexpected end",
            "read error",
            "read gave",
            "short read",
            "bad seek",
        ),
        "cut_off",
        CUT_OFF,
    ),
    (
        ("compression", "codec", "arithmetic coding", "unsupported jpeg process"),
        "compression_not_supported",
        "The file uses a compression that cannot be read. Please save it as TIFF with LZW or Deflate, and send that.",
    ),
    (
        ("bits per sample", "sampleformat", "unsupported tiff", "precision"),
        "layout_not_supported",
        "The picture's data layout cannot be read. Please save it with 8 or 16 bits per channel and send that.",
    ),
)
#: Oddities of a JPEG's header that libjpeg warns of and that harm no pixel.
_HARMLESS = ("unknown jfif revision", "invalid sos parameters")
_OURS = ("no space left", "disk full", "write error", "unable to open for write")
_MEMORY = ("out of memory", "unable to allocate", "cannot allocate", "security limit exceeded")


def explain(message: str) -> SourceFault | Unavailable:
    """libvips's words for itself as a sentence for the curator, or as something to try again."""
    said = message.lower()
    if any(words in said for words in _OURS):
        return Unavailable("no_space", "There is not enough room on disk to convert the picture.")
    if any(words in said for words in _MEMORY):
        return SourceFault("too_large", TOO_MUCH_MEMORY)
    for words, code, sentence in _SENTENCES:
        if any(word in said for word in words):
            return SourceFault(code, sentence)
    return SourceFault("damaged", DAMAGED)


def is_harmless(message: str) -> bool:
    """Whether this is a warning after which the whole picture can still be had."""
    return any(words in message.lower() for words in _HARMLESS)
