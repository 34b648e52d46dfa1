"""The whole configuration, of its parts: each says what it needs in http { } and what in server { }."""

from urllib.parse import urlsplit

from manifests.edge import documents
from manifests.edge.settings import Edge

_HEAD = """# Made by `manage nginx_config`, for GCIS at {url}.
# Include it within http { } (Debian: /etc/nginx/conf.d/). When settings change, make it anew.
"""
#: What every request to the application carries: who asks, by which scheme, under which name.
_PROXY = """    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Request-ID $request_id;
    proxy_read_timeout 60s;"""


def configuration(edge: Edge) -> str:
    """The text of one file."""
    head = _HEAD.replace("{url}", edge.public_url)
    return "\n".join([head, _hashes(), _upstream(edge), documents.cache(edge), documents.maps(edge), _server(edge), ""])


def _hashes() -> str:
    """Accept headers are long, and are looked up whole."""
    return "map_hash_bucket_size 512;\nmap_hash_max_size 4096;"


def _upstream(edge: Edge) -> str:
    servers = [f"    server {address};" for address in edge.upstreams]
    return "\n".join(["upstream gcis {", *servers, "    keepalive 32;", "}"])


def _server(edge: Edge) -> str:
    parts = [
        "server {",
        *_listening(edge),
        f"    server_name {urlsplit(edge.public_url).hostname};",
        "    merge_slashes off;",
        f"    client_max_body_size {edge.largest_body};",
        _PROXY,
        "",
        documents.locations(edge),
        "",
        "    location / {",
        "        proxy_pass http://gcis;",
        "    }",
        "}",
    ]
    return "\n".join(parts)


def _listening(edge: Edge) -> list[str]:
    if edge.certificate is None:
        return [f"    listen {edge.listen};"]
    certificate, key = edge.certificate
    return [
        f"    listen {edge.listen} ssl http2;",
        f"    ssl_certificate {certificate};",
        f"    ssl_certificate_key {key};",
    ]
