"""Where documents lie in a mirror."""

import pytest

from gcis.core.errors import SourceFault
from gcis.core.ids import check_identifier
from manifests.mirror.layout import FORMS, SECONDS, files


def test_the_raw_encoded_name_lies_in_a_folder_of_its_last_two_characters() -> None:
    paths = [file.path for file in files("manifest", "ark:/1/bü", ("3",))]
    assert paths == [f"3/manifest/BC/ark:%2F1%2Fb%C3%BC.json{suffix}" for suffix in (".br", ".gz", "")]
    assert [file.path for file in files("collection", "a", ("2n",))][-1] == "2n/collection/a/a.json"


@pytest.mark.parametrize("name", ["..", "a..", "x/..", "."])
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    assert list(files("manifest", name)) == []


def test_of_the_longest_name_there_is_a_file() -> None:
    name = "é" * 33 + "ab"
    check_identifier(name)
    with pytest.raises(SourceFault):
        check_identifier(name + "é")
    assert all(len(part) <= 255 for file in files("manifest", name) for part in file.path.split("/"))


def test_no_two_files_of_one_address_have_the_same_time() -> None:
    for forms in (("3n", "2n"), ("3", "2")):
        times = [file.modified(slot) for slot in (7, 8) for file in files("manifest", "book", forms)]
        assert len(times) == len(set(times)) == 12
        assert max(times) - 8 * SECONDS < SECONDS
    assert set(FORMS) == {"3", "3n", "2", "2n"}
