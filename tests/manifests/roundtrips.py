"""Documents in, and out again: what is published of an import beside what was imported."""

from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from manifests import importing
from manifests.importing import Outcome, Request
from manifests.models import AnnotationPage
from manifests.publications import read_document
from tests.manifests.records import document as published_document
from tests.work import run_due

#: Where the examples of the IIIF cookbook lie, and the official schema; the project does not distribute them.
SHARED = Path(__file__).parents[3] / "shared" / "data"
COOKBOOK, SECOND, SCHEMA = SHARED / "cookbook", SHARED / "presentation-2.1" / "good", SHARED / "schema"
CONTEXT = "http://iiif.io/api/presentation/3/context.json"


def cookbook(*types: str) -> list[Any]:
    """The documents of these types in the cookbook, as parameters of a test."""
    if not COOKBOOK.is_dir():
        return [pytest.param(None, id="cookbook", marks=pytest.mark.skip("../shared/data/cookbook is not here"))]
    found = ((path, orjson.loads(path.read_bytes())) for path in sorted(COOKBOOK.glob("*.json")))
    return [pytest.param(path, id=path.stem) for path, document in found if document.get("type") in types]


def cookbook_pages() -> list[Any]:
    """Annotation pages of the cookbook, each with the manifest that it belongs to."""
    if not COOKBOOK.is_dir():
        return [pytest.param(None, None, id="pages", marks=pytest.mark.skip("../shared/data/cookbook is not here"))]
    pages = (path for path in sorted(COOKBOOK.glob("*__*.json")) if b'"AnnotationPage"' in path.read_bytes()[:2000])
    found = ((COOKBOOK / f"{path.name.partition('__')[0]}.json", path) for path in pages)
    return [
        pytest.param(manifest, path, id=path.stem)
        for manifest, path in found
        if manifest.is_file()
        and orjson.loads(path.read_bytes())["type"] == "AnnotationPage"
        and _is_about(path, manifest)
    ]


def _is_about(page: Path, manifest: Path) -> bool:
    """One recipe has a page about canvases of a manifest that is nowhere."""
    canvases = [canvas["id"] for canvas in orjson.loads(manifest.read_bytes())["items"]]
    return any(f'"{canvas}' in page.read_text() for canvas in canvases)


def second() -> list[Any]:
    """The Presentation 2.1 fixtures that the official reader accepts, as parameters of a test."""
    if not SECOND.is_dir():
        return [
            pytest.param(None, id="fixtures", marks=pytest.mark.skip("../shared/data/presentation-2.1 is not here"))
        ]
    # 65 is refused by the official reader itself: it starts with a canvas that is not in it.
    return [pytest.param(path, id=path.stem) for path in sorted(SECOND.glob("*.json")) if path.stem != "65"]


def bring(document: Any, ids: str = "keep", **options: Any) -> Outcome:
    return importing.bring(document, Request(ids=ids, **options), actor="test")


def published(outcome: Outcome, form: str = "3") -> Any:
    """What is published of it, after everything that is due."""
    run_due()
    return published_document(outcome.record, form)


def published_page(outcome: Outcome, name: str) -> Any:
    """The document of the annotation page that was imported under this id."""
    run_due()
    page = AnnotationPage.objects.get(external_id=name)
    owner: UUID = page.manifest_id or page.collection_id  # type: ignore[assignment]
    return orjson.loads(read_document(owner, page.documents["3"]))


def rewritten(original: Any, made: Any, *others: tuple[Any, Any]) -> Any:
    """The original with those ids that the other has in the same places, everywhere; also of other such pairs."""
    ids: dict[str, str] = {}
    for one, other in ((original, made), *others):
        _pair(one, other, ids)

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: change(each) for name, each in value.items()}
        if isinstance(value, list):
            return [change(each) for each in value]
        if isinstance(value, str):
            bare, mark, fragment = value.partition("#")
            return ids.get(value) or (f"{ids[bare]}{mark}{fragment}" if bare in ids else value)
        return value

    return change(original)


def _pair(original: Any, made: Any, ids: dict[str, str]) -> None:
    """Resources in the same places are the same, whatever they are called."""
    if isinstance(original, list) and isinstance(made, list):
        for one, other in zip(original, made, strict=False):
            _pair(one, other, ids)
    elif isinstance(original, dict) and isinstance(made, dict):
        name, called = original.get("id"), made.get("id")
        if _is_named(original) and isinstance(name, str) and isinstance(called, str):
            ids[name] = called
        for key in original:
            _pair(original[key], made.get(key), ids)


def _is_named(resource: Any) -> bool:
    """Whether it is told of here, not only referred to."""
    names = {"Manifest": "items", "Collection": "items", "Canvas": "items", "Range": "items", "AnnotationPage": "items"}
    return resource.get("type") == "Annotation" or names.get(str(resource.get("type"))) in resource


def plain(document: Any) -> Any:
    """Without what is said in one of two ways that mean the same: a list of one @context, of one motivation."""
    if isinstance(document, list):
        return [plain(each) for each in document]
    if not isinstance(document, dict):
        return document
    found = {name: plain(value) for name, value in document.items()}
    for name in ("@context", "motivation"):
        value = found.get(name)
        if isinstance(value, list) and len(value) == 1:
            found[name] = value[0]
    return found


def second_plain(made: Any, original: Any) -> Any:
    """A 2.1 document without what is ours in it, beside the original: its own @id; ids of what had none; the context of
    a selector, which 2.1 wants there; the order of languages, which PostgreSQL keeps in an order of its own.
    """
    if isinstance(made, list) and isinstance(original, list):
        if all(isinstance(each, dict) and "@language" in each for each in (*made, *original)):
            places = [each["@language"] for each in original]
            made = sorted(made, key=lambda each: places.index(each["@language"]))
        return [second_plain(one, other) for one, other in zip(made, original, strict=True)]
    if not isinstance(made, dict) or not isinstance(original, dict):
        return made
    ours = {"@id", "@context"} - original.keys()
    found = {name: second_plain(each, original.get(name)) for name, each in made.items() if name not in ours}
    return {**found, "@id": original["@id"]} if made.get("@type") in ("sc:Manifest", "sc:Collection") else found
