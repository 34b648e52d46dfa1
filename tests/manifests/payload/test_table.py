"""metadata.csv as spreadsheets write it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifests.build.rules import problems
from manifests.payload.shapes import Row
from manifests.payload.table import read_table
from tests.manifests.build.samples import built, simplest


def row(text: str, name: str = "a.jpg") -> Row:
    """The row of one file, from a table without faults."""
    table = read_table(text.encode(), "metadata.csv")
    assert table.warnings == ()
    return table.rows[name]


def warned(data: bytes) -> list[str]:
    return list(read_table(data, "x/metadata.csv").warnings)


def test_every_column() -> None:
    found = row(
        "file,label,label@de,summary@en,order,rights,attribution,identifier,navdate,Author,Place@en,Place@de\n"
        "a.jpg,View,Ansicht,A view.,3,https://creativecommons.org/licenses/by/4.0/deed.de,Museum,mus:1,1850-03,"
        "Anna | Béla,Vienna,Wien\n"
    )
    assert found.order == "3"
    assert found.identifier == "mus:1"
    assert found.description == {
        "label": {"none": ["View"], "de": ["Ansicht"]},
        "summary": {"en": ["A view."]},
        "metadata": [
            {"label": {"none": ["Author"]}, "value": {"none": ["Anna", "Béla"]}},
            {"label": {"none": ["Place"]}, "value": {"en": ["Vienna"], "de": ["Wien"]}},
        ],
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"none": ["Museum"]}},
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "navDate": "1850-03-01T00:00:00Z",
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_delimiters_marks_and_line_ends(delimiter: str, mark: str, line: str) -> None:
    cells = [["File", "LABEL", "Note"], ["a.jpg", '"One; two, three"', '"two\nlines"'], ["", "", ""]]
    found = row(mark + line.join(delimiter.join(each) for each in cells))
    assert found.description["label"] == {"none": ["One; two, three"]}
    assert found.description["metadata"] == [{"label": {"none": ["Note"]}, "value": {"none": ["two\nlines"]}}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_excels_own_line(delimiter: str) -> None:
    text = f'sep={delimiter}\r\nfile{delimiter}label\r\na.jpg{delimiter}"A, B; C"\r\n'
    assert row(text).description == {"label": {"none": ["A, B; C"]}}


def test_the_folder_itself() -> None:
    for name in ("", ".", "./"):
        assert row(f"file,label\n{name},Letters\n", ".").description == {"label": {"none": ["Letters"]}}


def test_folder_names_may_end_with_a_slash() -> None:
    assert row("file,order\nletters/,1\n", "letters").order == "1"


def test_names_and_texts_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Vögel")
    found = row(f"file,label\n{decomposed}.jpg,{decomposed}\n", "Vögel.jpg")
    assert found.description == {"label": {"none": ["Vögel"]}}


def test_language_tags_are_written_in_one_way() -> None:
    assert row("file,label@DE-ch,label@de-CH\na.jpg,a,b\n").description == {"label": {"de-CH": ["a", "b"]}}


def test_control_characters_and_html() -> None:
    found = row("file,label,Note\na.jpg,A\x07B,<script>x</script>\n")
    assert found.description["label"] == {"none": ["AB"]}
    assert found.description["metadata"][0]["value"] == {"none": ["<script>x</script> "]}


def test_windows_text_is_read_with_a_warning() -> None:
    table = read_table("file;label\na.jpg;„Müller“ – 5 €\n".encode("cp1252"), "metadata.csv")
    assert table.rows["a.jpg"].description == {"label": {"none": ["„Müller“ – 5 €"]}}
    assert "not UTF-8" in table.warnings[0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("file,label\na.jpg,x\n".encode("utf-16"), "not a text file in UTF-8"),
        (b"", "no column"),
        (b"name|label\na.jpg|x\n", "no column"),
        (b"label,order\nx,1\n", "no column"),
        (b'sep="\nfile,label\na.jpg,x\n', "no column"),
        (b'file,label\na.jpg,"' + b"x" * 200_000 + b'"\n', "cannot be read as CSV"),
    ],
)
def test_useless_tables_are_ignored_with_a_reason(data: bytes, sentence: str) -> None:
    table = read_table(data, "x/metadata.csv")
    assert table.rows == {}
    assert len(table.warnings) == 1
    assert table.warnings[0].startswith("x/metadata.csv")
    assert sentence in table.warnings[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,label\na.jpg,x\na.jpg,y\n", "line 3: “a.jpg” was named before"),
        ("file,label\na.jpg,x,y\n", "line 2: It has more cells"),
        ("file,identifier\na.jpg,3/x\n", "line 2: The identifier '3/x' cannot be used"),
        ("file,identifier\na.jpg,x\nb.jpg,x\n", "line 3: The identifier “x” was given before"),
        ("file,label@es-419\na.jpg,x\n", "“label@es-419” names no language"),
        ("file,rights\na.jpg,CC BY\nb.jpg,CC BY\n", "“CC BY” is no address"),
        ("file,navdate\na.jpg,31.3.1850\n", "“31.3.1850” is no date"),
        ("file,navdate\na.jpg,1850-02-30\n", "“1850-02-30” is no date"),
    ],
)
def test_faults_are_named_once_and_the_rest_is_used(text: str, sentence: str) -> None:
    found = warned(text.encode())
    assert len(found) == 1
    assert sentence in found[0]
    assert "a.jpg" in read_table(text.encode(), "metadata.csv").rows


def test_what_is_no_rights_uri_is_kept_for_people() -> None:
    table = read_table(b"file,rights,navdate\na.jpg,CC BY,spring 1850\n", "metadata.csv")
    assert table.rows["a.jpg"].description == {
        "metadata": [
            {"label": {"none": ["Rights"]}, "value": {"none": ["CC BY"]}},
            {"label": {"none": ["Date"]}, "value": {"none": ["spring 1850"]}},
        ]
    }


def test_first_row_of_a_file_counts() -> None:
    assert read_table(b"file,label\na.jpg,x\na.jpg,y\n", "t").rows["a.jpg"].description == {"label": {"none": ["x"]}}


def test_columns_without_title_are_not_used() -> None:
    assert row("file,,label,\na.jpg,1,2,3\n").description == {"label": {"none": ["2"]}}


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_an_error(data: bytes) -> None:
    read_table(data, "metadata.csv")


CELLS = st.lists(st.text(max_size=12), min_size=1, max_size=6)


@settings(deadline=None)
@given(CELLS, CELLS)
def test_whatever_a_table_says_may_be_published(titles: list[str], cells: list[str]) -> None:
    quoted = [
        ",".join('"' + cell.replace('"', '""') + '"' for cell in each) for each in (["file", *titles], ["a", *cells])
    ]
    data = "\n".join(quoted).encode(errors="replace").replace(b"\0", b"")
    for found in read_table(data, "metadata.csv").rows.values():
        manifest = built(simplest())
        assert problems({**manifest, **found.description}) == []
