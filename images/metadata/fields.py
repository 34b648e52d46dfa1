"""Single TIFF values made and understood: texts, numbers, fractions. Pure."""

import struct
from fractions import Fraction

from images.metadata.tiff import ASCII, LONG, RATIONAL, SHORT, SRATIONAL, Field

#: Field type → struct letter of its numbers.
_LETTERS = {1: "B", 3: "H", 4: "I", 5: "I", 6: "b", 8: "h", 9: "i", 10: "i", 11: "f", 12: "d"}
_LARGEST = 2**32 - 1


def short(number: int) -> Field:
    return Field(SHORT, struct.pack("<H", number))


def long(number: int) -> Field:
    return Field(LONG, struct.pack("<I", number))


def whole(number: int) -> Field:
    """A whole number in the smaller of the two types that hold it."""
    return short(number) if number < 1 << 16 else long(number)


def ascii_text(words: str) -> Field:
    """A text with its closing NUL, in UTF-8: in ASCII where it can be (EXIF 3.0 §4.6.2 allows UTF-8)."""
    return Field(ASCII, words.replace("\0", " ").encode() + b"\0")


def rational(number: float) -> Field:
    """A fraction that is not negative."""
    fraction = Fraction(number).limit_denominator(10_000)
    return Field(RATIONAL, struct.pack("<II", min(fraction.numerator, _LARGEST), fraction.denominator))


def numbers(field: Field) -> list[int | float | Fraction | None]:
    """The numbers of a value; None for a fraction over zero. Empty for types without numbers."""
    letter = _LETTERS.get(field.kind)
    if letter is None:
        return []
    per_value = 2 if field.kind in (RATIONAL, SRATIONAL) else 1
    flat = struct.unpack(f"<{field.count * per_value}{letter}", field.data)
    if per_value == 1:
        return list(flat)
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return [Fraction(above, below) if below else None for above, below in pairs]


def number(field: Field | None) -> int | float | Fraction | None:
    """The first number of a value, where there is one."""
    found = numbers(field) if field else []
    return found[0] if found else None


def text(data: bytes) -> str:
    """Bytes that should be ASCII, as UTF-8 if they are that, else as Windows's Latin: what old programs wrote."""
    data = data.rstrip(b"\0 ")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
