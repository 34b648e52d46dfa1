"""Values of EXIF whose type says "undefined" but which hold numbers in the byte order of the block. Pure."""

from array import array

#: Tags of the Exif directory (EXIF 3.0 §4.6.6): OECF, spatial frequency, CFA pattern, device settings.
_OECF, _SPATIAL, _PATTERN, _SETTINGS, _COMMENT = 34856, 41484, 41730, 41995, 37510
_UNICODE = b"UNICODE\0"


def turned(tag: int, data: bytes, order: str) -> bytes:
    """The value of this tag between little endian and this order, in either direction."""
    if order == "<":
        return data
    if tag == _COMMENT and data[:8] == _UNICODE:
        return _UNICODE + _words(data[8:], 2)
    if tag == _PATTERN:
        return _words(data[:4], 2) + data[4:]
    if tag == _SETTINGS:
        return _words(data, 2)
    if tag in (_OECF, _SPATIAL):
        return _table(data)
    return data


def put_right(tag: int, data: bytes) -> bytes:
    """A comment in UTF-16 whose writer ignored the order of the block, put right: half of it are zeros, in front."""
    if tag != _COMMENT or data[:8] != _UNICODE:
        return data
    words = data[8:]
    return _UNICODE + _words(words, 2) if words[0::2].count(0) > len(words) // 4 > words[1::2].count(0) else data


def _table(data: bytes) -> bytes:
    """Two short numbers, so many names, then fractions: the numbers and the fractions turn."""
    columns = min(int.from_bytes(data[:2], "big"), int.from_bytes(data[:2], "little"))  # small in its own order only
    at = 4
    for _ in range(columns):
        at = data.find(b"\0", at) + 1
        if not at:
            return data
    return _words(data[:4], 2) + data[4:at] + _words(data[at:], 4)


def _words(data: bytes, size: int) -> bytes:
    whole = len(data) // size * size
    words = array({2: "H", 4: "I"}[size], data[:whole])
    words.byteswap()
    return words.tobytes() + data[whole:]
