"""The part that answers for Presentation documents: from the mirror, else from a cache of some seconds."""

from gcis.core.headers import not_modified_headers
from manifests.addresses import PresentationAddresses
from manifests.answers import document_headers
from manifests.edge import wishes
from manifests.edge.settings import Edge
from manifests.negotiation import ENCODINGS, Variant
from manifests.versions import VERSIONS

#: What an encoded identifier is made of (`gcis.core.ids.encode`), with the folder that its files lie in.
_CHARACTERS = "[A-Za-z0-9._~:%-]"
_NAME = rf"(?<gcis_id>{_CHARACTERS}*?(?!\.\.?/)(?<gcis_end>{_CHARACTERS}{{1,2}}))"
_KIND = "(?<gcis_kind>manifest|collection)"
#: Nothing that lies in a mirror.
_NOTHING = "-"


def maps(edge: Edge) -> str:
    """For http { }: what is wanted, and the file of the mirror that holds it."""
    parts = [wishes.accept_map(), wishes.encoding_map(), _private_map()]
    if edge.mirror:
        parts += [_path_map(), _type_map(), _content_encoding_map(), _location_map(edge), _link_map(edge), _cdn_map()]
    return "\n".join(parts)


def cache(edge: Edge) -> str:
    return f"proxy_cache_path {edge.cache} keys_zone=gcis_documents:16m max_size=1g inactive=10m use_temp_path=off;"


def locations(edge: Edge) -> str:
    """For server { }."""
    if not edge.mirror:
        return _application("/presentation/", edge)
    return "\n\n".join([_mirror(edge), _application("@gcis_documents", edge)])


# ------------------------------------------------------------------------------------------------------------- mirror
def _path_map() -> str:
    """$gcis_path: by method, wish and the address as it was sent. Queries and other spellings are the application's."""
    lines = []
    for version in VERSIONS:
        for neutral in (True, False):
            folder = "" if neutral else f"{version.number}/"
            wanted = wishes.pattern(version, neutral=neutral)
            address = rf"^(?:GET|HEAD) {wanted} /presentation/{folder}{_NAME}/{_KIND}$"
            file = f"{version.form(neutral=neutral)}/$gcis_kind/$gcis_end/$gcis_id.json"
            lines.append(f"    '~{address}' {file};")
    source = '"$request_method $gcis_wish $request_uri"'
    return "\n".join([f"map {source} $gcis_path {{", f"    default {_NOTHING};", *lines, "}"])


def _type_map() -> str:
    """What stands for content is not sent with 304."""
    lines = [f"    '~^200 {each.number}' '{each.media_type(each.natural)}';" for each in VERSIONS]
    return "\n".join(['map "$status $gcis_path" $gcis_type {', '    default "";', *lines, "}"])


def _content_encoding_map() -> str:
    lines = [f"    '200 {suffix}' {name};" for suffix, name in ENCODINGS.items() if suffix]
    return "\n".join(['map "$status $gcis_suffix" $gcis_encoding {', '    default "";', *lines, "}"])


def _location_map(edge: Edge) -> str:
    """Which version a neutral address was answered in."""
    lines = [f"    '~^{each.form(neutral=True)}/' '{_address(edge, each.number)}';" for each in VERSIONS]
    return "\n".join(["map $gcis_path $gcis_chosen {", '    default "";', *lines, "}"])


def _link_map(edge: Edge) -> str:
    """At neutral addresses; what has not all versions is not in the mirror there."""
    links = ", ".join(
        f'<{_address(edge, each.number)}>;rel="alternate";type="application/ld+json";profile="{each.context}"'
        for each in VERSIONS
    )
    return "\n".join(["map $gcis_path $gcis_link {", '    default "";', f"    '~^.n/' '{links}';", "}"])


def _cdn_map() -> str:
    return "\n".join(["map $gcis_path $gcis_cdn {", '    default "";', "    '~^.n/' no-store;", "}"])


def _address(edge: Edge, version: int) -> str:
    """Of the document that $gcis_path is about: what differs stands in variables."""
    address = PresentationAddresses(edge.public_url).manifest("gcis", version)
    return address.removesuffix("gcis/manifest") + "$gcis_id/$gcis_kind"


def _mirror(edge: Edge) -> str:
    dynamic = {
        "Content-Type": "$gcis_type",
        "Content-Encoding": "$gcis_encoding",
        "CDN-Cache-Control": "$gcis_cdn",
        "Content-Location": "$gcis_chosen",
        "Link": "$gcis_link",
    }
    lines = [f"        add_header {name} {value};" for name, value in dynamic.items()]
    lines += [f'        add_header {name} "{value}";' for name, value in {**_fixed_headers(), **edge.transport}.items()]
    return "\n".join(
        [
            "    location /presentation/ {",
            f"        root {edge.mirror};",
            "        try_files /$gcis_path$gcis_suffix @gcis_documents;",
            "        types { }",
            '        default_type "";',
            "        charset off;",
            "        gzip off;",
            "        etag on;",
            "        if_modified_since exact;",
            "        max_ranges 0;",
            "        open_file_cache off;",
            *lines,
            "    }",
        ]
    )


def _fixed_headers() -> dict[str, str]:
    """Those of the application's own answers that are the same for all documents."""
    headers = not_modified_headers(document_headers(Variant(VERSIONS[0], VERSIONS[0].natural), "", "", None, {}, 0))
    return {name: value for name, value in headers.items() if name != "ETag"}


# -------------------------------------------------------------------------------------------------------- application
def _private_map() -> str:
    return "\n".join(
        ["map $upstream_http_cache_control $gcis_private {", '    default "";', "    '~no-store|private' 1;", "}"]
    )


def _application(place: str, edge: Edge) -> str:
    """Answers that vary by Accept and Accept-Encoding are told apart by the key: by the wish, and the suffix."""
    lines = [
        f"    location {place} {{",
        "        proxy_pass http://gcis;",
        "        proxy_cache gcis_documents;",
        '        proxy_cache_key "$host $request_uri $gcis_suffix $gcis_wish";',
        f"        proxy_cache_valid 200 301 404 406 410 {edge.cache_seconds}s;",
        "        proxy_ignore_headers Cache-Control Expires Vary;",
        "        proxy_cache_bypass $http_cookie $http_authorization;",
        "        proxy_no_cache $http_cookie $http_authorization $gcis_private;",
        "        proxy_cache_lock on;",
        "        max_ranges 0;",
        "        add_header X-Cache $upstream_cache_status;",
        "    }",
    ]
    return "\n".join(lines)
