"""Rights URIs in the one form that Presentation 3.0 §3.1 allows: http addresses of two organisations."""

import re

_CREATIVE_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?P<kind>licenses|publicdomain)/(?P<code>[a-z][a-z+-]*)/"
    r"(?P<version>\d\.\d)(?:/(?P<place>[a-z]{2}|igo|scotland))?"
    r"(?:/(?:deed|legalcode)(?:[.-][a-z_-]*)?)?/?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_RIGHTS_STATEMENTS = re.compile(
    r"https?://(?:www\.)?rightsstatements\.org/(?:vocab|page|data)/(?P<code>[a-z-]+)/1\.0/?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_STATEMENTS = {
    code.lower(): code
    for code in (
        *("InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU"),
        *("NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC"),
    )
}


def rights_uri(text: str) -> str | None:
    """The URI meant by an address of Creative Commons or RightsStatements.org, or None if it is neither.

    https, www, deeds, legal codes, languages and missing slashes are what browsers show; the URI has none of them.
    """
    if licence := _CREATIVE_COMMONS.fullmatch(text.strip()):
        kind, code, version, place = (part and part.lower() for part in licence.groups())
        ported = f"{place}/" if place and version < "4" else ""  # from 4.0 on there are no national versions
        return f"http://creativecommons.org/{kind}/{code}/{version}/{ported}"
    statement = _RIGHTS_STATEMENTS.fullmatch(text.strip())
    code = _STATEMENTS.get(statement["code"].lower()) if statement else None
    return f"http://rightsstatements.org/vocab/{code}/1.0/" if code else None
