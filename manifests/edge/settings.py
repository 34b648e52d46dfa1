"""What the configuration of nginx is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Edge:
    """One server block, in front of one or several web servers of ours.

    `mirror` is the folder that `manage mirror --follow` keeps on this host, empty for none. `cache_seconds`: together
    with the seconds in which the application notices what others change, less than the ten in which what is withdrawn
    must be gone. `transport`: headers that all answers over a secure connection carry.
    """

    public_url: str
    listen: str
    upstreams: tuple[str, ...]
    mirror: str
    cache: str
    cache_seconds: int = 5
    largest_body: int = 4 << 30
    certificate: tuple[str, str] | None = None
    transport: Mapping[str, str] = field(default_factory=dict)
