"""The conversion child: `python -m images.conversion.child` reads one line of work after another and answers each.

It is asked to look (what a page of a source is, no pixel decoded) or to convert.

It leaves when its standard input ends, so it dies with the worker; it has soft limits per job, no credentials, and only
the loaders that libvips itself trusts.
"""

import ctypes
import json
import os
import queue
import resource
import signal
import sys
import threading
import traceback
from typing import Any

from gcis.core.errors import SourceFault, Unavailable
from images.conversion.work import Limits, Look, asked

#: A child that holds more than this leaves after its answer; the next work finds a fresh one.
FAT = 1 << 30
_PR_SET_PDEATHSIG = 1


def main() -> None:
    _prepare_process()
    work: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(work,), daemon=True).start()
    from images.conversion import vips
    from images.conversion.formats import (  # only now: libvips reads its environment when it is loaded
        complaints,
        reading,
    )

    while True:
        wanted = asked(json.loads(work.get()))
        _limit(wanted.limits)
        try:
            if isinstance(wanted, Look):
                answer: dict[str, Any] = {"ok": reading.look(wanted.source, wanted.page, wanted.limits).found}
            else:
                answer = {"ok": vips.convert(wanted, _tell).as_dict()}
        except SourceFault as fault:
            answer = {"fault": {"code": fault.code, "sentence": fault.sentence}}
        except Unavailable as fault:
            answer = {"unavailable": {"code": fault.code, "sentence": fault.sentence}}
        except MemoryError:
            answer = {"fault": {"code": "too_large", "sentence": complaints.TOO_MUCH_MEMORY}}
        except Exception:  # noqa: BLE001  whatever it is, it is ours
            traceback.print_exc()
            os._exit(70)  # ours: the worker sees a crash, the log has the reason
        leaving = _resident() > FAT
        _say(answer | {"leaving": leaving})
        if leaving:
            os._exit(0)


def _read(work: "queue.SimpleQueue[str]") -> None:
    """Hand lines of work on; at the end of input the worker is dead, and so are we, whatever we are doing."""
    for line in sys.stdin:
        work.put(line)
    os._exit(1)


def _tell(progress: float, stage: str) -> None:
    _say({"progress": round(progress, 3), "stage": stage})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _prepare_process() -> None:
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if sys.platform == "linux":  # a second leash, for the moment in which the first is not yet being read
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit(limits: Limits) -> None:
    """Soft limits from here on; the hard ones stay, since the next job needs room again."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _soft(resource.RLIMIT_CPU, int(used + 4 * limits.seconds) + 1)
    _soft(resource.RLIMIT_AS, _address_space() + limits.memory)
    _soft(resource.RLIMIT_FSIZE, limits.file)


def _soft(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _address_space() -> int:
    return _statm(0)


def _resident() -> int:
    """Bytes held now. Not `ru_maxrss`: that begins with what the worker once held, before it started this process."""
    return _statm(1)


def _statm(field: int) -> int:
    """A figure of /proc/self/statm (proc(5)) in bytes; 0 where there is no such file."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123  pathlib is not needed for one number
            return int(file.read().split()[field]) * resource.getpagesize()
    except OSError:
        return 0


if __name__ == "__main__":
    main()
