import pytest

from gcis.core.errors import SourceFault
from gcis.core.ids import check_identifier, encode


@pytest.mark.parametrize(
    "identifier", ["ms-1", "ark:/12148/btv1b", "Größe 1", "a;3", "a+b", "x" * 200, "manifesto", "info.jsonx", "20/1"]
)
def test_identifiers_that_can_be_addresses(identifier: str) -> None:
    assert check_identifier(identifier) == identifier


NEVER = ["/a", "a//b", "a/", ".", "a/../b", "2", "3", "2/x", "3/x", "a/manifest", "info.json", "canvas/1"]
NEVER += ["", "a\x00b", "a\r\nb", "a\u2028b", "a\u202eb", "e\u0301", "x" * 201, "ü" * 34]


@pytest.mark.parametrize("identifier", NEVER)
def test_identifiers_that_can_never_be_addresses(identifier: str) -> None:
    with pytest.raises(SourceFault) as fault:
        check_identifier(identifier)
    assert fault.value.code == "identifier"


def test_identifiers_are_emitted_encoded() -> None:
    assert encode("ark:/1/x y?#[]@%ü") == "ark:%2F1%2Fx%20y%3F%23%5B%5D%40%25%C3%BC"
