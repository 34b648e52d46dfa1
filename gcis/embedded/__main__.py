"""`./run demo [FOLDER]`: a folder of pictures becomes a IIIF service."""

import argparse
import os
import sys
from pathlib import Path

import environ

from gcis.embedded.home import Home, HomeInUse, PortInUse


def main() -> int:
    environ.Env.read_env(Path(__file__).parents[2] / ".env")
    options = _options()
    home = Home(_home(options))
    os.environ["GCIS_HOME"] = str(home.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")
    os.environ.setdefault("GCIS_LOG_LEVEL", "WARNING")
    folder = _folder(options, home)
    if folder is not None and not folder.is_dir():
        print(f"{folder} is not a folder.", file=sys.stderr)
        return 2
    try:
        lock = home.lock()
        port = home.port(options.port)
    except (HomeInUse, PortInUse) as problem:
        print(problem, file=sys.stderr)
        return 1
    os.environ.setdefault("GCIS_PUBLIC_URL", f"http://127.0.0.1:{port}")

    import django

    django.setup()
    from gcis.embedded.demo import Demo

    return Demo(home, lock, port, folder, copy=options.copy, browse=not options.no_open).run()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run demo", description="A folder of pictures becomes a IIIF service.")
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="pictures; without it a sampler is made")
    parser.add_argument("--home", metavar="DIR", help="where the state lives (default: var)")
    parser.add_argument("--port", type=int, metavar="N", help="port to serve on; 0 takes a free one and remembers it")
    parser.add_argument("--copy", action="store_true", help="keep copies of the sources")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    parser.add_argument("--invoked-from", default=".", help=argparse.SUPPRESS)
    return parser.parse_args()


def _home(options: argparse.Namespace) -> Path:
    chosen = options.home or os.environ.get("GCIS_HOME") or "var"
    base = Path(options.invoked_from) if options.home else Path(__file__).parents[2]
    return (base / chosen).resolve()


def _folder(options: argparse.Namespace, home: Home) -> Path | None:
    """The import root; None: the sampler, made in the home at the first start."""
    if options.folder:
        return (Path(options.invoked_from) / options.folder).resolve()
    return None


if __name__ == "__main__":
    sys.exit(main())
