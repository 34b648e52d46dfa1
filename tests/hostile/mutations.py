"""Ways in which bytes go wrong, each decided by its number alone."""

import random
import struct
from collections.abc import Callable

#: Numbers that readers get wrong.
EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)


def mutated(data: bytes, name: str, number: int) -> bytes:
    """The data after mutation `number` of the seed of that name: the same every time."""
    chance = random.Random(f"{name} {number}")
    return chance.choice(_ways(data))(bytearray(data), chance)


def _ways(data: bytes) -> tuple[Callable[[bytearray, random.Random], bytes], ...]:
    """Header and body are hit equally often; half of what befalls a TIFF befalls its tags."""
    common = (_flip_bits, _change_bytes, _edge_in_head, _cut, _take_out, _repeat, _zeros)
    return (*common, *[_edit_tag] * len(common)) if data[:4] in (b"II*\0", b"MM\0*") else common


def _flip_bits(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 4, 32))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _change_bytes(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    for place in range(at, min(len(data), at + chance.choice((1, 2, 16, 256)))):
        data[place] = chance.randrange(256)
    return bytes(data)


def _edge_in_head(data: bytearray, chance: random.Random) -> bytes:
    """Where formats keep sizes, counts and offsets."""
    form = chance.choice("<>") + chance.choice("HI")
    at = chance.randrange(min(len(data), 700) - 4)
    value = chance.choice(EDGES) & (0xFFFF if form.endswith("H") else 0xFFFFFFFF)
    struct.pack_into(form, data, at, value)
    return bytes(data)


def _cut(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(1, len(data))])


def _take_out(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return bytes(data[:at] + data[at + chance.choice((1, 7, 64, 1000)) :])


def _repeat(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    piece = data[at : at + chance.choice((1, 16, 500))]
    return bytes(data[:at] + piece * chance.choice((1, 3, 50)) + data[at:])


def _zeros(data: bytearray, chance: random.Random) -> bytes:
    """As a disk or a transfer leaves them."""
    at = chance.randrange(len(data))
    size = min(len(data) - at, chance.choice((16, 512, 4096)))
    data[at : at + size] = bytes(size)
    return bytes(data)


def _edit_tag(data: bytearray, chance: random.Random) -> bytes:
    """Another number, type, count or value for one entry of the first directory (TIFF 6.0 §2)."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    entry = start + 2 + 12 * chance.randrange(count)
    form, offset = chance.choice((("H", 0), ("H", 2), ("I", 4), ("I", 8), ("I", 8), ("H", 8)))
    value = chance.choice((*EDGES, chance.randrange(65536), len(data) - 1, start))
    struct.pack_into(order + form, data, entry + offset, value & (0xFFFF if form == "H" else 0xFFFFFFFF))
    return bytes(data)
