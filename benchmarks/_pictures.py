"""Sources to measure with, made in a process of their own: `python -m benchmarks._pictures TARGET MEGAPIXELS PROFILE`.

Numpy and libvips stay out of the process that measures, whose memory its children would inherit as theirs.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: The picture of which larger ones are put together: its grain is that of film, at every size.
CELL = (2048, 1536)

#: How each is written: by what its name ends with.
KINDS = {
    "jpg": {"Q": 92},
    "png": {"compression": 3},
    "tif": {},
    "lzw.tif": {"compression": "lzw", "predictor": "horizontal"},
    "16.tif": {},
    "jp2": {},
}


def source(folder: Path, megapixels: float, kind: str, profile: str = "adobe", seed: int = 0) -> Path:
    """A photograph of so many megapixels in `folder`; kind is one of KINDS, profile adobe, srgb or cmyk."""
    path = folder / f"{profile}-{str(megapixels).replace('.', '_')}-{seed}.{kind}"
    if not path.exists():
        command = [sys.executable, "-m", "benchmarks._pictures", str(path), str(megapixels), profile, str(seed)]
        subprocess.run(command, cwd=ROOT, check=True)
    return path


def _make(target: Path, megapixels: float, profile: str, seed: int) -> None:
    import pyvips
    from PIL import Image

    from tests.media import profiles
    from tests.media.photograph import picture

    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(megapixels * 1e6 / width)
    cell = picture(min(CELL[0], width), min(CELL[1], height), seed)
    image = pyvips.Image.new_from_memory(cell.tobytes(), *cell.size, 3, "uchar").copy(interpretation="srgb")
    image = image.replicate(-(-width // cell.width), -(-height // cell.height)).crop(0, 0, width, height).copy()
    data = profiles.adobe_rgb() if profile == "adobe" else bytes(pyvips.Operation.call("profile_load", "srgb"))
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", data)
    if profile == "cmyk":
        image = image.icc_transform("cmyk", embedded=True)
    kind = target.name.split(".", 1)[1]
    if kind == "16.tif":
        image = (image.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    if kind == "jp2":
        Image.frombytes("RGB", (width, height), image.write_to_memory()).save(target, icc_profile=data)
    else:
        image.write_to_file(str(target), **KINDS[kind])


if __name__ == "__main__":
    _make(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
