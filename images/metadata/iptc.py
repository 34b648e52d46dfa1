"""IPTC as datasets of the Information Interchange Model (IIM 4.2 §1.5 and §5 to §6), its texts in UTF-8. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

_MARKER = 0x1C
_MOST_DATASETS = 10_000
#: What a dataset takes beside its bytes, at most.
_HEAD = 9
#: Dataset 1:90 says the character set of the texts: ISO 2022 escapes.
CHARSET = (1, 90)
UTF_8 = b"\x1b%G"
_LATIN = (b"\x1b.A", b"\x1b-A")
HEADLINE, BY_LINE, CREDIT, RIGHTS = (2, 105), (2, 80), (2, 110), (2, 116)
IMAGE_TYPE, IMAGE_LAYOUT = (2, 130), (2, 131)
#: Datasets of record 2 that are numbers or pictures, not text.
BINARY = frozenset({0, 125, 200, 201, 202})

#: Record 2, as ExifTool writes them.
NAMES = {
    0: "ApplicationRecordVersion",
    3: "ObjectTypeReference",
    4: "ObjectAttributeReference",
    5: "ObjectName",
    7: "EditStatus",
    8: "EditorialUpdate",
    10: "Urgency",
    12: "SubjectReference",
    15: "Category",
    20: "SupplementalCategories",
    22: "FixtureIdentifier",
    25: "Keywords",
    26: "ContentLocationCode",
    27: "ContentLocationName",
    30: "ReleaseDate",
    35: "ReleaseTime",
    37: "ExpirationDate",
    38: "ExpirationTime",
    40: "SpecialInstructions",
    42: "ActionAdvised",
    45: "ReferenceService",
    47: "ReferenceDate",
    50: "ReferenceNumber",
    55: "DateCreated",
    60: "TimeCreated",
    62: "DigitalCreationDate",
    63: "DigitalCreationTime",
    65: "OriginatingProgram",
    70: "ProgramVersion",
    75: "ObjectCycle",
    80: "By-line",
    85: "By-lineTitle",
    90: "City",
    92: "Sub-location",
    95: "Province-State",
    100: "Country-PrimaryLocationCode",
    101: "Country-PrimaryLocationName",
    103: "OriginalTransmissionReference",
    105: "Headline",
    110: "Credit",
    115: "Source",
    116: "CopyrightNotice",
    118: "Contact",
    120: "Caption-Abstract",
    121: "LocalCaption",
    122: "Writer-Editor",
    125: "RasterizedCaption",
    130: "ImageType",
    131: "ImageOrientation",
    135: "LanguageIdentifier",
    184: "JobID",
    185: "MasterDocumentID",
    186: "ShortDocumentID",
    187: "UniqueDocumentID",
    188: "OwnerID",
    200: "ObjectPreviewFileFormat",
    201: "ObjectPreviewFileVersion",
    202: "ObjectPreviewData",
}


@dataclass(frozen=True, slots=True)
class DataSet:
    record: int
    number: int
    data: bytes

    @property
    def key(self) -> tuple[int, int]:
        return self.record, self.number

    @property
    def name(self) -> str:
        known = NAMES.get(self.number) if self.record == 2 else None
        return known or f"{self.record}:{self.number:02d}"

    @property
    def is_text(self) -> bool:
        return self.record == 2 and self.number not in BINARY


def parse(data: bytes) -> tuple[list[DataSet], tuple[str, ...]]:
    """The datasets in order, and a sentence if not all could be read. Never raises."""
    found: list[DataSet] = []
    at = 0
    while data[at : at + 1] == b"\x1c" and len(found) < _MOST_DATASETS:
        size, past = _size(data, at)
        if past + size > len(data) or past > len(data):
            return found, ("The end of IPTC was left out: a dataset is longer than what there is.",)
        found.append(DataSet(data[at + 1], data[at + 2], data[past : past + size]))
        at = past + size
    if data[at:].strip(b"\0"):
        return found, (f"IPTC was left out from byte {at} on: no dataset begins there.",)
    return found, ()


def _size(data: bytes, at: int) -> tuple[int, int]:
    """The length of the dataset at this byte, and where its data begin. A set first bit means a longer length field."""
    short = int.from_bytes(data[at + 3 : at + 5], "big")
    if not short & 0x8000:
        return short, at + 5
    more = short & 0x7FFF
    if more > 8:
        return 1 << 62, at + 5
    return int.from_bytes(data[at + 5 : at + 5 + more], "big"), at + 5 + more


def write(datasets: Iterable[DataSet]) -> bytes:
    """The datasets in the order of their records, as the standard demands, else as given."""
    return b"".join(map(_written, sorted(datasets, key=lambda dataset: dataset.record)))


def _written(dataset: DataSet) -> bytes:
    size = len(dataset.data)
    length = size.to_bytes(2, "big") if size < 0x8000 else b"\x80\x04" + size.to_bytes(4, "big")
    return bytes((_MARKER, dataset.record, dataset.number)) + length + dataset.data


def to_utf8(datasets: list[DataSet]) -> tuple[list[DataSet], bool]:
    """The same with all texts in UTF-8 and the dataset that says so; and whether anything had to be changed."""
    declared = next((dataset.data for dataset in datasets if dataset.key == CHARSET), b"")
    if declared == UTF_8 or all(dataset.data.isascii() for dataset in datasets if dataset.is_text):
        return datasets, False
    charset = "latin-1" if declared in _LATIN else ""
    rest = [
        DataSet(dataset.record, dataset.number, text(dataset, charset).encode()) if dataset.is_text else dataset
        for dataset in datasets
        if dataset.key != CHARSET
    ]
    return [DataSet(*CHARSET, UTF_8), *rest], True


def text(dataset: DataSet, charset: str = "") -> str:
    """The text, as declared; undeclared it is UTF-8 if it can be, else what old programs wrote: Windows's Latin."""
    try:
        return dataset.data.decode(charset or "utf-8")
    except UnicodeDecodeError:
        return dataset.data.decode("cp1252", errors="replace")


def smaller(datasets: list[DataSet], most: int) -> list[DataSet]:
    """Without the longest datasets, so that at most so many bytes are left."""
    left = sum(_HEAD + len(dataset.data) for dataset in datasets)
    dropped: set[int] = set()
    for place in sorted(range(len(datasets)), key=lambda place: len(datasets[place].data), reverse=True):
        if left <= most:
            break
        dropped.add(place)
        left -= _HEAD + len(datasets[place].data)
    return [dataset for place, dataset in enumerate(datasets) if place not in dropped]
