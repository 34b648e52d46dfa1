"""The rules of the house that can be read off the source."""

import ast
import pkgutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin

from gcis.core.admin import StaffAdmin

ROOT = Path(__file__).parents[1]
APPS = ("gcis", "redirects", "images", "manifests")
#: Where domain models may be saved (DESIGN §2): the transitions of each app.
MAY_SAVE = {
    "gcis/groups.py",
    "gcis/jobs/services.py",
    "gcis/jobs/workers.py",
    "gcis/events/services.py",
    "gcis/tokens/services.py",
    "gcis/upkeep/services.py",
    "redirects/services.py",
    "redirects/hits.py",
    "redirects/upkeep.py",
    "images/services.py",
    "images/curation.py",
    "images/sources.py",
    "images/fixity.py",
    "images/paging.py",
    "images/erasing.py",
    "manifests/services.py",
    "manifests/access.py",
    "manifests/annotating.py",
    "manifests/annotation_rows.py",
    "manifests/members.py",
    "manifests/delivery.py",
    "manifests/dynamic.py",
    "manifests/filling.py",
    "manifests/refreshing.py",
    "manifests/following.py",
    "manifests/importing/annotations.py",
    "manifests/importing/members.py",
    "manifests/importing/rows.py",
    "manifests/ingest.py",
    "manifests/making.py",
    "manifests/mirror/services.py",
    "manifests/publish.py",
    "manifests/outdated.py",
    "manifests/previews.py",
    "manifests/erasing.py",
    "manifests/publications.py",
    "manifests/beside.py",
    "manifests/painting.py",
    "manifests/canvases.py",
    "manifests/fitting.py",
    "manifests/structuring.py",
}
#: Calls that change rows when a manager has them; dictionaries, sets and stores have some of the same names.
ON_MANAGERS = {
    *("update", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
    *("set", "add", "remove", "clear"),
}


def contracts() -> dict[str, dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def saves(source: str) -> list[str]:
    """Calls that would change rows: `.save()` of anything, changes by way of a manager, `row.delete()`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, receiver = node.func.attr, ast.unparse(node.func.value)
            by_manager = name in ON_MANAGERS and (".objects" in receiver or "_set" in receiver)
            row_itself = name == "delete" and not node.args and not node.keywords
            # Pillow's pictures are saved to something; rows to nothing but their table.
            saved = name in ("save", "asave") and not node.args
            if saved or by_manager or row_itself:
                found.append(f"line {node.lineno}: {receiver}.{name}()")
    return found


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("image.save()", True),
        ("image.save(update_fields=['width'])", True),
        ("Image.objects.filter(pk=1).update(width=2)", True),
        ("Image.objects.create(width=2)", True),
        ("_model(claim).objects.filter(pk=1).delete()", True),
        ("Canvas.objects.bulk_create(many)", True),
        ("image.delete()", True),
        ("picture.save(file, 'JPEG')", False),
        ("manifest.painting_set.add(x)", True),
        ("names.update(found)", False),
        ("sha.update(chunk)", False),
        ("store('masters').delete(key)", False),
        ("Image.objects.filter(pk=1).first()", False),
        ("seen.add(name)", False),
    ],
)
def test_the_search_finds_what_saves(source: str, caught: bool) -> None:
    assert bool(saves(source)) is caught


def test_only_services_save_domain_models() -> None:
    found = {}
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if name not in MAY_SAVE and (lines := saves(path.read_text())):
            found[name] = lines
    assert found == {}


def test_every_place_that_may_save_does() -> None:
    assert {name for name in MAY_SAVE if saves((ROOT / name).read_text())} == MAY_SAVE


def led_past(site: type, door: str) -> bool:
    return getattr(site, door) is not getattr(StaffAdmin, door)


def test_staff_change_nothing_past_the_services() -> None:
    ours = {model: site for model, site in admin.site._registry.items() if model.__module__.split(".")[0] in APPS}
    assert ours
    assert {model.__name__ for model, site in ours.items() if not isinstance(site, StaffAdmin)} == set()
    # Where Django would save or delete by itself, StaffAdmin leads to a service or refuses; nobody may lead past it.
    doors = ("save_model", "save_related", "save_formset", "delete_model", "delete_queryset")
    past = {f"{type(site).__name__}.{door}" for site in ours.values() for door in doors if led_past(type(site), door)}
    assert past == set()


def test_who_may_import_whom() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def modules(name: str) -> Iterator[str]:
    """The module, and those below it if it is a package."""
    yield name
    folder = ROOT / name.replace(".", "/")
    if folder.is_dir():
        yield from (found.name for found in pkgutil.walk_packages([str(folder)], f"{name}."))


def test_knowledge_is_pure() -> None:
    """Loaded one after another in a bare process, the pure modules bring no framework along, by whatever way."""
    contract = contracts()["Knowledge is pure: no Django"]
    pure = [
        module for name in contract["source_modules"] for module in modules(name) if not module.endswith("__main__")
    ]
    assert len(pure) > len(contract["source_modules"]) > 10
    script = (
        "import importlib, sys\n"
        "for name in sys.argv[2:]:\n"
        "    importlib.import_module(name)\n"
        "    found = set(sys.argv[1].split(',')) & set(sys.modules)\n"
        "    assert not found, f'{name} loads {found}'\n"
    )
    forbidden = ",".join(contract["forbidden_modules"])
    done = subprocess.run(
        [sys.executable, "-c", script, forbidden, *pure], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
