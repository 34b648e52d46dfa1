"""Bytes kept in this process's memory, within a limit: what was not used for long goes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable


class BytesInMemory:
    """Thread-safe. What is larger than an eighth of the limit is not kept: it would push out too much else."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        with self._lock:
            if (data := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return data

    def put(self, key: Hashable, data: bytes) -> None:
        if len(data) > self.limit // 8:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = data
            self.used += len(data)
            while self.used > self.limit:
                _, gone = self._kept.popitem(last=False)
                self.used -= len(gone)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.used = 0
