"""HTML in texts: 2.1 §4.4 has fewer attributes than people write, and the official reader refuses the others."""

import re

import nh3

_TAG = re.compile(r"<[A-Za-z][^>]*>")
_VALUE = r"(?:\"[^\"]*\"|'[^']*')"
#: Tags as §4.4 lets them stand: attributes are href of a, src and alt of img.
_PLAIN = re.compile(rf"<(?:a(?:\s+href={_VALUE})?|img(?:\s+(?:src|alt)={_VALUE})*|[A-Za-z]+\d?)\s*/?>")
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "img": {"src", "alt"}}
#: HTML does not close these, XML does.
_EMPTY = re.compile(r"<(br|img|hr|wbr)((?:\s[^<>]*?)?)\s*/?>")


def is_html(words: str) -> bool:
    """§4.4: what begins and ends like that is taken for HTML."""
    return words.startswith("<") and words.endswith(">")


def tidy(words: str) -> str:
    """HTML without other attributes, as well-formed XML. What is fine already stays as it was written."""
    if all(map(_PLAIN.fullmatch, _TAG.findall(words))):
        return words
    kept = _EMPTY.sub(r"<\1\2/>", nh3.clean(words, attributes=_ATTRIBUTES, link_rel=None))
    return kept if is_html(kept) else f"<span>{kept}</span>"
