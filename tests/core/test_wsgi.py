"""Requests that Django itself stumbles over, before any middleware runs."""

from io import BytesIO

import pytest
from django.test import RequestFactory

from gcis.core.wsgi import Utf8Request


@pytest.mark.parametrize("charset", ["zlib", "bogus", "utf-16", "rot13", ""])
def test_no_charset_of_the_client_decides_how_the_query_is_read(charset: str) -> None:
    environ = RequestFactory()._base_environ(  # type: ignore[attr-defined]
        CONTENT_TYPE=f"text/plain; charset={charset}", QUERY_STRING="q=%C3%A9", PATH_INFO="/x"
    )
    request = Utf8Request({**environ, "wsgi.input": BytesIO()})
    assert request.GET["q"] == "é"
    assert request.content_params.get("charset", "") == charset
