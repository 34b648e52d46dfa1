"""All sources of the corpus, in the order of the table."""

from tests.corpus.source import Source
from tests.corpus.sources import (
    described,
    jpeg2000,
    jpegs,
    orientations,
    png,
    profiled,
    refused,
    sizes,
    tiff_colours,
    tiff_depths,
    tiff_layouts,
    tiff_pages,
    web,
)

GROUPS: dict[str, tuple[Source, ...]] = {
    module.TITLE: module.SOURCES
    for module in (
        tiff_depths,
        tiff_colours,
        tiff_layouts,
        tiff_pages,
        jpegs,
        png,
        web,
        jpeg2000,
        orientations,
        profiled,
        described,
        sizes,
        refused,
    )
}
SOURCES: dict[str, Source] = {source.key: source for group in GROUPS.values() for source in group}
