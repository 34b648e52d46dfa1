"""ICC profiles as bytes: what they are for, why one cannot be used, and the small grey profile of our masters. Pure.

Sections are those of ICC.1:2022.
"""

import struct

#: Colour space signatures (table 19) of what pictures hold, and their names for people.
SPACES = {b"GRAY": "grey", b"RGB ": "RGB", b"CMYK": "CMYK", b"Lab ": "L*a*b*"}
#: Classes (table 18) that describe no pixels, and their names.
OTHERS = {b"link": "a device link", b"abst": "an abstract profile", b"nmcl": "a list of named colours"}
#: Classes that describe the pixels of a device or of a colour space.
CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
#: Larger profiles are not handed on: real ones have 0.5 to 3 MB.
MOST_BYTES = 8 << 20
#: Profiles with more tags are refused by LittleCMS too.
MOST_TAGS = 100


def fault(profile: bytes, space: bytes) -> str:
    """Why this profile cannot say what pixels of this colour space mean, as the end of a sentence; empty: it can."""
    if len(profile) > MOST_BYTES:
        return f"it has {len(profile) / 2**20:.0f} MB, and {MOST_BYTES >> 20} MB is the most"
    if profile[36:40] != b"acsp":
        return "it is no ICC profile"
    if not _is_whole(profile):
        return "it is cut off"
    if profile[128:132] == b"\0\0\0\0":
        return "it is empty"
    if profile[12:16] not in CLASSES:
        return f"it is {OTHERS.get(profile[12:16], 'of an unknown class')}, which describes no pixels"
    if profile[16:20] != space:
        return f"it is for {SPACES.get(profile[16:20], 'other colours')}, and the picture is {SPACES[space]}"
    if profile[20:24] not in (b"XYZ ", b"Lab "):
        return "it leads neither to XYZ nor to L*a*b*"
    return ""


def description(profile: bytes) -> str:
    """The name that the profile gives itself (tag `desc`), or "unnamed profile"."""
    try:
        text = _described(tag(profile, b"desc"))
    except (struct.error, KeyError, UnicodeDecodeError):
        text = ""
    return "".join(filter(str.isprintable, text)).strip()[:200] or "unnamed profile"


def grey_profile() -> bytes:
    """A grey profile with the tone curve of sRGB (IEC 61966-2-1), so that grey masters say how dark their grey is."""
    curve = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    tags = {
        b"desc": _text("sGray"),
        b"cprt": _text("CC0"),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1.0, 0.8249),
        b"kTRC": b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _fixed(*curve),
    }
    table, data, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        table += struct.pack(">4sII", name, offset + len(data), len(body))
        data += body + b"\0" * (-len(body) % 4)
    size = offset + len(data)
    created = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x04200000, b"mntr", b"GRAY", b"XYZ ") + created
    header += b"acsp" + b"\0" * 28 + _fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + table + data


def tag(profile: bytes, name: bytes) -> bytes:
    """The bytes of one tag. Raises KeyError when it is missing, struct.error when the table is cut off."""
    (count,) = struct.unpack_from(">I", profile, 128)
    for number in range(min(count, MOST_TAGS)):
        found, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if found == name:
            return profile[offset : offset + size]
    raise KeyError(name)


def _is_whole(profile: bytes) -> bool:
    """Whether every tag lies inside the bytes that we have (§7.3)."""
    try:
        (count,) = struct.unpack_from(">I", profile, 128)
        spans = [struct.unpack_from(">II", profile, 136 + 12 * number) for number in range(min(count, MOST_TAGS))]
    except struct.error:
        return False
    return all(offset + size <= len(profile) for offset, size in spans)


def _described(tag: bytes) -> str:
    """The text of a `desc` tag: plain ASCII in version 2, the first of many languages in version 4."""
    if tag[:4] == b"mluc":
        length, offset = struct.unpack_from(">II", tag, 20)
        return tag[offset : offset + length].decode("utf-16-be")
    (length,) = struct.unpack_from(">I", tag, 8)
    return tag[12 : 12 + length].split(b"\0")[0].decode("latin-1")


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _fixed(*numbers: float) -> bytes:
    """s15Fixed16Number (§4.6)."""
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
