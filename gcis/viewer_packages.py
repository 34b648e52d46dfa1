"""Which viewers there are: npm packages of one version each, pinned by sha512, with the files that we take of them."""

import re
from dataclasses import dataclass
from typing import Final

#: What a script of a whole folder may be called: it becomes our own name for it.
_SCRIPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.js", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scripts:
    """Every script right in a folder of the package, `count` of them: parts that a viewer loads as it needs them."""

    folder: str
    count: int

    def own_name(self, path: str) -> str:
        """What we call this member of the package; "" where it is none of them."""
        folder, _, name = path.rpartition("/")
        return name if folder == self.folder and _SCRIPT.fullmatch(name) else ""


@dataclass(frozen=True, slots=True)
class Mend:
    """A mistake in a file, by our name, that is put right when it is placed: `wrong` stands in it exactly once."""

    name: str
    wrong: bytes
    right: bytes


@dataclass(frozen=True, slots=True)
class Viewer:
    """One npm package: `integrity` is the base64 sha512 of its tarball, `members` pairs paths in it with our names."""

    name: str
    version: str
    integrity: str
    members: tuple[tuple[str, str], ...]
    scripts: Scripts | None = None
    mends: tuple[Mend, ...] = ()

    @property
    def folder(self) -> str:
        return f"{self.name.rpartition('/')[2]}-{self.version}"

    def serves(self, name: str) -> bool:
        """Whether this is a file of it, by our name."""
        listed = any(name == own for _, own in self.members)
        return listed or bool(self.scripts and _SCRIPT.fullmatch(name))


MIRADOR = Viewer(
    name="mirador",
    version="4.0.0",
    integrity="uWsE9e2oqSc/lUu+vVwDGhTsycuhGsfZ2KfX6CLfXiT3wgGy6qT9+q5M3V9Zz72hkdIgsJugKesaowmRtYmvrA==",
    members=(("package/dist/mirador.min.js", "mirador.min.js"), ("package/LICENSE", "LICENSE")),
)

#: What OpenSeadragon's buttons look like; it finds the pictures under its `prefixUrl`, our folder of that version.
BUTTONS = ("zoomin", "zoomout", "home", "fullpage", "rotateleft", "rotateright", "flip", "previous", "next")
BUTTON_STATES = ("rest", "grouphover", "hover", "pressed")
OPENSEADRAGON = Viewer(
    name="openseadragon",
    version="6.1.1",
    integrity="g4iKe2q8B642SaBT3+x4ZF3/8b1TxPPydyjmtrOLgDrlYWMKd9ZXM+1Cb/xa9DVySkvs/7l6HR1nHKfD5F3Tsw==",
    members=(
        ("package/build/openseadragon/openseadragon.min.js", "openseadragon.min.js"),
        ("package/LICENSE.txt", "LICENSE.txt"),
        *(
            (f"package/build/openseadragon/images/{button}_{state}.png", f"{button}_{state}.png")
            for button in BUTTONS
            for state in BUTTON_STATES
        ),
    ),
)

UNIVERSAL_VIEWER = Viewer(
    name="universalviewer",
    version="4.4.0",
    integrity="9OVs6uCzeQYw50jg8k2vEGq6hQFu7kEv9OOAlmqVH9duhrpg1xlIqcMIb2rhNQnAxTQd3R13gxJze9UYkiwdzg==",
    members=(
        ("package/dist/umd/UV.js", "UV.js"),
        ("package/dist/uv.css", "uv.css"),
        ("package/LICENSE.txt", "LICENSE.txt"),
    ),
    scripts=Scripts("package/dist/umd", 174),
)

CLOVER = Viewer(
    name="@samvera/clover-iiif",
    version="3.3.8",
    integrity="l28GoZK7qD402LXW/JpZy9FX33hgX0JFNRpcdR6DJhwus6m4WRT9SOPdMSwTDW+w33hWbIyRM2wWcJ4D141JlA==",
    members=(("package/dist/web-components/index.umd.js", "clover.js"), ("package/LICENSE", "LICENSE")),
    # A variable for the height of an annotation has the name of the function that makes elements (`k` elsewhere):
    # the panel of annotations breaks.
    mends=(
        Mend(
            "clover.js",
            b'[a,l]=o!=="full"?o==null?void 0:o.split(",").slice(2):[100,100],c=',
            b'[a,$l]=o!=="full"?o==null?void 0:o.split(",").slice(2):[100,100],l=k,c=',
        ),
        Mend(
            "clover.js",
            b'return[le,we].join(",")})(a,l)}/0/default.jpg',
            b'return[le,we].join(",")})(a,$l)}/0/default.jpg',
        ),
    ),
)

#: In the order in which they are fetched: first what the public pages show, then what the admin zooms with.
VIEWERS: Final = (MIRADOR, OPENSEADRAGON)
#: What the public pages offer besides, where it is there.
FURTHER: Final = (UNIVERSAL_VIEWER, CLOVER)
