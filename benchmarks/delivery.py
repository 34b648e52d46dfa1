"""Delivery: the matrix of DESIGN §11, ours beside IIPImage on the same masters behind the same nginx, caches off.

Both take turns and change places each round; ratios are medians of pairs. A cell counts only if its pictures are good.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks._delivery_load import Load, Server
    from benchmarks._delivery_plan import Cell


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    if not shutil.which("wrk"):
        print("wrk is not here (Debian: apt install wrk)")
        return 1
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as folder:
        os.environ.update(GCIS_HOME=folder, DJANGO_SETTINGS_MODULE="gcis.settings")
        from benchmarks._databases import emptied

        with emptied():
            return _measured(Path(folder), options)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench delivery", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of few pictures: whether it runs")
    parser.add_argument("--only", nargs="*", default=[], help="kinds of derivatives, such as tile, 1024 or mix")
    return parser.parse_args(arguments)


def _measured(folder: Path, options: argparse.Namespace) -> int:
    from django.db import connection

    from benchmarks import _delivery_pictures, _delivery_plan, _delivery_quality, _delivery_servers, _delivery_table
    from tests.world import services
    from tests.world.iipimage import IIPImage
    from tests.world.nginx import Nginx

    if reason := services.missing(Nginx):
        print(reason)
        return 1
    began = time.monotonic()
    if reason := services.missing(IIPImage):
        print(f"{reason}: ours is measured alone")
    made = folder / "made"
    made.mkdir()
    groups = _delivery_pictures.FEW if options.quick else _delivery_pictures.GROUPS
    pictures = _delivery_pictures.registered(_delivery_pictures.sources(made, groups), folder / "masters-of-iip")
    connection.close()
    cells = _delivery_plan.cells(pictures, options.only, options.quick)
    with _delivery_servers.running(folder, folder / "masters-of-iip") as servers:
        theirs = next((each for each in servers if each.name == _delivery_servers.IIPIMAGE), None)
        print(f"{time.monotonic() - began:.0f} s until everything was made and started", flush=True)
        judged = _delivery_quality.judged(servers[0], theirs, _delivery_plan.kinds(pictures, cells))
        for server in servers:  # what is only done once
            _load(folder, cells[0], server, 0)
        print(f"{time.monotonic() - began:.0f} s until it had been looked at\n")
        print(_delivery_table.head(), flush=True)
        loads = {}
        for cell in cells:
            loads[cell.name] = _rounds(folder, cell, servers)
            for name in loads[cell.name]:
                print(_delivery_table.line(cell, name, loads[cell.name]), flush=True)
    print(_delivery_table.quality(judged))
    told, reached = _delivery_table.verdicts(cells, loads, judged)
    print(told)
    print(f"\n{time.monotonic() - began:.0f} s")
    return 0 if reached else 1


def _rounds(folder: Path, cell: "Cell", servers: "Sequence[Server]") -> "dict[str, list[Load]]":
    from benchmarks._delivery_servers import IIPIMAGE

    asked = [server for server in servers if server.name in cell.reach or server.name == IIPIMAGE]
    found: dict[str, list[Load]] = {server.name: [] for server in asked}
    for number in range(cell.rounds):
        start = number * len(cell.wishes) // cell.rounds
        for server in asked[:: -1 if number % 2 else 1]:
            found[server.name].append(_load(folder, cell, server, start))
    return found


def _load(folder: Path, cell: "Cell", server: "Server", start: int) -> "Load":
    from benchmarks._delivery_load import load

    return load(server, _listed(folder, cell, server), cell.connections, cell.seconds, start)


def _listed(folder: Path, cell: "Cell", server: "Server") -> Path:
    """The paths of a cell at one server, as wrk's script reads them."""
    path = folder / f"{server.name}.list"
    path.write_text("".join(f"{server.path(wish.picture.name, wish.parameters)}\n" for wish in cell.wishes))
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
