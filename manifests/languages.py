"""Which languages a visitor reads."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header


def preferred_languages(request: HttpRequest) -> list[str]:
    """The languages of Accept-Language in lower case, most wanted first, each region followed by its language."""
    header = request.headers.get("Accept-Language", "")
    wanted = [tag for tag, weight in parse_accept_lang_header(header) if weight]
    return list(dict.fromkeys(name for tag in wanted for name in (tag, tag.partition("-")[0])))
