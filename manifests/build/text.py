"""Text in IIIF documents: language maps (Presentation 3.0 §4.4) and strings that are fit for them (§4.5)."""

import re
import unicodedata

#: {"en": ["…"], "none": ["…"]}
LanguageMap = dict[str, list[str]]

#: BCP 47, kept to letters and hyphens: the official schema refuses tags with digits.
_LANGUAGE_TAG = re.compile(r"[A-Za-z]+(-[A-Za-z]+)*")


def is_language_tag(text: str) -> bool:
    return _LANGUAGE_TAG.fullmatch(text) is not None


def plain(text: str) -> str:
    """The text as composed Unicode without control characters (line breaks stay) and without space around it.

    Clients take a value that starts with < and ends with > for HTML. Such a text gets the trailing space by which
    §4.5 marks it as plain.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    result = unicodedata.normalize("NFC", kept).strip()
    return f"{result} " if result.startswith("<") and result.endswith(">") else result


def joined(first: LanguageMap | None, second: LanguageMap | None) -> LanguageMap | None:
    """Both language maps in one, the values of the first before those of the second; None if both are empty."""
    if not second:
        return first or None
    maps = [each for each in (first, second) if each]
    tags = dict.fromkeys(tag for each in maps for tag in each)
    return {tag: [value for each in maps for value in each.get(tag, [])] for tag in tags} or None
