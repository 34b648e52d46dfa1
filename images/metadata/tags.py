"""The tags of EXIF and TIFF by number: their names as ExifTool writes them, and what kind of thing they say. Pure."""

IMAGE_WIDTH, IMAGE_LENGTH, ORIENTATION = 256, 257, 274
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
XMP, IPTC, PHOTOSHOP, PROFILE = 700, 33723, 34377, 34675
ARTIST, COPYRIGHT = 315, 33432
EXIF_POINTER, GPS_POINTER, INTEROP_POINTER = 34665, 34853, 40965
MAKER_NOTE, COLOUR_SPACE, PIXEL_X, PIXEL_Y, GAMMA = 37500, 40961, 40962, 40963, 42240
SUBJECT_AREA, SUBJECT_LOCATION = 37396, 41492
INTEROP_INDEX = 1

RESOLUTION = frozenset({X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT})
POINTERS = frozenset({EXIF_POINTER, GPS_POINTER, INTEROP_POINTER})
#: Blocks of their own inside a TIFF directory: none of them is EXIF.
BLOCKS = frozenset({XMP, IPTC, PHOTOSHOP, PROFILE})

#: How the pixels are laid out in the file (TIFF 6.0, its supplements, DNG's and libtiff's own): never metadata.
STRUCTURE = frozenset(
    {
        *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291),
        *(292, 293, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332, 333, 334, 336, 337),
        *(338, 339, 340, 341, 342, 343, 344, 345, 346, 347, 351, 400, 401, 402, 403, 404, 433, 434, 435, 512, 513, 514),
        *(515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 559, 32781, 32995, 32996, 32997, 32998, 34232, 37724),
        *(50838, 50839, 65563, 65564),
    }
)

#: What describes the picture or how it was taken, in the main directory. All else there is about the file it was in.
MAIN = {
    269: "DocumentName",
    270: "ImageDescription",
    271: "Make",
    272: "Model",
    274: "Orientation",
    282: "XResolution",
    283: "YResolution",
    285: "PageName",
    296: "ResolutionUnit",
    305: "Software",
    306: "ModifyDate",
    315: "Artist",
    316: "HostComputer",
    18246: "Rating",
    18249: "RatingPercent",
    33432: "Copyright",
    40091: "XPTitle",
    40092: "XPComment",
    40093: "XPAuthor",
    40094: "XPKeywords",
    40095: "XPSubject",
}

EXIF = {
    33434: "ExposureTime",
    33437: "FNumber",
    34850: "ExposureProgram",
    34852: "SpectralSensitivity",
    34855: "ISO",
    34856: "Opto-ElectricConvFactor",
    34858: "TimeZoneOffset",
    34859: "SelfTimerMode",
    34864: "SensitivityType",
    34865: "StandardOutputSensitivity",
    34866: "RecommendedExposureIndex",
    34867: "ISOSpeed",
    34868: "ISOSpeedLatitudeyyy",
    34869: "ISOSpeedLatitudezzz",
    36864: "ExifVersion",
    36867: "DateTimeOriginal",
    36868: "CreateDate",
    36880: "OffsetTime",
    36881: "OffsetTimeOriginal",
    36882: "OffsetTimeDigitized",
    37121: "ComponentsConfiguration",
    37122: "CompressedBitsPerPixel",
    37377: "ShutterSpeedValue",
    37378: "ApertureValue",
    37379: "BrightnessValue",
    37380: "ExposureCompensation",
    37381: "MaxApertureValue",
    37382: "SubjectDistance",
    37383: "MeteringMode",
    37384: "LightSource",
    37385: "Flash",
    37386: "FocalLength",
    37393: "ImageNumber",
    37394: "SecurityClassification",
    37395: "ImageHistory",
    37396: "SubjectArea",
    37500: "MakerNote",
    37510: "UserComment",
    37520: "SubSecTime",
    37521: "SubSecTimeOriginal",
    37522: "SubSecTimeDigitized",
    37888: "AmbientTemperature",
    37889: "Humidity",
    37890: "Pressure",
    37891: "WaterDepth",
    37892: "Acceleration",
    37893: "CameraElevationAngle",
    40960: "FlashpixVersion",
    40961: "ColorSpace",
    40962: "ExifImageWidth",
    40963: "ExifImageHeight",
    40964: "RelatedSoundFile",
    41483: "FlashEnergy",
    41484: "SpatialFrequencyResponse",
    41486: "FocalPlaneXResolution",
    41487: "FocalPlaneYResolution",
    41488: "FocalPlaneResolutionUnit",
    41492: "SubjectLocation",
    41493: "ExposureIndex",
    41495: "SensingMethod",
    41728: "FileSource",
    41729: "SceneType",
    41730: "CFAPattern",
    41985: "CustomRendered",
    41986: "ExposureMode",
    41987: "WhiteBalance",
    41988: "DigitalZoomRatio",
    41989: "FocalLengthIn35mmFormat",
    41990: "SceneCaptureType",
    41991: "GainControl",
    41992: "Contrast",
    41993: "Saturation",
    41994: "Sharpness",
    41995: "DeviceSettingDescription",
    41996: "SubjectDistanceRange",
    42016: "ImageUniqueID",
    42032: "OwnerName",
    42033: "SerialNumber",
    42034: "LensInfo",
    42035: "LensMake",
    42036: "LensModel",
    42037: "LensSerialNumber",
    42038: "ImageTitle",
    42039: "Photographer",
    42040: "ImageEditor",
    42041: "CameraFirmware",
    42042: "RAWDevelopingSoftware",
    42043: "ImageEditingSoftware",
    42044: "MetadataEditingSoftware",
    42080: "CompositeImage",
    42081: "CompositeImageCount",
    42082: "CompositeImageExposureTimes",
    42240: "Gamma",
    59932: "Padding",
    59933: "OffsetSchema",
}

GPS = {
    0: "GPSVersionID",
    1: "GPSLatitudeRef",
    2: "GPSLatitude",
    3: "GPSLongitudeRef",
    4: "GPSLongitude",
    5: "GPSAltitudeRef",
    6: "GPSAltitude",
    7: "GPSTimeStamp",
    8: "GPSSatellites",
    9: "GPSStatus",
    10: "GPSMeasureMode",
    11: "GPSDOP",
    12: "GPSSpeedRef",
    13: "GPSSpeed",
    14: "GPSTrackRef",
    15: "GPSTrack",
    16: "GPSImgDirectionRef",
    17: "GPSImgDirection",
    18: "GPSMapDatum",
    19: "GPSDestLatitudeRef",
    20: "GPSDestLatitude",
    21: "GPSDestLongitudeRef",
    22: "GPSDestLongitude",
    23: "GPSDestBearingRef",
    24: "GPSDestBearing",
    25: "GPSDestDistanceRef",
    26: "GPSDestDistance",
    27: "GPSProcessingMethod",
    28: "GPSAreaInformation",
    29: "GPSDateStamp",
    30: "GPSDifferential",
    31: "GPSHPositioningError",
}

INTEROP = {1: "InteropIndex", 2: "InteropVersion", 4096: "RelatedImageFileFormat"}


_DIRECTORIES = {EXIF_POINTER: "ExifIFD", GPS_POINTER: "GPS", INTEROP_POINTER: "InteropIFD"}


def name(names: dict[int, str], tag: int) -> str:
    """The name of a tag in its directory, or its number as ExifTool would show it."""
    return names.get(tag) or _DIRECTORIES.get(tag) or f"tag 0x{tag:04x}"
