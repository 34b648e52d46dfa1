"""Hidden names, pictures, natural order."""

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifests.payload.names import is_hidden, is_picture, place


def in_order(*names: str, folder: bool = False) -> list[str]:
    return sorted(names, key=lambda name: place(name, "", folder=folder))


@pytest.mark.parametrize(
    "expected",
    [
        ["img1.jpg", "img2.jpg", "img10.jpg"],
        ["IMG_1.JPG", "img_2.jpg", "Img_03.jpg", "img_4.jpg"],
        ["img.jpg", "img1.jpg"],
        ["Apfel.jpg", "Äpfel.jpg", "Birne.jpg", "öl.jpg", "Zebra.jpg"],
        ["a1b2.jpg", "a1b10.jpg", "a2b1.jpg"],
        ["1r.tif", "1v.tif", "2r.tif", "10r.tif"],
        ["x.jpg", "x.tif"],
        ["007.jpg", "7.jpg", "08.jpg"],
        [f"p{'9' * 5000}.jpg", f"p1{'0' * 5000}.jpg"],
    ],
)
def test_natural_order(expected: list[str]) -> None:
    assert in_order(*reversed(expected)) == expected


def test_folders_have_no_extension() -> None:
    assert in_order("vol.10", "vol.9", "vol.1", folder=True) == ["vol.1", "vol.9", "vol.10"]


def test_composed_and_decomposed_names_stand_together() -> None:
    decomposed = unicodedata.normalize("NFD", "Ä2.jpg")
    assert in_order("Ä10.jpg", decomposed, "Ä1.jpg") == ["Ä1.jpg", decomposed, "Ä10.jpg"]


def test_given_order_comes_first() -> None:
    orders = {"d.jpg": "1", "c.jpg": "2", "b.jpg": "10", "a.jpg": ""}
    assert sorted(orders, key=lambda name: place(name, orders[name], folder=False)) == [
        "d.jpg",
        "c.jpg",
        "b.jpg",
        "a.jpg",
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1), st.sampled_from(["", "1", "x", "2a"])), unique_by=lambda each: each[0]))
def test_order_is_the_same_wherever_one_starts(names: list[tuple[str, str]]) -> None:
    def ordered(given: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return sorted(given, key=lambda each: place(*each, folder=False))

    assert ordered(names) == ordered(names[::-1])
    keys = [place(*each, folder=False) for each in names]
    assert all(one != other for one, other in itertools.combinations(keys, 2))


@pytest.mark.parametrize(
    "name",
    [
        *(".hidden.jpg", "._a.jpg", ".DS_Store", "Thumbs.db", "thumbs.db", "desktop.ini", "__MACOSX", "@eaDir"),
        *("Icon\r", "a.jpg.part", "a.jpg.tmp", "a.jpg.crdownload", "a.jpg~", "~$table.xlsx", "lost+found"),
    ],
)
def test_hidden(name: str) -> None:
    assert is_hidden(name)


@pytest.mark.parametrize("name", ["a.jpg", "Thumbs", "template.tmp.jpg", "partial.jpg", "notes.txt"])
def test_not_hidden(name: str) -> None:
    assert not is_hidden(name)


@pytest.mark.parametrize("name", ["a.jpg", "A.JPEG", "a.b.tiff", "x.png", "x.webp", "x.heic", "x.nef", "x.jp2"])
def test_picture(name: str) -> None:
    assert is_picture(name)


@pytest.mark.parametrize("name", ["a", "jpg", "a.txt", "a.jpg.xml", "a.pdf", "a.", "a.mp4"])
def test_no_picture(name: str) -> None:
    assert not is_picture(name)
