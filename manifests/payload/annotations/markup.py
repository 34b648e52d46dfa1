"""Texts in annotations. Unlike those in descriptions they say by `format` whether they are HTML."""

import re

from manifests.payload.properties.markup import cleaned

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text(value: str) -> str:
    """The text without what no document and no database can hold."""
    return _UNFIT.sub("", value)


def html(value: str) -> tuple[str, bool]:
    """HTML with no more in it than Presentation 3.0 §4.5 allows, and whether anything had to be changed.

    In an element of our own it is HTML whatever it begins and ends with.
    """
    whole = f"<span>{value}</span>"
    fit, _ = cleaned(whole)
    return (value, False) if fit == whole else (fit, True)
