"""ICC profiles as bytes: what they call themselves, and the small grey profile of our masters. Pure (ICC.1:2022)."""

import struct

#: Colour space signatures (ICC.1 table 19) of what pictures hold, by number of channels.
SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
#: Device and colour space classes (ICC.1 table 18) that describe pixels; links, abstract and named ones do not.
CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")


def describes(profile: bytes, channels: int) -> bool:
    """Whether the header claims to describe pixels of this many channels (ICC.1 §7.2) and all its tags are there."""
    header = profile[36:40] == b"acsp" and profile[12:16] in CLASSES and profile[16:20] == SPACES.get(channels)
    return header and _is_whole(profile)


def description(profile: bytes) -> str:
    """The name that the profile gives itself (tag `desc`), or "unnamed profile"."""
    try:
        text = _described(_tag(profile, b"desc"))
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


def _is_whole(profile: bytes) -> bool:
    """Whether every tag lies inside the bytes that we have (ICC.1 §7.3)."""
    try:
        (count,) = struct.unpack_from(">I", profile, 128)
        spans = [struct.unpack_from(">II", profile, 136 + 12 * number) for number in range(min(count, 100))]
    except struct.error:
        return False
    return bool(spans) and all(offset + size <= len(profile) for offset, size in spans)


def _tag(profile: bytes, name: bytes) -> bytes:
    """The bytes of one tag. Raises KeyError when it is missing, struct.error when the table is cut off."""
    (count,) = struct.unpack_from(">I", profile, 128)
    for number in range(min(count, 100)):
        found, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if found == name:
            return profile[offset : offset + size]
    raise KeyError(name)


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
    """s15Fixed16Number (ICC.1 §4.6)."""
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
