"""A page as a browser would take it apart."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client

#: Elements that have no end.
_EMPTY = {"img", "link", "meta", "input", "br", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    #: The classes of the elements around it.
    within: list[str]
    text: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()


@dataclass
class Page(HTMLParser):
    """Every element in document order; its text includes that of the elements in it."""

    status: int
    content: str
    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        within = [name for outer in self._open for name in outer.classes]
        element = Element(tag, {name: value or "" for name, value in attrs}, within)
        self.elements.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> ends nothing"
        assert self._open.pop().tag == tag, f"</{tag}> is not where it belongs"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, css_class: str = "") -> list[Element]:
        return [each for each in self.elements if each.tag == tag and (not css_class or css_class in each.classes)]

    @property
    def labels(self) -> list[str]:
        """What the cards are called."""
        return [each.text for each in self.all("span", "label")]

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the text of their links."""
        return {" ".join(each.text.split()): each["href"] for each in self.all("a")}

    @property
    def crumbs(self) -> list[str]:
        return [each.text for each in self.all("a") if "crumbs" in each.within]

    @property
    def text(self) -> str:
        return self.elements[0].text


def get(address: str, **headers: str) -> Page:
    response = Client().get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return Page(response.status_code, response.content.decode())
