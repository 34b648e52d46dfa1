"""Which manifests and collections a folder makes."""

import unicodedata
from typing import Any

import pytest

from manifests.payload.folder import plan, unused_rows
from manifests.payload.names import TABLE, is_picture
from manifests.payload.shapes import CollectionNode, File, Folder, Listing, ManifestNode, Table
from manifests.payload.table import read_table


def listing(*paths: str) -> Listing:
    """A listing of these pictures and tables; a path ending in / is an empty folder."""
    inside: dict[str, list[str]] = {"": []}
    for path in paths:
        parts = path.split("/")[:-1]
        for depth in range(len(parts)):
            inside.setdefault("/".join(parts[: depth + 1]), [])
        if not path.endswith("/"):
            inside["/".join(parts)].append(path)
    return Listing("Archive", {path: _folder(path, files, list(inside)) for path, files in inside.items()})


def _folder(path: str, files: list[str], folders: list[str]) -> Folder:
    pictures = tuple(File(file, len(file), 7) for file in files if is_picture(file))
    below = tuple(each for each in folders if each and each.rpartition("/")[0] == path)
    table = next((file for file in files if file.endswith(TABLE)), None)
    return Folder(path, pictures, below, table)


def shape(node: CollectionNode | ManifestNode) -> Any:
    """The tree as nested lists: [external id, members or picture paths]."""
    if isinstance(node, ManifestNode):
        return [node.external_id, *(picture.path for picture in node.pictures)]
    return {node.external_id: [shape(member) for member in node.members]}


def made(*paths: str, kinds: dict[str, str] | None = None) -> Any:
    return shape(plan(listing(*paths), {}, kinds or {}))


def find(node: CollectionNode | ManifestNode, external_id: str) -> CollectionNode | ManifestNode:
    found = _search(node, external_id)
    assert found is not None, external_id
    return found


def _search(node: CollectionNode | ManifestNode, external_id: str) -> CollectionNode | ManifestNode | None:
    if node.external_id == external_id:
        return node
    members = node.members if isinstance(node, CollectionNode) else ()
    return next((found for each in members if (found := _search(each, external_id))), None)


def test_every_kind_of_folder() -> None:
    assert made(
        "map.jpg", "book/2.jpg", "book/1.jpg", "box/a/1.jpg", "box/b/1.jpg", "mixed/1.jpg", "mixed/in/1.jpg"
    ) == {
        "/": [
            ["book", "book/1.jpg", "book/2.jpg"],
            {"box/": [["box/a", "box/a/1.jpg"], ["box/b", "box/b/1.jpg"]]},
            ["map.jpg", "map.jpg"],
            {"mixed/": [["mixed", "mixed/1.jpg"], ["mixed/in", "mixed/in/1.jpg"]]},
        ]
    }


def test_folders_without_pictures_are_left_out() -> None:
    assert made("a/", "b/c/", "d/metadata.csv", "e/f/1.jpg", "e/g/") == {"/": [{"e/": [["e/f", "e/f/1.jpg"]]}]}
    assert made() == {"/": []}


def test_own_pictures_come_first_and_the_rest_in_natural_order() -> None:
    assert made("z/10/1.jpg", "z/9/1.jpg", "z/zz.jpg") == {
        "/": [{"z/": [["z", "z/zz.jpg"], ["z/9", "z/9/1.jpg"], ["z/10", "z/10/1.jpg"]]}]
    }


def test_manifest_stays_a_manifest_and_what_lies_below_goes_to_the_collection_above() -> None:
    paths = ("top/book/1.jpg", "top/book/extra/1.jpg", "top/book/more/x/1.jpg", "top/c/1.jpg", "top/book/more/y/1.jpg")
    assert made(*paths, kinds={"top": "collection", "top/book": "manifest"}) == {
        "/": [
            {
                "top/": [
                    ["top/book", "top/book/1.jpg"],
                    ["top/book/extra", "top/book/extra/1.jpg"],
                    {
                        "top/book/more/": [
                            ["top/book/more/x", "top/book/more/x/1.jpg"],
                            ["top/book/more/y", "top/book/more/y/1.jpg"],
                        ]
                    },
                    ["top/c", "top/c/1.jpg"],
                ]
            }
        ]
    }


def test_below_a_manifest_in_a_manifest_too() -> None:
    kinds = {"a": "manifest", "a/b": "manifest"}
    assert made("a/1.jpg", "a/b/1.jpg", "a/b/c/1.jpg", kinds=kinds) == {
        "/": [["a", "a/1.jpg"], ["a/b", "a/b/1.jpg"], ["a/b/c", "a/b/c/1.jpg"]]
    }


def test_manifest_that_lost_its_pictures_is_left_out() -> None:
    assert made("a/b/1.jpg", kinds={"a": "manifest"}) == {"/": [["a/b", "a/b/1.jpg"]]}


def test_collection_stays_a_collection() -> None:
    assert made("a/1.jpg", kinds={"a": "collection"}) == {"/": [{"a/": [["a", "a/1.jpg"]]}]}
    assert made("a/1.jpg", "a/b/1.jpg", kinds={"a": "collection", "a/b": "manifest"}) == {
        "/": [{"a/": [["a", "a/1.jpg"], ["a/b", "a/b/1.jpg"]]}]
    }


def test_external_ids_are_unique() -> None:
    tree = plan(listing("a", "a.jpg", "a/1.jpg", "a/b/1.jpg", "a.jpg2/1.jpg", "b.jpg/1.jpg"), {}, {})
    seen: list[str] = []

    def walk(node: CollectionNode | ManifestNode) -> None:
        seen.append(node.external_id)
        for member in node.members if isinstance(node, CollectionNode) else ():
            walk(member)

    walk(tree)
    assert len(seen) == len(set(seen)) == 7


def test_labels_are_names() -> None:
    decomposed = unicodedata.normalize("NFD", "Vögel_1.old.jpg")
    tree = plan(listing(f"my_box/{decomposed}", "\x01.jpg"), {}, {})
    assert tree.label == {"none": ["Archive"]}
    box = find(tree, "my_box")
    assert isinstance(box, ManifestNode)
    assert box.description == {"label": {"none": ["my_box"]}}
    assert box.pictures[0].label == {"none": ["Vögel_1.old"]}
    assert box.pictures[0].path == f"my_box/{decomposed}"
    assert find(tree, "\x01.jpg").label == {"none": ["?"]}


def tables(**texts: str) -> dict[str, Table]:
    """Tables by folder: `box="file,label\\n…"`; `root` is the root."""
    paths = {folder: TABLE if folder == "root" else f"{folder}/{TABLE}" for folder in texts}
    return {paths[folder]: read_table(text.encode(), paths[folder]) for folder, text in texts.items()}


def test_tables_describe_pictures_and_folders() -> None:
    given = tables(
        root="file,label,identifier,Shelf\n.,The Archive,archive,\nbox,from beside,beside,A 1\nmap.jpg,Map,map-1,M 3\n",
        box="file,label,identifier,rights\n,Box,box-1,http://rightsstatements.org/vocab/InC/1.0/\n1.jpg,Recto,,\n",
    )
    tree = plan(listing("map.jpg", "box/1.jpg", "box/2.jpg", "metadata.csv", "box/metadata.csv"), given, {})
    assert (tree.label, tree.identifier) == ({"none": ["The Archive"]}, "archive")
    box = find(tree, "box")
    assert isinstance(box, ManifestNode)
    assert box.identifier == "box-1"
    assert box.description == {
        "label": {"none": ["Box"]},
        "metadata": [{"label": {"none": ["Shelf"]}, "value": {"none": ["A 1"]}}],
        "rights": "http://rightsstatements.org/vocab/InC/1.0/",
    }
    assert [picture.label for picture in box.pictures] == [{"none": ["Recto"]}, {"none": ["2"]}]


def test_row_of_a_loose_picture_describes_its_manifest() -> None:
    rights = "http://creativecommons.org/publicdomain/zero/1.0/"
    given = tables(root=f"file,label,identifier,rights,Shelf\nmap.jpg,Map,map-1,{rights},M 3\n")
    manifest = find(plan(listing("map.jpg", "metadata.csv"), given, {}), "map.jpg")
    assert isinstance(manifest, ManifestNode)
    assert manifest.identifier == manifest.pictures[0].identifier == "map-1"
    assert list(manifest.description) == ["label", "metadata", "rights"]
    assert manifest.pictures[0].description == {"label": {"none": ["Map"]}, "rights": rights}


@pytest.mark.parametrize(("kind", "holder"), [("collection", "box/"), ("manifest", "box")])
def test_identifier_of_a_folder_goes_to_one_thing_only(kind: str, holder: str) -> None:
    given = tables(box="file,identifier\n.,box-1\n")
    tree = plan(listing("box/1.jpg", "box/in/1.jpg", "box/metadata.csv"), given, {"box": kind})
    assert find(tree, holder).identifier == "box-1"
    other = _search(tree, "box" if holder == "box/" else "box/")
    assert other is None or other.identifier is None


def test_order_of_the_table_wins() -> None:
    given = tables(
        root="file,order\nb,2\nc,10\nmap.jpg,1\n",
        b="file,order\n3.jpg,1\n1.jpg,2\n",
        a="file,order\n.,3\n",
    )
    paths = ("a/1.jpg", "b/1.jpg", "b/2.jpg", "b/3.jpg", "c/1.jpg", "d/1.jpg", "map.jpg")
    assert shape(plan(listing(*paths, *given), given, {})) == {
        "/": [
            ["map.jpg", "map.jpg"],
            ["b", "b/3.jpg", "b/1.jpg", "b/2.jpg"],
            ["a", "a/1.jpg"],
            ["c", "c/1.jpg"],
            ["d", "d/1.jpg"],
        ]
    }


def test_what_lies_below_a_manifest_follows_it_in_the_order_of_the_table() -> None:
    given = tables(root="file,order\nb,1\n")
    found = shape(plan(listing("a/1.jpg", "b/1.jpg", "b/x/1.jpg", "metadata.csv"), given, {"b": "manifest"}))
    assert [each[0] for each in found["/"]] == ["b", "b/x", "a"]


def test_decomposed_file_names_find_their_rows() -> None:
    path = unicodedata.normalize("NFD", "Vögel.jpg")
    given = tables(root="file,label\nVögel.jpg,Birds\n")
    assert find(plan(listing(path, "metadata.csv"), given, {}), path).label == {"none": ["Birds"]}
    assert unused_rows(listing(path, "metadata.csv"), given) == []


def test_rows_that_name_nothing_are_named() -> None:
    given = tables(root="file,label\n.,x\nbox,x\nmap.jpg,x\n", box="file,label\n1.jpg,x\n1.JPG,y\nmap.jpg,z\n")
    found = listing("map.jpg", "box/1.jpg", "metadata.csv", "box/metadata.csv")
    assert [warning.split(" is ")[0] for warning in unused_rows(found, given)] == [
        "box/metadata.csv: “1.JPG”",
        "box/metadata.csv: “map.jpg”",
    ]


def test_same_input_same_tree() -> None:
    paths = ["b/1.jpg", "B/1.jpg", "a/2.jpg", "a/10.jpg", "a/A10.jpg", "c/d/1.jpg", "ä.jpg"]
    assert made(*paths) == made(*reversed(paths))
