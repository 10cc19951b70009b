"""A compliance report as a file: made at once, and recorded."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from audit.services import events
from royalties.documents import compliance as documents
from royalties.selectors.compliance import Report

if TYPE_CHECKING:
    from audit.actors import Actor


def file(*, report: Report, kind: str, organisation: str, by: "Actor", at: datetime) -> bytes:
    """Return the report as csv or xlsx; that somebody took it stands in the trail."""
    out = io.BytesIO()
    rows, sha256 = documents.write(report, kind, out, by=str(by), organisation=organisation, at=at)
    events.record(
        "royalties.compliance.exported",
        subject=("holders.holder", report.licensee),
        actor=by,
        at=at,
        after={"period": report.label, "format": kind, "rows": rows, "sha256": sha256},
    )
    return out.getvalue()
