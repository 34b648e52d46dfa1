"""The official validators, against the running service."""

import contextlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw

from tests.journeys.demo import RunningDemo, documents, get_json, query
from tests.media.photograph import photograph

pytestmark = pytest.mark.timeout(240)

#: The name under which the image validator looks for its test image.
IDENTIFIER = "67352ccc-d1b0-11e1-89ae-279075081939"
#: It wants an error for `!2000,3000` of a smaller image; Image API 3.0 §4.2 answers it with the image (DESIGN §12).
KNOWN_EXCEPTIONS: dict[str, set[str]] = {"3.0": {"size_noup"}, "2.0": set()}
#: What it calls level 3, as far as it can test it.
BEYOND = (
    "linkheader_profile",
    "linkheader_canonical",
    "rot_mirror",
    "rot_mirror_180",
    "rot_full_non90",
    "rot_region_non90",
    "format_gif",
    "format_tif",
)
CHECKER = Path(__file__).parents[3] / "shared" / "tools" / "validate_presentation.py"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    folder = tmp_path_factory.mktemp("in")
    _test_image().save(folder / "colours.png")
    (folder / "metadata.csv").write_text(
        "file,identifier,label@en,label@de,rights,Maker,summary@en,attribution\n"
        f"colours.png,{IDENTIFIER},Colours,Farben,https://creativecommons.org/licenses/by/4.0/deed.de,A|B,Squares,Me\n"
    )
    for number in range(3):
        photograph(folder / "Book" / f"{number}.jpg", width=700, height=900, seed=number)
    photograph(folder / "Shelf" / "Volume" / "tiny.png", width=20, height=30)
    (folder / "Shelf" / "Volume" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    running = RunningDemo(tmp_path_factory.mktemp("home"), folder)
    running.ready()
    running.summary()
    yield running
    running.stop()


def _test_image() -> Image.Image:
    """1000 x 1000 pixels, 10 x 10 squares, from the table of colours inside the validator."""
    with contextlib.redirect_stdout(io.StringIO()):  # the package prints while it is imported
        from iiif_validator.validator import ValidationInfo
    image = Image.new("RGB", (1000, 1000))
    pen = ImageDraw.Draw(image)
    for x, column in enumerate(ValidationInfo().colorInfo):
        for y, colour in enumerate(column):
            pen.rectangle([x * 100, y * 100, x * 100 + 99, y * 100 + 99], fill=colour)
    return image


@pytest.mark.parametrize(("version", "prefix", "tests"), [("2.0", "iiif/2", 30), ("3.0", "iiif/3", 33)])
def test_image_api_level_2(demo: RunningDemo, version: str, prefix: str, tests: int) -> None:
    results = _validated(demo, version, prefix, "--level=2")
    assert len(results) == tests
    assert {name for name, result in results.items() if result != "PASS"} == KNOWN_EXCEPTIONS[version]


@pytest.mark.parametrize(("version", "prefix"), [("2.0", "iiif/2"), ("3.0", "iiif/3")])
def test_image_api_beyond_level_2(demo: RunningDemo, version: str, prefix: str) -> None:
    """Those of its level 3 that work at all; WebP, JPEG 2000 and PDF do not, on Python 3."""
    results = _validated(demo, version, prefix, *(f"--test={name}" for name in BEYOND))
    assert results == dict.fromkeys(BEYOND, "PASS")


def _validated(demo: RunningDemo, version: str, prefix: str, *options: str) -> dict[str, str]:
    """The results of the official validator by the names of its tests."""
    command = shutil.which("iiif-validate.py", path=str(Path(sys.executable).parent))
    assert command
    host = urlsplit(demo.ready()).netloc
    ran = subprocess.run(
        [sys.executable, command, "-s", host, "-p", prefix, "-i", IDENTIFIER, f"--version={version}", *options],
        capture_output=True,
        text=True,
        timeout=120,
    )
    print(ran.stdout, ran.stderr)  # shown where something fails
    lines = [line.split() for line in (ran.stdout + ran.stderr).splitlines() if "] test " in line]
    return {line[2]: line[-1] for line in lines}


def test_presentation_documents(demo: RunningDemo, tmp_path: Path) -> None:
    if not CHECKER.exists():
        pytest.skip("the presentation checker is not beside this checkout")
    base = demo.ready()
    files = []
    for manifest in documents(demo.home, base):
        neutral = manifest["id"].replace("/presentation/3/", "/presentation/")
        for number, document in enumerate((manifest, get_json(neutral))):
            file = tmp_path / f"{manifest['id'].split('/')[-2]}-{number}.json"
            file.write_text(json.dumps(document))
            files.append(str(file))
    for collection in _collections(demo, base):
        file = tmp_path / f"collection-{collection['id'].split('/')[-2]}.json"
        file.write_text(json.dumps(collection))
        files.append(str(file))
    ran = subprocess.run([sys.executable, str(CHECKER), "--lint", *files], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(files) == 3 * 2 + 2


def _collections(demo: RunningDemo, base: str) -> Iterator[dict[str, object]]:
    """Every collection, and that each member can be fetched under the id that is listed."""
    names = query(
        demo.home, "SELECT value FROM redirects_identifier n JOIN manifests_collection c ON n.resource = c.id"
    )
    for (name,) in names:
        document = get_json(f"{base}/presentation/3/{name}/collection")
        for member in document["items"]:
            assert get_json(member["id"])["id"] == member["id"]
        yield document
