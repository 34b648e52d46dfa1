"""Outlines keep their shapes and lose everything else."""

import time

import pytest

from manifests.payload.annotations.svg import LONGEST, MOST_ELEMENTS, outline
from manifests.payload.properties.way import Faulty, Way

LINKS = "xmlns:xlink='http://www.w3.org/1999/xlink'"
PAGE = "xmlns='http://www.w3.org/1999/xhtml'"
NS = "xmlns='http://www.w3.org/2000/svg'"
PLAIN = [
    f"<svg {NS}><path d='M1 2L3 4Z'/></svg>",
    f"<svg {NS} {LINKS}><g><path d='M270.000000,1900.000000 L1530,1900' /></g></svg>",
    f'<svg {NS} viewBox="0 0 10 10"><rect x="1" y="1" width="2" height="3" style="mix-blend-mode: normal"/></svg>',
    f"<svg {NS}><polygon points='0,0 1,1 2,0' fill='none' stroke='#00bfff' stroke-width='1'/></svg>",
    f"<svg {NS}><path data-paper-data='{{&quot;state&quot;:null}}' d='M1 2' font-family='none'/></svg>",
    "<svg><circle cx='1' cy='2' r='3'/></svg>",
]
HOSTILE = [
    f"<svg {NS} onload='alert(1)'><path d='M1 2'/></svg>",
    f"<svg {NS}><script>alert(1)</script><path d='M1 2'/></svg>",
    f"<svg {NS}><path d='M1 2'/><foreignObject><body {PAGE} onload='alert(1)'/></foreignObject></svg>",
    f"<svg {NS} {LINKS}><a xlink:href='javascript:alert(1)'><path d='M1 2'/></a><path d='M3 4'/></svg>",
    f"<svg {NS}><use href='https://evil.example.org/x.svg#a'/><path d='M1 2'/></svg>",
    f"<svg {NS}><image href='https://evil.example.org/1.png'/><path d='M1 2'/></svg>",
    f"<svg {NS}><style>@import url(https://evil.example.org/x.css);</style><path d='M1 2'/></svg>",
    f"<svg {NS}><path d='M1 2' style='background: url(https://evil.example.org/1.png)' fill='URL(#x)'/></svg>",
    f"<svg {NS}><path d='M1 2' style='background: u\\rl(https://evil.example.org/1.png)'/></svg>",
    f"<svg {NS}><path d='M1 2'><animate attributeName='href' values='javascript:alert(1)'/></path></svg>",
    f"<svg {NS}><title>&lt;/title&gt;&lt;img src=x onerror=alert(1)&gt;</title><path d='M1 2'/></svg>",
    f"<svg {NS}><desc>alert</desc><path d='M1 2'>alert(1)</path>alert</svg>",
    f"<svg {NS}><![CDATA[<script>alert(1)</script>]]><path d='M1 2'/></svg>",
    f"<svg {NS}><!-- <script>alert(1)</script> --><?evil alert(1)?><path d='M1 2'/></svg>",
    f"<svg {NS} xmlns:x='urn:evil'><x:script>alert(1)</x:script><path d='M1 2' x:onload='alert(1)'/></svg>",
    f"<svg {NS} xmlns:h='http://www.w3.org/1999/xhtml'><h:script>alert(1)</h:script><path d='M1 2'/></svg>",
]
REFUSED = [
    "",
    "M1 2",
    "<svg",
    "<html><path d='M1 2'/></html>",
    f"<svg {NS}><script>alert(1)</script></svg>",
    f"<svg {NS}/>",
    "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg><path d='&x;'/></svg>",
    "<!DOCTYPE svg SYSTEM 'https://evil.example.org/x.dtd'><svg><path d='M1 2'/></svg>",
    "<!DOCTYPE b [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><svg><path d='&b;'/></svg>",
    "<svg><path d='&nbsp;'/></svg>",
    "<svg>" + "<path d='M1 2'/>" * (MOST_ELEMENTS + 1) + "</svg>",
    "<svg>" + "<g>" * 200 + "<path d='M1 2'/>" + "</g>" * 200 + "</svg>",
    "<svg>" + "<g>" * 5000 + "</g>" * 5000 + "</svg>",
    "<svg><path d='" + "1" * LONGEST + "'/></svg>",
    "<svg><path d='\ud800'/></svg>",
    "<svg><path d='\x00'/></svg>",
    None,
    12,
]


@pytest.mark.parametrize("svg", PLAIN)
def test_shapes_come_back_as_they_were_written(svg: str) -> None:
    assert outline(svg, Way()) == svg
    assert outline(f"\n {svg}\n", Way()) == svg


@pytest.mark.parametrize("svg", HOSTILE)
def test_nothing_that_runs_loads_or_links_is_left(svg: str) -> None:
    found = outline(svg, Way())
    assert "<path" in found
    assert not any(word in found.lower() for word in ("alert", "evil", "script", "url", "href=", "<!", "<?"))
    assert outline(found, Way()) == found, "what is clean stays as it is"


@pytest.mark.parametrize("svg", REFUSED)
def test_what_is_no_outline_is_refused_at_once(svg: object) -> None:
    began = time.monotonic()
    with pytest.raises(Faulty):
        outline(svg, Way())
    assert time.monotonic() - began < 2


def test_an_import_is_told_what_was_taken_out() -> None:
    way = Way(lenient=True)
    outline(f"<svg {NS}><script>1</script><path d='M1 2'/></svg>", way)
    assert [each.code for each in way.noted] == ["svg"]
