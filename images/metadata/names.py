"""What is told of keeping: the names of what was kept, dropped and corrected, and warnings. Pure."""

#: Nobody reads longer lists, and a hostile file could bring one of any length.
_MOST = 200


class Names:
    """Each name once, such as "EXIF Make", "IPTC By-line" or "XMP dc:creator". Warnings are sentences."""

    def __init__(self) -> None:
        self._kept: dict[str, None] = {}
        self._dropped: dict[str, None] = {}
        self._corrected: dict[str, None] = {}
        self._warnings: list[str] = []

    def keep(self, name: str) -> None:
        self._kept[name] = None

    def drop(self, name: str) -> None:
        self._dropped[name] = None

    def correct(self, name: str) -> None:
        self._corrected[name] = None

    def warn(self, *sentences: str) -> None:
        self._warnings.extend(sentences)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self._warnings)

    @property
    def kept(self) -> tuple[str, ...]:
        return _few(self._kept)

    @property
    def dropped(self) -> tuple[str, ...]:
        return _few(self._dropped)

    @property
    def corrected(self) -> tuple[str, ...]:
        return _few(self._corrected)


def _few(names: dict[str, None]) -> tuple[str, ...]:
    listed = tuple(name[:200] for name in names)
    more = len(listed) - _MOST
    return (*listed[:_MOST], f"and {more} more") if more > 0 else listed
