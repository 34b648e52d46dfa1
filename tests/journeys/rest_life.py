"""The life of a small DAM through REST, by docs/openapi.yaml alone; then all of it again, and nothing is doubled.

    python -m tests.journeys.rest_life BASE TOKEN [--seed N]

The token needs the scopes `write` and `purge`. Each run is a source of its own, so that it can be run again.
"""

import argparse
import io
import random
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

import requests

from tests.media.photograph import picture

BROKEN = b"\xff\xd8\xff\xe0 this was to be a picture"
PATIENCE = 120.0
#: Seconds after which every event has its number, and what a request may have set off by mistake has begun.
A_WHILE = 2.0
#: Seconds after which no web process answers as it was before a change.
KNOWN = 2.2
#: The pages in the order of the first delivery; their keys are as awkward as those of real systems.
PAGES = ("f3 recto", "f1/recto", "f2?#verso", "f1 Rückseite", "f2%20recto")
BAD_PAGE = PAGES[2]
Answer = requests.Response
#: Where something is put, and what.
Sending = tuple[str, dict[str, Any]]


class Surprise(Exception):
    """The service did not do what its document says."""


def check(truth: object, sentence: str) -> None:
    if not truth:
        raise Surprise(sentence)


def say(sentence: str) -> None:
    print(f"  {sentence}", flush=True)


def jpeg(seed: int) -> bytes:
    file = io.BytesIO()
    picture(700 + seed, 500, seed).save(file, "JPEG", quality=90)
    return file.getvalue()


class Caller:
    """Somebody who asks: with a token the system, without one a visitor."""

    def __init__(self, base: str, token: str | None = None) -> None:
        self.base = base.rstrip("/") + "/"
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, address: str, *wanted: int, **options: Any) -> Answer:
        """Relative addresses are below /api/v1/. Surprise if the status is none of the wanted ones."""
        where = urljoin(urljoin(self.base, "api/v1/"), address)
        answer = self.session.request(method, where, timeout=60, **options)
        sentence = f"{method} {where}: {answer.status_code} and not {wanted}: {answer.text[:600]}"
        check(answer.status_code in wanted, sentence)
        return answer

    def get(self, address: str, **options: Any) -> Any:
        return self.ask("GET", address, 200, **options).json()

    def all(self, address: str, **conditions: Any) -> list[Any]:
        """Every record of a list, by its `next`."""
        return [record for page in self.pages(address, **conditions) for record in page["results"]]

    def pages(self, address: str, **conditions: Any) -> Iterator[Any]:
        page = self.get(address, params=conditions)
        yield page
        while page["next"]:
            page = self.get(page["next"])
            yield page

    def follow(self, accepted: Answer) -> Any:
        """The job of a 202 when it is over: asked for as often as Retry-After says, until it says so no more."""
        check(accepted.headers.get("Location"), f"a 202 of {accepted.url} without Location")
        wait, deadline = accepted.headers.get("Retry-After"), time.monotonic() + PATIENCE
        check(wait, f"a 202 of {accepted.url} without Retry-After")
        while wait is not None:
            time.sleep(float(wait))
            answer = self.ask("GET", accepted.headers["Location"], 200)
            wait = answer.headers.get("Retry-After")
            check(time.monotonic() < deadline, f"{answer.url} is not over: {answer.text}")
        return answer.json()

    def problem(self, method: str, address: str, status: int, kind: str | None = None, **options: Any) -> Any:
        """A mistake on purpose: the answer has to be a problem (RFC 9457) of this kind, with a sentence."""
        answer = self.ask(method, address, status, **options)
        check(answer.headers["Content-Type"].startswith("application/problem+json"), f"{answer.headers}")
        body = answer.json()
        check(body["status"] == status and body["detail"] and body["title"] and body["instance"], f"{body}")
        check(kind is None or body["type"] == f"/api/v1/problems/{kind}", f"{kind} was expected: {body}")
        fields = "".join(f" [{fault['field'] or 'whole'}: {fault['detail']}]" for fault in body.get("errors", ()))
        say(f"{status} {body['type'].rsplit('/', 1)[-1]}: {body['detail']}{fields}")
        return body


class Dam:
    """What the system has: its words and files as it sends them, again and again."""

    def __init__(self, slug: str, seed: int) -> None:
        self.slug = slug
        self.pictures = {page: jpeg(seed * 10 + number) for number, page in enumerate(PAGES)}
        self.good = self.pictures[BAD_PAGE]
        self.pictures[BAD_PAGE] = BROKEN
        self.labels = {page: {"none": [page]} for page in PAGES}
        self.order = list(PAGES)
        self.words: dict[str, Any] = {"label": {"en": ["Book of hours"], "de": "Stundenbuch"}}

    def key(self, kind: str, key: str) -> str:
        return f"sources/{self.slug}/{kind}/{quote(key, safe='/')}"

    @property
    def collection(self) -> str:
        return self.key("collections", "sets/manuscripts")

    @property
    def manifest(self) -> str:
        return self.key("manifests", "objects/ms 12")

    def image(self, page: str) -> str:
        return self.key("images", f"ms 12/{page}")

    def canvases(self) -> list[dict[str, Any]]:
        return [{"id": page, "label": self.labels[page], "image": f"ms 12/{page}"} for page in self.order]

    def sendings(self) -> list[Sending]:
        """Everything as address and content, in the order of the first delivery: what names before what is named."""
        members = [{"manifest": "objects/ms 12"}]
        shelf = {"identifier": f"{self.slug}-manuscripts", "label": "Manuscripts", "members": members}
        book = {"identifier": f"{self.slug}-ms-12", **self.words, "canvases": self.canvases()}
        files: list[Sending] = [self.sending(page) for page in PAGES]
        words: list[Sending] = [(self.collection, {"json": shelf}), (self.manifest, {"json": book})]
        return [(f"sources/{self.slug}", {"json": {"name": "A small DAM"}}), *words, *files]

    def sending(self, page: str) -> Sending:
        name = {"identifier": f"{self.slug}-recto"} if page == PAGES[0] else {}
        return self.image(page), {"data": name, "files": {"file": (f"{page}.jpg", self.pictures[page])}}


class Life:
    """The steps in their order; each says what it did, and raises Surprise where the document does not hold."""

    def __init__(self, base: str, token: str, seed: int) -> None:
        self.api, self.visitor = Caller(base, token), Caller(base)
        self.order = random.Random(seed)
        self.dam = Dam(f"dam-{uuid.uuid4().hex[:8]}", seed)

    def live(self) -> None:
        steps = (self.announce, self.send_pictures, self.mend, self.describe, self.show, self.rename, self.purge)
        for step in (*steps, self.withdraw, self.page, self.look_back, self.agree, self.err, self.send_again):
            print(f"{step.__name__.replace('_', ' ').capitalize()}", flush=True)
            step()

    def put(self, sending: Sending, wanted: int, **more: Any) -> Answer:
        return self.api.ask("PUT", sending[0], wanted, **sending[1], **more)

    # --------------------------------------------------------------------------------------------------- first delivery
    def announce(self) -> None:
        source, collection, manifest = self.dam.sendings()[:3]
        self.put(source, 201)
        shelf = self.put(collection, 201).json()
        check(shelf["outcome"] == "created" and shelf["progress"]["expected"] == 1, f"{shelf}")
        book = self.put(manifest, 201).json()
        check(book["progress"]["expected"] == book["progress"]["total"] == len(PAGES), f"{book['progress']}")
        check(book["state"] == "draft" and not book["published_at"], f"{book['state']}")
        check("Retry-After" in self.visitor.ask("GET", book["iiif"]["manifest_3"], 503).headers, "try again, but when")
        say(f"source {self.dam.slug}, collection and manifest are there, waiting for {len(PAGES)} pictures")

    def send_pictures(self) -> None:
        """All at once into a batch, then each job is followed to its end."""
        opened = self.api.ask("POST", "batches", 201, json={"label": "Nightly export"})
        self.batch = opened.headers["Location"]
        batch = {"batch": opened.json()["id"]}
        under_way = {page: self.put(self.dam.sending(page), 202, params=batch) for page in PAGES}
        self.api.ask("POST", f"{self.batch}/close", 200)
        jobs = {page: self.api.follow(accepted) for page, accepted in under_way.items()}
        for page, job in jobs.items():
            job_ends, image_is = ("failed", "failed") if page == BAD_PAGE else ("succeeded", "ready")
            image = self.api.get(self.dam.image(page))
            check((job["state"], image["state"]) == (job_ends, image_is), f"{page}: {job} {image}")
            check((image["job"], image["id"]) == (job["self"], job["subject"]), f"{image} {job}")
            kinds = [event["kind"] for event in self.api.all(image["self"] + "/events")]
            check(kinds[-1] == f"image.{image_is}", f"{kinds}")
            why = f": {job['error']['sentence']}" if job["error"] else ""
            say(f"{page}: {under_way[page].json()['outcome']}, {job['state']}{why}")
        figures = self.api.get(self.batch)
        check((figures["submitted"], figures["completed"], figures["errors"]) == (5, 4, 1), f"{figures}")
        self.failed_job = jobs[BAD_PAGE]["self"]

    # --------------------------------------------------------------------------------------------- mended and described
    def mend(self) -> None:
        """Done once more the broken picture is as broken; another file mends it, and the rest stays."""
        again = self.api.follow(self.api.ask("POST", f"{self.failed_job}/retry", 202))
        check(again["state"] == "failed" and again["self"] != self.failed_job, f"{again}")
        self.dam.pictures[BAD_PAGE] = self.dam.good
        sent = self.put(self.dam.sending(BAD_PAGE), 202)
        job = self.api.follow(sent)
        image = self.api.get(self.dam.image(BAD_PAGE))
        check(job["state"] == "succeeded" and image["state"] == "ready" and not image["error"], f"{job} {image}")
        retried = self.api.ask("POST", f"{self.batch}/retry-failures", 202).json()
        check(retried["retried"] == 0, f"nothing is left to retry, but: {retried}")
        self.api.problem("POST", f"{job['self']}/retry", 409)
        say(f"{BAD_PAGE}: failed again, {sent.json()['outcome']} by another file, ready; nothing left to retry")

    def describe(self) -> None:
        """Another order, labels, a title; the pages keep their permanent names."""
        before = {canvas["external_id"]: canvas["uri"] for canvas in self.canvases()}
        check(list(before) == self.dam.order, f"pages in the order of the delivery: {list(before)}")
        self.dam.order = sorted(PAGES)
        self.dam.labels = {page: {"en": [f"Page {page}"], "de": [f"Seite {page}"]} for page in PAGES}
        self.api.ask("PATCH", self.dam.manifest, 200, json={"canvases": self.dam.canvases()})
        title = {"label": {"en": ["Hours of Paris"]}, "metadata": [{"label": "Date", "value": "1480"}]}
        self.dam.words = {**title, "rights": "http://creativecommons.org/publicdomain/mark/1.0/"}
        self.api.ask("PATCH", self.dam.manifest, 200, json=self.dam.words)
        after = {canvas["external_id"]: canvas["uri"] for canvas in self.canvases()}
        check(list(after) == self.dam.order and after == before, f"{before} {after}")
        for record in (self.dam.manifest, self.dam.collection):
            job = self.api.follow(self.api.ask("POST", self.api.get(record)["self"] + "/publish", 202))
            check(job["state"] in ("succeeded", "superseded"), f"{job}")
        self.settle()
        say(f"{len(after)} pages in another order with labels in two languages, title, rights: published")

    def canvases(self) -> list[Any]:
        return self.api.all(self.api.get(self.dam.manifest)["canvases"]["self"])

    def settle(self) -> None:
        """Wait until all that was changed is published, and nothing more is under way."""
        deadline = time.monotonic() + PATIENCE
        for address in (self.dam.manifest, self.dam.collection):
            while self.busy(record := self.api.get(address)):
                check(time.monotonic() < deadline and record["state"] != "failed", f"not published: {record}")
                time.sleep(0.3)

    def busy(self, record: Any) -> bool:
        jobs = self.api.get("jobs", params={"subject": record["id"]})["results"]
        return record["state"] != "published" or record["outstanding"] or any(not job["finished"] for job in jobs)

    # --------------------------------------------------------------------------------------------- what the public sees
    def show(self) -> None:
        """Every document and every picture, as a visitor without a token."""
        shelf, book = self.api.get(self.dam.collection), self.api.get(self.dam.manifest)
        for version in ("", "_3"):  # each address has documents that name each other by addresses of its kind
            collection = self.visitor.get(shelf["iiif"][f"collection{version}"])
            manifest = self.visitor.get(book["iiif"][f"manifest{version}"])
            check([item["id"] for item in collection["items"]] == [manifest["id"]], f"{collection['items']}")
            check(manifest["id"] == book["iiif"][f"manifest{version}"], manifest["id"])
        check(manifest["label"] == {"en": ["Hours of Paris"]}, f"{manifest['label']}")
        labels = [canvas["label"] for canvas in manifest["items"]]
        check(labels == [self.dam.labels[page] for page in self.dam.order], f"{labels}")
        check([canvas["id"] for canvas in manifest["items"]] == [canvas["uri"] for canvas in self.canvases()], "uris")
        for canvas in manifest["items"]:
            body = canvas["items"][0]["items"][0]["body"]
            check(self.visitor.ask("GET", body["id"], 200).headers["Content-Type"] == "image/jpeg", body["id"])
            check(self.visitor.get(canvas["id"])["id"] == canvas["id"], canvas["id"])
        for page in PAGES:
            image = self.api.get(self.dam.image(page))
            infos = [self.visitor.get(image["iiif"][version]) for version in ("info_3", "info_2")]
            check(all((info["width"], info["height"]) == (image["width"], image["height"]) for info in infos), page)
            self.visitor.ask("GET", image["iiif"]["thumbnail"], 200)
        for record in (shelf, book):
            self.visitor.ask("GET", record["iiif"]["view"], 200)
        say("collection, manifest, pages, pictures, info.json (3 and 2) and viewers are there for everybody")

    def rename(self) -> None:
        """Picture and manifest get other names; old addresses lead to the new ones, former names are known."""
        for address, new, public in (
            (self.dam.image(PAGES[0]), f"{self.dam.slug}-inv-1905", "info_3"),
            (self.dam.manifest, f"{self.dam.slug}-hours", "manifest_3"),
        ):
            before = self.api.get(address)
            renaming = {"identifier": new, "reason": "New scheme"}
            after = self.api.ask("POST", before["self"] + "/rename", 200, json=renaming).json()
            check(after["identifier"] == new, f"{after['identifier']}")
            self.settle()
            time.sleep(KNOWN)
            old = self.visitor.ask("GET", before["iiif"][public], 200)
            check(old.history and old.url == after["iiif"][public], f"{before['iiif'][public]} led to {old.url}")
            kind = "image" if public == "info_3" else "presentation"
            name = self.api.get(f"identifiers/{kind}/{before['identifier']}")
            check((name["status"], name["current"]) == ("moved", new), f"{name}")
            say(f"{before['identifier']} is {new} now; {old.history[0].status_code} leads there")
        check(f"{self.dam.slug}-inv-1905" in self.visitor.ask("GET", after["iiif"]["manifest_3"], 200).text, "old name")

    def purge(self) -> None:
        image, book = self.api.get(self.dam.image(PAGES[0])), self.api.get(self.dam.manifest)
        purged = self.api.ask("POST", image["self"] + "/purge", 201, json={"reason": "Colours corrected"})
        check(self.api.get(purged.headers["Location"])["targets"] == [image["id"]], purged.text)
        whole = self.api.ask("POST", book["self"] + "/purge", 201, json={}).json()
        check(whole["matched"] == len(PAGES), f"{whole}")
        several = {"identifiers": [image["identifier"], f"{self.dam.slug}-recto"]}
        self.api.ask("POST", "images/purges", 201, json=several)
        check(self.api.get(image["self"])["generation"] > image["generation"], "the generation has not risen")
        self.visitor.ask("GET", image["iiif"]["info_3"], 200)
        say(f"one picture and all {whole['matched']} of the manifest; they are still served")

    def withdraw(self) -> None:
        """Gone with a reason, refused while it is gone, and back as it was."""
        manifest = self.dam.sendings()[2]
        for (address, content), public in ((self.dam.sending(PAGES[1]), "info_3"), (manifest, "manifest_3")):
            record = self.api.get(address)
            for _ in range(2):
                self.api.ask("DELETE", address, 204, params={"reason": "Rights not cleared"})
            time.sleep(KNOWN)
            gone = self.visitor.ask("GET", record["iiif"][public], 410)
            check("Rights not cleared" in gone.text, f"the tombstone does not say why: {gone.text}")
            check(self.api.get(address)["withdrawn_reason"] == "Rights not cleared", address)
            self.api.problem("PUT", address, 409, **content)
            self.api.ask("POST", record["self"] + "/restore", 200, json={"reason": "Cleared"})
            self.settle()
            self.visitor.ask("GET", record["iiif"][public], 200)
            say(f"{record['identifier']} was gone (410, with the reason) and is back")

    # ------------------------------------------------------------------------------------------------ lists and history
    def page(self) -> None:
        pages = list(self.api.pages("images", source=self.dam.slug, page_size=2, ordering="created"))
        found = [image["external_id"] for page in pages for image in page["results"]]
        check([len(page["results"]) for page in pages] == [2, 2, 1] and len(set(found)) == len(PAGES), f"{found}")
        check(sorted(found) == sorted(f"ms 12/{page}" for page in PAGES), f"{found}")
        check(pages[0]["count"] == len(PAGES) and pages[0]["previous"] is None, "count and previous")
        shown = self.api.all("manifests", image=self.api.get(self.dam.image(BAD_PAGE))["id"])
        check([book["external_id"] for book in shown] == ["objects/ms 12"], f"{shown}")
        say(f"five pictures on {len(pages)} pages; the manifest is found by its picture")

    def look_back(self) -> None:
        """The timelines of records, and the feed from its beginning to its end."""
        image = self.api.get(self.dam.image(BAD_PAGE))
        told = self.api.all(image["self"] + "/events")
        time.sleep(A_WHILE)
        feed = self.api.all("events", subject=image["id"], limit=3)
        check(all(event["number"] for event in feed), f"{feed}")
        check([event["number"] for event in feed] == sorted({event["number"] for event in feed}), "order of numbers")
        check([event["kind"] for event in feed] == [event["kind"] for event in told], f"{feed} and {told}")
        for event in told:
            say(f"{event['kind']} by {event['actor']}: {event['sentence']}")
        for address in (self.dam.manifest, self.dam.collection):
            kinds = [event["kind"] for event in self.api.all(self.api.get(address)["self"] + "/events")]
            check(kinds, f"{address} has no history")
            say(f"{address}: {', '.join(kinds)}")

    def agree(self) -> None:
        """If-Match: who has read the newest may write, who has not may not; If-None-Match spares the answer."""
        read = self.api.ask("GET", self.dam.manifest, 200)
        etag = read.headers["ETag"]
        self.api.ask("GET", self.dam.manifest, 304, headers={"If-None-Match": etag})
        self.dam.words["summary"] = {"en": ["Written in Paris."]}
        change = {"summary": self.dam.words["summary"]}
        written = self.api.ask("PATCH", self.dam.manifest, 200, json=change, headers={"If-Match": etag})
        check(written.headers["ETag"] != etag and written.json()["revision"] > read.json()["revision"], "revision")
        stale = {"json": {"label": "Overwritten"}, "headers": {"If-Match": etag}}
        self.api.problem("PATCH", self.dam.manifest, 412, "precondition_failed", **stale)
        self.api.problem("PUT", self.dam.manifest, 412, "precondition_failed", **stale)
        check(self.api.get(self.dam.manifest)["label"] == self.dam.words["label"], "a stale change was made")
        self.settle()

    # ---------------------------------------------------------------------------------------------- mistakes on purpose
    def err(self) -> None:
        ask, slug = self.api.problem, self.dam.slug
        self.visitor.problem("GET", "images", 401, "not_authenticated")
        ask("GET", f"images/{uuid.uuid4()}", 404, "not_found")
        ask("PUT", f"sources/{slug}-unknown/images/a", 404, "not_found", json={})
        ask("GET", "images", 404, "not_found", params={"page": 4000})
        ask("GET", "images", 400, "invalid", params={"state": "wonderful"})
        ask("PUT", f"sources/{slug}", 400, "invalid", json={})
        ask("PATCH", self.dam.manifest, 400, "invalid", json={"titel": "typing error", "rights": "all mine"})
        ask("PATCH", self.dam.manifest, 400, json=["not", "an", "object"])
        ask("PATCH", self.dam.manifest, 400, data=b'{"label": ', headers={"Content-Type": "application/json"})
        ask(
            "PATCH",
            self.dam.manifest,
            415,
            "unsupported_media_type",
            data=b"a: b",
            headers={"Content-Type": "text/yaml"},
        )
        ask("PUT", self.dam.image("nothing"), 400, "invalid", files={"picture": ("a.jpg", BROKEN)})
        pages = [{"id": "one", "label": "1"}, {"id": "one", "label": "2"}]
        ask("PATCH", self.dam.manifest, 400, json={"canvases": pages})
        ask("DELETE", self.dam.manifest, 400, "invalid")
        ask("POST", "images", 405)
        taken = {"identifier": f"{slug}-recto"}
        ask("POST", self.api.get(self.dam.image(PAGES[1]))["self"] + "/rename", 409, "identifier_taken", json=taken)
        ask("POST", "images/purges", 400, json={"identifiers": [f"{slug}-inv-1905", f"{slug}-nobody"]})

    # ----------------------------------------------------------------------------------------------- the same once more
    def send_again(self) -> None:
        time.sleep(A_WHILE)
        before = self.state()
        for number in range(3):
            sendings = self.dam.sendings()
            if number == 2:
                self.order.shuffle(sendings)
            for sending in sendings:
                answer = self.put(sending, 200).json()  # a source has no outcome
                check(answer.get("outcome", "unchanged") == "unchanged", f"{sending[0]}: {answer}")
            time.sleep(A_WHILE)
            now = self.state()
            changed = {name: (before[name], now[name]) for name in before if before[name] != now[name]}
            check(not changed, f"sent again, but no longer the same: {changed}")
            say(f"{len(sendings)} things sent again{' in a shuffled order' * (number == 2)}: nothing has changed")
        for name, value in before.items():
            say(f"{name}: {len(value)}")

    def state(self) -> dict[str, Any]:
        """All that must not grow or change when the same is sent again."""
        of_source = {"source": self.dam.slug, "page_size": 200}
        lists = {kind: self.api.all(kind, **of_source) for kind in ("images", "manifests", "collections")}
        records = [record for found in lists.values() for record in found]
        public = [record["iiif"][name] for record in records for name in PUBLIC if name in record["iiif"]]
        canvases = [canvas["id"] for book in lists["manifests"] for canvas in self.api.all(book["canvases"]["self"])]
        return {
            **{kind: sorted(record["id"] for record in found) for kind, found in lists.items()},
            "revisions": {record["self"]: record["revision"] for record in records},
            "canvases": canvases,
            "identifiers": self.each(records, "identifiers", "resource", "self"),
            "jobs": self.each(records, "jobs", "subject", "self"),
            "events": self.each(records, "events", "subject", "number"),
            "published ETags": {address: self.visitor.ask("GET", address, 200).headers["ETag"] for address in public},
        }

    def each(self, records: list[Any], address: str, condition: str, field: str) -> list[Any]:
        """That field of all that is listed for any of the records."""
        found = [self.api.all(address, **{condition: record["id"]}) for record in records]
        return sorted(entry[field] for entries in found for entry in entries)


PUBLIC = ("manifest", "manifest_3", "collection", "collection_3", "info_3", "info_2")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="where the service is, such as http://127.0.0.1:8000")
    parser.add_argument("token", help="with the scopes write and purge")
    parser.add_argument("--seed", type=int, default=1, help="another one makes other pictures and another order")
    options = parser.parse_args(arguments)
    try:
        Life(options.base, options.token, options.seed).live()
    except Surprise as surprise:
        print(f"SURPRISE: {surprise}", flush=True)
        return 1
    print("All as the document says.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
