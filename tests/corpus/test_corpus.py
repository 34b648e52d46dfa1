"""Every source of the corpus: what comes out is what was sent, and what came out the last time."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from images.conversion.process import ConversionProcess
from tests.corpus import golden
from tests.corpus.catalogue import GROUPS, SOURCES
from tests.corpus.judging import complaints
from tests.corpus.measuring import Master, Outcome, difference, outcome
from tests.corpus.pictures import chart
from tests.corpus.source import Picture, Refusal
from tests.corpus.sources import described


class Corpus:
    """Converts a source when it is first asked for, in one warm child, and knows what is wrong with what came out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = ConversionProcess()
        self._known: dict[str, tuple[Outcome, list[str]]] = {}

    def __getitem__(self, key: str) -> tuple[Outcome, list[str]]:
        source = SOURCES[key]
        if reason := source.missing():
            pytest.skip(reason)
        if key not in self._known:
            made, folder = source.make(), self.folder(key)
            folder.mkdir()
            came = outcome(self._process, source, made, folder)
            self._known[key] = came, complaints(came, made.expected)
        return self._known[key]

    def folder(self, key: str) -> Path:
        return self._folder / key

    def close(self) -> None:
        self._process.close()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    made = Corpus(tmp_path_factory.mktemp("corpus"))
    yield made
    made.close()


@pytest.mark.parametrize("key", SOURCES)
def test_a_source_comes_out_as_it_was_sent_or_is_refused_with_reason(corpus: Corpus, key: str) -> None:
    assert corpus[key][1] == []


@pytest.mark.parametrize("key", SOURCES)
def test_a_source_comes_out_as_it_did_the_last_time(corpus: Corpus, key: str) -> None:
    assert golden.differences(golden.values(corpus[key][0]), golden.read()[key]) == []


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
@pytest.mark.parametrize("key", [source.key for source in described.SOURCES if source.key.startswith("described")])
def test_another_program_reads_the_same_names_and_rights(corpus: Corpus, key: str) -> None:
    came, _ = corpus[key]
    assert came.master
    master = corpus.folder(key) / "master"
    wanted = {tag: text for kind in came.master.metadata for tag, text in described.SAYS[kind].items()}
    command = ["exiftool", "-json", "-G1", "-a", "-m", str(master)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)[0]
    assert {tag: found.get(tag) for tag in wanted} == wanted
    assert not [tag for tag in found if tag.startswith("GPS:") or tag.endswith(":SerialNumber")]
    assert "IFD0:Copyright" not in found  # some image servers make an invalid IIIF value of it


def test_an_xml_bomb_does_not_reach_the_master(corpus: Corpus) -> None:
    assert corpus["hostile.jpg"][0].warnings
    master = (corpus.folder("hostile.jpg") / "master").read_bytes()
    assert b"rdf:RDF" in master
    assert not [word for word in (b"DOCTYPE", b"ENTITY", b"root:", b"&e9;") if word in master]


def test_golden_values_are_of_these_sources_and_no_others() -> None:
    assert list(golden.read()) == list(SOURCES)


def test_the_page_names_every_source() -> None:
    text = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
    assert [key for key, source in SOURCES.items() if f"| {source.name}" not in text] == []
    assert [title for title in GROUPS if f"## {title}" not in text] == []


# ----------------------------------------------------------------------------------------------------- the judge itself
def right() -> tuple[Master, Picture]:
    expected = Picture(chart())
    size = expected.size
    return Master(size, 3, (size,), "sRGB", 1, frozenset(), None, (0.0, 0.0)), expected


def judged(master: Master, expected: Picture) -> list[str]:
    return complaints(Outcome(0, master, found={"pages": 1}), expected)


def test_a_faithful_master_is_not_complained_of() -> None:
    assert judged(*right()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"size": (331, 487)},
        {"channels": 1},
        {"delta_e": (0.9, 1.0)},
        {"delta_e": (0.1, 4.1)},
        {"orientation": 6},
        {"profile": "Adobe RGB (1998)"},
        {"metadata": frozenset({"gps"})},
        {"pixels_per_mm": (1.0, 1.0)},
    ],
    ids=str,
)
def test_everything_that_is_wrong_with_a_master_is_seen(change: dict[str, object]) -> None:
    master, expected = right()
    assert len(judged(replace(master, **change), expected)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["mirrored", "upside down", "four pixels to the left", "six levels too dark"])
def test_the_difference_of_colours_shows_what_an_eye_would_see(wrong: str) -> None:
    made = {
        "mirrored": chart()[:, ::-1],
        "upside down": chart()[::-1],
        "four pixels to the left": np.roll(chart(), -4, 1),
        "six levels too dark": np.maximum(chart().astype(int) - 6, 0).astype(np.uint8),
    }[wrong]
    assert difference(chart(), chart()) == (0, 0)
    assert difference(made, chart())[0] > right()[1].gate[0]


def test_a_refusal_must_have_its_code_and_say_why() -> None:
    expected = Refusal("format_not_supported", "PDF")
    assert complaints(Outcome(0, code="format_not_supported", sentence="The file is a PDF document."), expected) == []
    assert complaints(Outcome(0, code="damaged", sentence="The file is a PDF document."), expected)
    assert complaints(Outcome(0, code="format_not_supported", sentence="No."), expected)
    assert complaints(Outcome(0, right()[0]), expected)


def test_golden_values_may_get_better_and_only_a_little_worse() -> None:
    before = golden.values(Outcome(0, right()[0], found=dict.fromkeys(FOUND), bytes_out=50_000))
    assert golden.differences({**before, "delta_e": [0.09, 0.09], "bytes": 51_000}, before) == []
    assert golden.differences({**before, "delta_e": [0.2, 0.0]}, before)
    assert golden.differences({**before, "bytes": 60_000}, before)
    assert golden.differences({**before, "profile": "another"}, before)
    assert golden.differences({**before, "pixels_per_mm": [1.0, 1.0]}, before)
    assert golden.differences({"refused": "damaged", "sentence": "No."}, before)


FOUND = ("format", "bits", "sample", "orientation", "profile", "pages")
