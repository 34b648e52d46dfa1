"""Pictures that machines and people send: as files, as addresses, as words; again, at once, and wrongly."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault, Unavailable
from gcis.jobs.models import Job
from images import addresses, curation, deliveries, services, sources
from images.conversion import pipeline
from images.deliveries import Delivery, Outcome
from images.models import Image, Source
from images.services import SourceFile
from redirects import services as names
from tests.media.photograph import photograph
from tests.work import (
    a_file,
    a_source,
    convert,
    everything,
    fail,
    fresh,
    happened,
    run_due,
    source_bytes,
    statements,
    writes,
)

pytestmark = pytest.mark.django_db(transaction=True)

BY = "http://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def dam() -> Source:
    return sources.put_system("dam", "The DAM", actor="test")[0]


@pytest.fixture
def sender(tmp_path: Path, dam: Source) -> "Sender":
    return Sender(tmp_path / "sent", dam)


class Sender:
    """A system that sends pictures; every file that it sends is a new one on disk."""

    def __init__(self, folder: Path, source: Source) -> None:
        self.folder, self.source = folder, source
        self.count = 0
        folder.mkdir()

    def file(self, text: str) -> Path:
        self.count += 1
        path = self.folder / f"{self.count}.upload"
        path.write_text(text)
        return path

    def put(self, key: str, text: str = "", **said: Any) -> Outcome:
        file = self.file(text) if text else None
        said.setdefault("name", f"{key}.tif" if text else "")
        return deliveries.put(self.source, key, Delivery(file=file, **said), actor="token dam")

    def refused(self, code: str, key: str, text: str = "", **said: Any) -> None:
        """It is refused, and nothing is left behind: no row, no bytes."""
        before = everything(), kept()
        with pytest.raises(SourceFault) as refusal:
            self.put(key, text, **said)
        assert (refusal.value.code, everything(), kept()) == (code, *before)
        assert store("sources").sweep(0) == 0

    def image(self, key: str = "1") -> Image:
        return Image.objects.get(source=self.source, external_id=key)


def kept() -> dict[str, str]:
    """What the store of sources holds."""
    return {key: store("sources").read(key).decode("latin-1") for key in store("sources").keys()}  # noqa: SIM118


def live(image: Image) -> int:
    return Job.objects.filter(subject=image.pk, state__in=Job.LIVE).count()


def called(image: Image) -> str:
    return names.current([image.pk])[image.pk]


# ---------------------------------------------------------------------------------------------------- one after another
def test_a_picture_is_created_replaced_updated_and_left_alone(sender: Sender) -> None:
    made = sender.put("1", "bytes", identifier="map", rights=BY, recipe="fidelity")
    image = sender.image()
    assert made == Outcome(image.pk, "created")
    assert (image.file_name, image.size, image.rights_source, image.recipe) == ("1.tif", 5, BY, "fidelity")
    assert (called(image), live(image), image.digest) == ("map", 1, hashlib.sha256(b"bytes").hexdigest())
    assert happened(image.pk) == ["image.registered", "image.wanted"]
    assert sender.put("1", "bytes") == Outcome(image.pk, "unchanged")
    assert sender.put("1", "newer bytes") == Outcome(image.pk, "replaced")
    assert sender.put("1", "newer bytes", rights="") == Outcome(image.pk, "updated")
    assert sender.put("1", recipe="") == Outcome(image.pk, "updated")
    again = sender.image()
    assert (again.wanted, again.rights_source, again.recipe, live(again)) == (2, "", "", 1)
    assert source_bytes(again) == b"newer bytes"


def test_the_bytes_lie_under_the_pictures_own_key_and_are_taken_away(sender: Sender) -> None:
    sender.put("1", "bytes")
    image = sender.image()
    ((key, text),) = kept().items()
    assert (key, text) == (image.copy_key, "bytes")
    assert key.startswith(addresses.source_key(image.pk, image.digest))
    sender.put("1", "bytes")
    assert (len(kept()), list(sender.folder.iterdir())) == (1, [])


def test_the_same_again_writes_nothing(sender: Sender) -> None:
    said = {"identifier": "map", "rights": BY, "recipe": "fidelity"}
    sender.put("1", "bytes", **said)
    before = everything(), kept()
    with statements() as sent:
        assert sender.put("1", "bytes", **said).what == "unchanged"
    assert (writes(sent), (everything(), kept())) == ([], before)


def test_what_is_sent_with_nothing_is_expected_until_it_is_sent(sender: Sender) -> None:
    assert sender.put("box/1.tif").what == "created"
    image = sender.image("box/1.tif")
    assert (image.file_name, image.state, image.wanted, live(image)) == ("1.tif", "registered", 0, 0)
    assert services.unfinished([image.pk]) == 1
    assert services.waiting() == 0
    assert sender.put("box/1.tif").what == "unchanged"
    assert sender.put("box/1.tif", "bytes") == Outcome(image.pk, "created")
    assert live(sender.image("box/1.tif")) == 1
    convert(image.pk)
    assert services.unfinished([image.pk]) == 0


def test_one_key_is_one_picture_in_each_source(sender: Sender) -> None:
    other = sources.put_system("other", "Another", actor="test")[0]
    sender.put("1", "bytes")
    assert deliveries.put(other, "1", Delivery(sender.file("bytes")), actor="test").what == "created"
    assert Image.objects.count() == len(kept()) == 2


def test_pictures_are_found_by_their_keys_in_one_query(sender: Sender) -> None:
    for key in ("1", "2", "3"):
        sender.put(key)
    with statements() as sent:
        assert set(deliveries.find_all(sender.source, ["1", "3", "4"])) == {"1", "3"}
    assert len(sent) == 1


# ---------------------------------------------------------------------------------------------------------------- names
def test_a_name_that_the_picture_has_or_had_says_nothing_new(sender: Sender) -> None:
    sender.put("1", "bytes", identifier="map")
    image = sender.image()
    curation.rename(image.pk, "plan", actor="admin jane")
    before = everything()
    for name in ("map", "plan"):
        assert sender.put("1", "bytes", identifier=name).what == "unchanged"
    assert everything() == before
    assert sender.put("1", identifier="chart").what == "updated"
    assert (called(image), names.history(image.pk)[0].reason) == ("chart", "sent by The DAM")


def test_peoples_word_on_rights_is_not_overwritten(sender: Sender) -> None:
    sender.put("1", "bytes", rights=BY)
    image = sender.image()
    curation.describe(image.pk, actor="admin jane", rights="http://rightsstatements.org/vocab/InC/1.0/")
    sender.put("1", rights="")
    assert services.facts([image.pk])[image.pk].rights.endswith("/InC/1.0/")


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\1.tif", "1.tif"),
        ("a\0b\u202e.tif", "ab.tif"),
        ("Ku\u0308ste.tif", "K\u00fcste.tif"),
        ("x" * 400 + ".tif", "x" * 296 + ".tif"),
        ("", "picture"),
        ("///", "picture"),
    ],
)
def test_file_names_are_for_people(sender: Sender, said: str, stored: str) -> None:
    sender.put("1", "bytes", name=said)
    assert sender.image().file_name == stored
    image = deliveries.upload(Delivery(sender.file("other"), said), actor="admin jane")
    assert fresh(image).file_name == stored


# ------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("recipe", {"recipe": "secret"}),
        ("rights", {"rights": "x" * 301}),
        ("rights", {"rights": "http://x\0"}),
        ("identifier", {"identifier": "2/x"}),
        ("identifier", {"identifier": "\ud800"}),
        ("identifier_taken", {"identifier": "taken", "rights": BY, "recipe": "fidelity"}),
        ("url_refused", {"url": "file:///etc/passwd"}),
        ("url_refused", {"url": "http://127.0.0.1/1.tif"}),
        ("url_refused", {"url": "https://dam.example.org/\0"}),
    ],
)
def test_what_cannot_be_used_leaves_nothing(sender: Sender, code: str, said: dict[str, str], known: bool) -> None:
    sender.put("other", "other", identifier="taken")
    if known:
        sender.put("1", "bytes")
    sender.refused(code, "1", "newer bytes", **said)


@pytest.mark.parametrize("key", ["", "x" * 1001, "a\nb", "a\0b", "a\ud800b", "\x85"])
def test_keys_that_nobody_can_keep_are_refused(sender: Sender, key: str) -> None:
    sender.refused("external_id", key, "bytes")


def test_a_key_may_be_long_and_strange(sender: Sender) -> None:
    key = "Ä/../" + "x" * 995
    sender.put(key, "bytes")
    assert sender.put(key, "bytes").what == "unchanged"


def test_what_is_withdrawn_takes_nothing(sender: Sender) -> None:
    sender.put("1", "bytes")
    curation.withdraw(sender.image().pk, actor="admin jane", reason="rights")
    sender.refused("withdrawn", "1", "newer bytes")
    sender.refused("withdrawn", "1", rights=BY)
    curation.restore(sender.image().pk, actor="admin jane")
    assert sender.put("1", "newer bytes").what == "replaced"


# ----------------------------------------------------------------------------------------------------- people's uploads
def test_people_upload_and_replace(sender: Sender) -> None:
    one = deliveries.upload(Delivery(sender.file("one"), "map.tif"), actor="admin jane")
    two = deliveries.upload(Delivery(sender.file("one"), "map.tif"), actor="admin jane")
    assert one != two, "equal files of people are two pictures"
    assert {fresh(image).source for image in (one, two)} == {sources.uploads()}
    convert(one)
    done = deliveries.replace(one, Delivery(sender.file("better"), "map 2.tif"), actor="admin joe")
    assert (done, fresh(one).file_name, fresh(one).replacement) == (Outcome(one, "replaced"), "map 2.tif", "pending")


def test_pictures_of_machines_are_replaced_by_machines(sender: Sender) -> None:
    sender.put("1", "bytes")
    with pytest.raises(SourceFault) as refusal:
        deliveries.replace(sender.image().pk, Delivery(sender.file("other")), actor="admin jane")
    assert (refusal.value.code, len(kept())) == ("source_kind", 1)
    assert "The DAM" in refusal.value.sentence


# -------------------------------------------------------------------------------------------------------------- sources
def test_a_system_is_known_by_its_slug() -> None:
    made, changed = sources.put_system("dam", "The DAM", actor="token root")
    assert (changed, happened(made.pk)) == (True, ["source.created"])
    before = everything()
    assert sources.put_system("dam", "The DAM", actor="token root") == (made, False)
    assert everything() == before
    renamed, changed = sources.put_system("dam", "Our DAM", actor="token root")
    assert (renamed.pk, renamed.name, changed) == (made.pk, "Our DAM", True)
    assert happened(made.pk) == ["source.created", "source.renamed"]
    assert sources.find("dam") == renamed
    assert sources.find("nobody") is None


@pytest.mark.parametrize(
    ("slug", "name", "code"),
    [
        ("uploads", "Uploads", "source_kind"),
        ("folder", "Folder", "source_kind"),
        ("", "x", "source_slug"),
        ("a/b", "x", "source_slug"),
        ("-a", "x", "source_slug"),
        ("\u00e4", "x", "source_slug"),
        ("x" * 61, "x", "source_slug"),
        ("dam", " ", "source_name"),
        ("dam", "x" * 301, "source_name"),
        ("dam", "a\0b", "source_name"),
    ],
)
def test_a_source_that_cannot_be(slug: str, name: str, code: str) -> None:
    Source.objects.create(slug="folder", kind=Source.Kind.FOLDER, name="Folder")
    before = everything()
    with pytest.raises(SourceFault) as refusal:
        sources.put_system(slug, name, actor="test")
    assert (refusal.value.code, everything()) == (code, before)


# -------------------------------------------------------------------------------------------------------------- at once
def at_once(threads: int, *tasks: Callable[[], Outcome]) -> list[Outcome | str]:
    """Done by so many threads; what each returned, or the code of its refusal."""
    gate = threading.Barrier(threads)
    begun = threading.local()

    def run(task: Callable[[], Outcome]) -> Outcome | str:
        if not hasattr(begun, "once"):
            begun.once = True
            gate.wait()
        try:
            return task()
        except (SourceFault, Unavailable) as fault:
            return fault.code
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.parametrize("known", [False, True])
def test_the_same_file_sent_twenty_times_at_once_is_one_picture(sender: Sender, known: bool) -> None:
    if known:
        sender.put("1", "older bytes")
    files = [Delivery(sender.file("bytes"), "1.tif") for _ in range(20)]
    done = at_once(8, *(partial(deliveries.put, sender.source, "1", file, actor="test") for file in files))
    image = sender.image()
    what = [each.what for each in done if isinstance(each, Outcome)]
    assert sorted(what) == ["replaced" if known else "created", *["unchanged"] * 19]
    assert {each.image for each in done if isinstance(each, Outcome)} == {image.pk}
    assert (image.wanted, live(image)) == (1 + known, 1)
    assert sorted(kept().values()) == sorted(["bytes", *["older bytes"] * known])
    assert source_bytes(image) == b"bytes"


def test_of_different_files_sent_at_once_the_last_one_counts_and_can_be_read(sender: Sender) -> None:
    sent = [f"bytes {number % 2}" for number in range(80)]
    tasks = [partial(deliveries.put, sender.source, "1", Delivery(sender.file(text)), actor="test") for text in sent]
    done = at_once(8, *tasks)
    assert all(isinstance(each, Outcome) for each in done)
    image = sender.image()
    assert (Image.objects.count(), live(image)) == (1, 1)
    assert hashlib.sha256(source_bytes(image)).hexdigest() == image.digest


def test_good_and_bad_deliveries_of_the_same_bytes_at_once_lose_nothing(sender: Sender) -> None:
    """Who is refused removes what he brought, but not what another relies on."""
    sender.put("other", "other", identifier="taken")
    for text in map(str, range(6)):
        bad = [Delivery(sender.file(text), identifier="taken") for _ in range(4)]
        good = [Delivery(sender.file(text)) for _ in range(4)]
        mixed = [each for pair in zip(bad, good, strict=True) for each in pair]
        done = at_once(8, *(partial(deliveries.put, sender.source, "1", file, actor="test") for file in mixed))
        assert {each for each in done if isinstance(each, str)} == {"identifier_taken"}
        image = sender.image()
        assert source_bytes(image)
        assert hashlib.sha256(source_bytes(image)).hexdigest() == image.digest


def test_a_system_made_by_many_at_once_is_one() -> None:
    def make() -> Outcome:
        made, _ = sources.put_system("dam", "The DAM", actor="test")
        return Outcome(made.pk, "")

    done = at_once(8, *[make] * 8)
    assert len({each.image for each in done if isinstance(each, Outcome)}) == Source.objects.count() == 1


# ---------------------------------------------------------------------------------------------- addresses to fetch from
class Web(ThreadingHTTPServer):
    """A server with pictures; `files` by path, and how often each was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Answer(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        data = self.server.files.get(self.path)
        self.send_response(200 if data is not None else 404)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web(settings: Settings, tmp_path: Path) -> Iterator[Web]:
    with Web() as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        settings.GCIS_FETCH_PRIVATE = True
        settings.GCIS_FETCH_HOSTS = [f"127.0.0.1:{server.server_address[1]}"]
        for number, name in enumerate(("/1.jpg", "/2.jpg")):
            path = photograph(tmp_path / "web" / name[1:], width=300 + number * 20, height=200, seed=number)
            server.files[name] = path.read_bytes()
        yield server
        server.shutdown()
        serving.join()


@pytest.fixture
def child() -> Iterator[None]:
    """The conversion child of this thread ends with the test."""
    yield
    if hasattr(pipeline._warm, "process"):
        pipeline._warm.process.close()
        del pipeline._warm.process


def converted() -> list[str]:
    return [job.state for job in run_due(services.CONVERT)]


@pytest.mark.usefixtures("child")
def test_a_picture_given_as_an_address_is_fetched_by_its_conversion_and_kept(sender: Sender, web: Web) -> None:
    assert sender.put("1", url=web.url("/1.jpg")).what == "created"
    image = sender.image()
    assert (web.asked, image.digest, image.file_name, kept()) == ([], "", "1.jpg", {})
    assert converted() == ["succeeded"]
    image = sender.image()
    data = web.files["/1.jpg"]
    assert (image.width, image.digest, image.size) == (300, hashlib.sha256(data).hexdigest(), len(data))
    assert kept() == {addresses.source_key(image.pk, image.digest): data.decode("latin-1")}
    assert sender.put("1", url=web.url("/1.jpg")).what == "unchanged"
    services.convert_again(image.pk, actor="test")
    web.files.clear()
    assert converted() == ["succeeded"], "what was kept is converted again, wherever it came from"
    assert web.asked == ["/1.jpg"]


@pytest.mark.usefixtures("child")
def test_another_address_replaces_a_picture_and_a_file_an_address(sender: Sender, web: Web) -> None:
    sender.put("1", url=web.url("/1.jpg"))
    converted()
    first = sender.image().digest
    assert sender.put("1", url=web.url("/2.jpg")).what == "replaced"
    assert (sender.image().replacement, sender.image().digest) == ("pending", "")
    assert converted() == ["succeeded"]
    image = sender.image()
    assert (image.width, web.asked) == (320, ["/1.jpg", "/2.jpg"])
    assert source_bytes(image) == web.files["/2.jpg"]
    path = sender.folder / "by hand"
    path.write_bytes(web.files["/1.jpg"])
    done = deliveries.put(sender.source, "1", Delivery(path, "1.jpg"), actor="test")
    assert (done.what, converted(), sender.image().width) == ("replaced", ["succeeded"], 300)
    assert (sender.image().url, sender.image().digest, len(web.asked)) == ("", first, 2)


@pytest.mark.usefixtures("child")
def test_the_bytes_that_were_fetched_sent_as_a_file_are_nothing_new(sender: Sender, web: Web) -> None:
    sender.put("1", url=web.url("/1.jpg"))
    converted()
    path = sender.folder / "the same"
    path.write_bytes(web.files["/1.jpg"])
    before = kept()
    assert deliveries.put(sender.source, "1", Delivery(path, "1.jpg"), actor="test").what == "unchanged"
    assert (kept(), live(sender.image())) == (before, 0)


def test_an_address_without_a_file_says_so_and_the_picture_before_goes_on(sender: Sender, web: Web) -> None:
    sender.put("1", "bytes")
    convert(sender.image().pk)
    sender.put("1", url=web.url("/nowhere.jpg"))
    assert converted() == ["failed"]
    image = sender.image()
    assert (image.state, image.replacement, image.error_code) == ("ready", "failed", "url_not_found")


def test_an_expected_picture_may_come_by_address(sender: Sender, web: Web) -> None:
    sender.put("1")
    assert sender.put("1", url=web.url("/1.jpg")).what == "created"
    assert live(sender.image()) == 1


def test_names_in_addresses_are_cleaned(sender: Sender, web: Web) -> None:
    sender.put("1", url=web.url("/a%00%2F..%2Fb%C3%A4r.jpg?x=/y"))
    assert sender.image().file_name == "b\u00e4r.jpg"


# ---------------------------------------------------------------------------------------------------- what was promised
def test_without_bytes_nothing_of_this_host_is_read(sender: Sender) -> None:
    """A key of another system is no path, whatever it looks like."""
    image = services.register(sender.source, "/etc/hostname", SourceFile("x"), actor="test")
    assert converted() == ["failed"]
    assert (fresh(image.pk).error_code, fresh(image.pk).state) == ("not_sent", "failed")


def test_a_folders_picture_is_still_read_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "x.tif").write_text("not a picture")
    image = services.register(a_source(str(tmp_path)), "x.tif", a_file(), actor="test")
    assert services.source_path(fresh(image.pk)) == tmp_path / "x.tif"
    fail(image.pk)
