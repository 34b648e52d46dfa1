"""What a document says of its thing, for people: texts in the visitor's language, links, and how to cite it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from django.template.defaultfilters import linebreaksbr
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from manifests.build.rights import rights_uri
from manifests.gallery import Thumbnail, pick, values_in

#: Of the HTML that Presentation 3.0 §4.5 allows, what stands in our page. Pictures do not: they may come from anywhere.
_TAGS = {"a", "b", "br", "i", "p", "small", "span", "sub", "sup"}
_WEB = ("http://", "https://")
#: What people call the kinds of files.
_FORMATS = {"application/pdf": "PDF", "text/html": "page", "application/json": "JSON", "text/xml": "XML"}
_FORMATS |= {"application/xml": "XML", "text/plain": "text", "application/ld+json": "JSON-LD", "image/jpeg": "JPEG"}
_FORMATS |= {"application/epub+zip": "EPUB", "text/csv": "CSV", "image/tiff": "TIFF", "application/zip": "ZIP"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its values as HTML, in the visitor's language."""

    label: str
    value: SafeString


@dataclass(frozen=True, slots=True)
class Link:
    address: str
    label: str
    #: What is to be found there: a kind of file.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation: `address` is that of its homepage, "" = none."""

    label: str
    address: str
    logo: Thumbnail | None


@dataclass(frozen=True, slots=True)
class Described:
    """`rights_address` is "" where the statement is no address of the web."""

    label: str
    summary: SafeString
    pairs: list[Pair]
    statement: Pair | None
    rights: str
    rights_address: str
    providers: list[Provider]
    homepages: list[Link]
    see_also: list[Link]
    renderings: list[Link]


def described(document: Mapping[str, Any], languages: Sequence[str]) -> Described:
    """`document` is a manifest, collection or canvas in Presentation 3.0; `languages` as `gallery.pick` takes them."""
    statement, rights = document.get("requiredStatement"), document.get("rights") or ""
    return Described(
        label=pick(document.get("label"), languages),
        summary=rich(document.get("summary"), languages),
        pairs=[_pair(entry, languages) for entry in document.get("metadata", ())],
        statement=_pair(statement, languages) if statement else None,
        rights=rights_name(rights),
        rights_address=web_address(rights),
        providers=[_provider(agent, languages) for agent in document.get("provider", ())],
        homepages=links(document.get("homepage", ()), languages),
        see_also=links(document.get("seeAlso", ()), languages),
        renderings=links(document.get("rendering", ()), languages),
    )


def citation(about: Described, address: str) -> str:
    """One line: what it is, who has it, and where it is to be found for good."""
    parts = [about.label, *(provider.label for provider in about.providers)]
    return ". ".join([*(part.rstrip(". ") for part in parts if part), address])


def rich(language_map: Any, languages: Sequence[str]) -> SafeString:
    """A text that may be HTML (§4.5: < at the start, > at the end), as HTML for our page."""
    return format_html_join(" · ", "{}", ((_html(value),) for value in values_in(language_map, languages)))


def _html(value: str) -> SafeString:
    if not (value.startswith("<") and value.endswith(">")):
        return linebreaksbr(escape(value))
    attributes = {"*": set[str](), "a": {"href"}}
    clean = nh3.clean(value, tags=_TAGS, attributes=attributes, url_schemes={"http", "https", "mailto"})
    return mark_safe(clean)  # noqa: S308 - cleaned in the line before


def _pair(entry: Mapping[str, Any], languages: Sequence[str]) -> Pair:
    return Pair(pick(entry.get("label"), languages), rich(entry.get("value"), languages))


def links(resources: Iterable[Mapping[str, Any]], languages: Sequence[str]) -> list[Link]:
    """Those of these resources that lead somewhere; one without a label is called by its address."""
    return [_link(each, languages) for each in resources if web_address(each.get("id"))]


def _link(resource: Mapping[str, Any], languages: Sequence[str]) -> Link:
    address, format_ = resource["id"], resource.get("format") or ""
    label = pick(resource.get("label"), languages)
    return Link(address, label or address, _FORMATS.get(format_, format_) if format_ != "text/html" else "")


def _provider(agent: Mapping[str, Any], languages: Sequence[str]) -> Provider:
    homepages = links(agent.get("homepage", ()), languages)
    logos = [logo for each in agent.get("logo", ()) if (logo := _logo(each))]
    address = homepages[0].address if homepages else web_address(agent.get("id"))
    return Provider(pick(agent.get("label"), languages), address, logos[0] if logos else None)


def _logo(resource: Mapping[str, Any]) -> Thumbnail | None:
    address = web_address(resource.get("id"))
    return Thumbnail(address, resource.get("width", 0), resource.get("height", 0)) if address else None


def web_address(uri: Any) -> str:
    """The address if it is one of the web, that people may follow; else ""."""
    return uri if isinstance(uri, str) and uri.startswith(_WEB) else ""


def rights_name(uri: str) -> str:
    """What people call the statement behind a Creative Commons or RightsStatements.org address."""
    known = rights_uri(uri)
    if known is None:
        return uri
    host, _, code, *rest = known.removeprefix("http://").split("/")
    if host == "rightsstatements.org":
        return f"RightsStatements.org: {code}"
    named = {"zero": "CC0", "mark": "Public Domain Mark"}
    return " ".join([named.get(code, f"CC {code.upper()}"), *(part.upper() for part in rest if part)])
