"""The rectangle around a shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.build.second.outline import rectangle_around


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        ("<path d='M10,20 L30,20 30,40 10,40z'/>", "xywh=10,20,20,20"),
        ('<svg:path fill="none" d="M10 20h20v20H10Z"/>', "xywh=10,20,20,20"),
        ("<path d='m10,20 l20,0 0,20 -20,0z m5,5 1,1'/>", "xywh=10,20,20,20"),
        ("<path d='M10,20C10,10,30,10,30,20V25'/>", "xywh=10,10,20,15"),
        ("<path d='M10,20a10,10 0 1,0 20,0a10,10 0 1,0 -20,0z'/>", "xywh=10,10,20,20"),
        ("<path d='M10.6,20.4 L30.2-5'/>", "xywh=10,0,21,21"),
        ("<polygon points='10,20 30,20 20,40'/>", "xywh=10,20,20,20"),
        ("<rect x='10' y='20' width='20' height='5'/><circle cx='40' cy='40' r='2'/>", "xywh=10,20,32,22"),
        ("<ellipse cx='40' cy='40' rx='2' ry='3'/>", "xywh=38,37,4,6"),
        ("<line x1='1' y1='2' x2='3' y2='2'/>", "xywh=1,2,2,1"),
        ("<path transform='rotate(90)' d='M10,20 L30,20'/>", None),
        ("<path d='L'/>", None),
        ("<path d='M1e300,2 1e400,3'/>", None),
        ("<g/>", None),
    ],
)
def test_shapes(shape: str, box: str | None) -> None:
    assert rectangle_around(f"<svg xmlns='http://www.w3.org/2000/svg'>{shape}</svg>") == box


@given(st.text(alphabet="MmLlHhVvCcAaZz0123456789.-+e, "))
def test_any_path(data: str) -> None:
    box = rectangle_around(f"<svg><path d='{data}'/></svg>")
    assert box is None or box.startswith("xywh=")
