"""The bytes that give formats away: of those that are taken, and of those that are refused with advice. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Bytes at an offset that give a format away; with `also`, more bytes at another offset that must be there too."""

    name: str
    magic: bytes
    offset: int = 0
    also: tuple[int, bytes] = (0, b"")

    def fits(self, head: bytes) -> bool:
        at, more = self.also
        return head[self.offset : self.offset + len(self.magic)] == self.magic and head[at : at + len(more)] == more


SUPPORTED = (
    Mark("jpeg", b"\xff\xd8\xff"),
    Mark("png", b"\x89PNG\r\n\x1a\n"),
    Mark("tiff", b"II*\0"),
    Mark("tiff", b"MM\0*"),
    Mark("tiff", b"II+\0"),  # BigTIFF
    Mark("tiff", b"MM\0+"),
    Mark("gif", b"GIF87a"),
    Mark("gif", b"GIF89a"),
    Mark("webp", b"RIFF", also=(8, b"WEBP")),
    Mark("jp2", b"\0\0\0\x0cjP  \r\n\x87\n"),
    Mark("jp2", b"\xff\x4f\xff\x51"),  # the codestream alone
)

#: Brands of files made of boxes (ISO/IEC 14496-12, 23008-12; registered at mp4ra.org), by what they hold.
BRANDS = {
    "raw": (b"crx ",),
    "avif": (b"avif", b"avis"),
    "heif": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
}

AS_PICTURE = "Please export it as TIFF, PNG, JPEG or WebP and send that."
FROM_DRAWING = "Please export it as a PNG or TIFF of the size that you need."
FROM_RAW = "Please develop it and export it as TIFF."
FROM_PAGES = "Please export its pages as TIFF or JPEG and send those."
FROM_LAYERS = "Please save it as TIFF without layers and send that."
ONE_BY_ONE = "Please unpack it and send the pictures themselves."
STILL = "Only still pictures can be taken."
VIDEO = ("a video", STILL)

#: Formats that are known and not taken: what to call the file, and what the person can do.
REFUSED: tuple[tuple[Mark, str, str], ...] = (
    # Camera raw files that begin like TIFF come before it.
    (Mark("raw", b"II*\0", also=(8, b"CR")), "a camera raw file (Canon CR2)", FROM_RAW),
    (Mark("raw", b"IIRO"), "a camera raw file (Olympus ORF)", FROM_RAW),
    (Mark("raw", b"IIRS"), "a camera raw file (Olympus ORF)", FROM_RAW),
    (Mark("raw", b"MMOR"), "a camera raw file (Olympus ORF)", FROM_RAW),
    (Mark("raw", b"IIU\0"), "a camera raw file (Panasonic RW2)", FROM_RAW),
    (Mark("raw", b"FUJIFILMCCD-RAW"), "a camera raw file (Fujifilm RAF)", FROM_RAW),
    (Mark("raw", b"HEAPCCDR", 6), "a camera raw file (Canon CRW)", FROM_RAW),
    (Mark("raw", b"FOVb"), "a camera raw file (Sigma X3F)", FROM_RAW),
    (Mark("raw", b"\0MRM"), "a camera raw file (Minolta MRW)", FROM_RAW),
    (Mark("jxl", b"\0\0\0\x0cJXL "), "a JPEG XL picture", AS_PICTURE),
    (Mark("jxl", b"\xff\x0a"), "a JPEG XL picture", AS_PICTURE),
    (Mark("jxr", b"II\xbc"), "a JPEG XR picture", AS_PICTURE),
    (Mark("bmp", b"BM", also=(6, b"\0\0\0\0")), "a BMP picture", AS_PICTURE),
    (Mark("psd", b"8BPS\0\x02"), "a large Photoshop document (PSB)", FROM_LAYERS),
    (Mark("psd", b"8BPS"), "a Photoshop document", FROM_LAYERS),
    (Mark("xcf", b"gimp xcf"), "a GIMP document", FROM_LAYERS),
    (Mark("afphoto", b"\0\xffKA"), "an Affinity document", FROM_LAYERS),
    (Mark("djvu", b"AT&TFORM"), "a DjVu document", FROM_PAGES),
    (Mark("pdf", b"%PDF"), "a PDF document (or one of Illustrator)", FROM_PAGES),
    (Mark("eps", b"%!"), "a PostScript document (or EPS, or one of Illustrator)", FROM_PAGES),
    (Mark("eps", b"\xc5\xd0\xd3\xc6"), "an EPS document", FROM_PAGES),
    (Mark("indd", b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5"), "an InDesign document", FROM_PAGES),
    (Mark("rtf", b"{\\rtf"), "a text document (RTF)", FROM_PAGES),
    (Mark("ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an office document", FROM_PAGES),
    (Mark("cdr", b"RIFF", also=(8, b"CDR")), "a CorelDRAW drawing", FROM_DRAWING),
    (Mark("wmf", b"\xd7\xcd\xc6\x9a"), "a Windows drawing (WMF)", FROM_DRAWING),
    (Mark("emf", b"\1\0\0\0", also=(40, b" EMF")), "a Windows drawing (EMF)", FROM_DRAWING),
    (Mark("exr", b"\x76\x2f\x31\x01"), "an OpenEXR picture", "Please export it as TIFF with 16 bits and send that."),
    (Mark("hdr", b"#?RADIANCE"), "a Radiance picture", "Please export it as TIFF with 16 bits and send that."),
    (Mark("hdr", b"#?RGBE"), "a Radiance picture", "Please export it as TIFF with 16 bits and send that."),
    (Mark("fits", b"SIMPLE  ="), "a picture of astronomy (FITS)", AS_PICTURE),
    (Mark("dicom", b"DICM", 128), "a medical picture (DICOM)", AS_PICTURE),
    (Mark("mng", b"\x8aMNG\r\n\x1a\n"), "an MNG animation", AS_PICTURE),
    (Mark("jng", b"\x8bJNG\r\n\x1a\n"), "a JNG picture", AS_PICTURE),
    (Mark("ico", b"\0\0\1\0", also=(5, b"\0")), "an icon", AS_PICTURE),
    (Mark("dds", b"DDS "), "a texture (DDS)", AS_PICTURE),
    (Mark("qoi", b"qoif"), "a QOI picture", AS_PICTURE),
    (Mark("sgi", b"\x01\xda"), "an SGI picture", AS_PICTURE),
    *((Mark("pnm", b"P%d\n" % number), "a Netpbm picture", AS_PICTURE) for number in range(1, 8)),
    *((Mark("pnm", b"P%d " % number), "a Netpbm picture", AS_PICTURE) for number in range(1, 8)),
    (Mark("zip", b"PK\x03\x04"), "a ZIP archive (or an office document)", ONE_BY_ONE),
    (Mark("archive", b"7z\xbc\xaf\x27\x1c"), "a 7-Zip archive", ONE_BY_ONE),
    (Mark("archive", b"Rar!"), "a RAR archive", ONE_BY_ONE),
    (Mark("archive", b"BZh"), "a compressed file (bzip2)", ONE_BY_ONE),
    (Mark("archive", b"\xfd7zXZ\0"), "a compressed file (xz)", ONE_BY_ONE),
    (Mark("archive", b"\x28\xb5\x2f\xfd"), "a compressed file (Zstandard)", ONE_BY_ONE),
    (Mark("archive", b"ustar", 257), "an archive (tar)", ONE_BY_ONE),
    (Mark("video", b"RIFF", also=(8, b"AVI ")), *VIDEO),
    (Mark("video", b"\x1a\x45\xdf\xa3"), *VIDEO),
    (Mark("video", b"\0\0\1\xba"), *VIDEO),
    (Mark("video", b"\0\0\1\xb3"), *VIDEO),
    (Mark("video", b"FLV\1"), *VIDEO),
    (Mark("video", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), *VIDEO),
    (Mark("video", b"moov", 4), *VIDEO),
    (Mark("video", b"mdat", 4), *VIDEO),
    (Mark("video", b"OggS"), "a recording (Ogg)", STILL),
    (Mark("audio", b"RIFF", also=(8, b"WAVE")), "a sound recording", STILL),
    (Mark("audio", b"ID3"), "a sound recording", STILL),
    (Mark("audio", b"fLaC"), "a sound recording", STILL),
)
