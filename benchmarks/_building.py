"""Building: our documents from facts, beside iiif-prezi3's constructors with the same content.

prezi3 gets its best case: one object for each part, lists given whole (its helpers are quadratic).
"""

import gzip
import sys
import time
from collections.abc import Callable
from typing import Any

import brotli
import orjson

from benchmarks._facts import BASE, book
from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build import rules
from manifests.build.documents import Bases, documents

BASES = Bases(PresentationAddresses(BASE), ImageAddresses(BASE))


def main() -> int:
    sizes = (1, 100) if "--quick" in sys.argv else (1, 100, 1_000, 10_000)
    columns = ("canvases", "prezi3", "ours", "times", "2.1", "all four", "checks", "br", "gz", "kB", "br kB")
    print("ms of processor; prezi3: constructors and json(); ours: build and orjson, of 3.0")
    print("".join(f"{column:>10}" for column in columns))
    for size in sizes:
        print("".join(f"{value:>10}" for value in _row(size)), flush=True)
    return 0


def _row(size: int) -> list[str]:
    facts = book(size)
    document = dict(documents(facts, BASES, ("3",)))["3"]
    data = orjson.dumps(document)
    rounds = max(1, min(20, 2_000 // size))
    ours = _timed(lambda: orjson.dumps(dict(documents(facts, BASES, ("3",)))["3"]), rounds)
    theirs = _timed(lambda: _prezi3(document), max(1, rounds // 5))
    second = _timed(lambda: orjson.dumps(dict(documents(facts, BASES, ("2",)))["2"]), rounds)
    whole = _timed(lambda: [orjson.dumps(each) for _, each in documents(facts, BASES)], rounds)
    checks = _timed(lambda: rules.problems(document), rounds)
    packed = brotli.compress(data, quality=5)
    br = _timed(lambda: brotli.compress(data, quality=5), rounds)
    gz = _timed(lambda: gzip.compress(data, mtime=0), rounds)
    times = [ours, second, whole, checks, br, gz]
    shown = [f"{1000 * each:.2f}" for each in times]
    sizes = [f"{len(data) / 1000:.0f}", f"{len(packed) / 1000:.1f}"]
    return [f"{size:,}", f"{1000 * theirs:.1f}", shown[0], f"{theirs / ours:.0f}x", *shown[1:], *sizes]


def _timed(work: Callable[[], Any], rounds: int) -> float:
    """Seconds of processor; the least of several, after one that does not count."""
    work()
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def _prezi3(document: dict[str, Any]) -> str:
    """The same document through iiif-prezi3's constructors."""
    import iiif_prezi3 as prezi

    canvases = [
        prezi.Canvas(
            id=canvas["id"],
            label=canvas["label"],
            metadata=[prezi.KeyValueString(**pair) for pair in canvas["metadata"]],
            width=canvas["width"],
            height=canvas["height"],
            thumbnail=[_resource(prezi, each) for each in canvas["thumbnail"]],
            items=[
                prezi.AnnotationPage(
                    id=page["id"],
                    items=[
                        prezi.Annotation(
                            id=each["id"],
                            motivation=each["motivation"],
                            body=_resource(prezi, each["body"]),
                            target=each["target"],
                        )
                        for each in page["items"]
                    ],
                )
                for page in canvas["items"]
            ],
        )
        for canvas in document["items"]
    ]
    manifest = prezi.Manifest(id=document["id"], label=document["label"], summary=document["summary"], items=canvases)
    text: str = manifest.json()
    return text


def _resource(prezi: Any, resource: dict[str, Any]) -> Any:
    services = [prezi.ServiceV3(**service) for service in resource.get("service", [])]
    said = {name: value for name, value in resource.items() if name != "service"}
    return prezi.Resource(**said, service=services)


if __name__ == "__main__":
    sys.exit(main())
