"""The rules of keeping for IPTC. Pure."""

from images.metadata import iptc
from images.metadata.iptc import DataSet
from images.metadata.names import Names

#: Envelope and application record; the others hold a picture (3, 7, 8, 9) or are nobody's.
_RECORDS = (1, 2)
#: A smaller picture of the source, and how many colours it had.
_OF_THE_FILE = frozenset({(2, 125), (2, 200), (2, 201), (2, 202), iptc.IMAGE_TYPE})


def keep(datasets: list[DataSet], names: Names, turned: bool) -> list[DataSet]:
    """What is kept, with all texts in UTF-8."""
    kept = []
    for dataset in datasets:
        of_the_file = dataset.key in _OF_THE_FILE or (turned and dataset.key == iptc.IMAGE_LAYOUT)
        if dataset.record not in _RECORDS or of_the_file:
            names.drop(f"IPTC {dataset.name}")
        else:
            kept.append(dataset)
    kept, changed = iptc.to_utf8(kept)
    if changed:
        names.correct("IPTC texts (to UTF-8)")
    return kept


def name(made: list[DataSet], names: Names) -> None:
    """Name what is kept."""
    for dataset in made:
        if dataset.record == 2:
            names.keep(f"IPTC {dataset.name}")
