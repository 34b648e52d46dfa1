"""What a document must satisfy before we publish it: what the official schema of Presentation 3.0 demands of it, and
what the specification demands beyond that.

Every rule is a small function that cites its section; `findings` has each fault with its place, its sentence and the
name of its rule, `problems` the sentences of those that keep the document from being published.
"""

from manifests.build.rules.documents import checked
from manifests.build.rules.report import Finding, Json
from manifests.build.rules.values import NAV_DATE
from manifests.build.rules.warnings import warn

__all__ = ["NAV_DATE", "Finding", "findings", "problems"]


def problems(document: Json) -> list[str]:
    """Why this document may not be published, each sentence beginning with the place; empty if it may."""
    return [str(finding) for finding in checked(document).findings]


def findings(document: Json) -> list[Finding]:
    """All that is wrong with it, then what it had better have: errors keep it from being published, warnings do not."""
    report = checked(document)
    warn(report, document)
    return report.findings
