"""The compliance report of a licensee."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView
from foundation.api import schema
from foundation.api.operations import Parameter, operation
from royalties.documents import compliance as documents
from royalties.permissions import COMPLIANCE_SEE
from royalties.selectors import compliance
from royalties.selectors.compliance_words import CODES

FINDING = schema.record(
    "ComplianceFinding",
    {
        "code": schema.one_of(CODES),
        "certain": {**schema.FLAG, "description": "False: it can't be told either way."},
        "title": {"type": "string"},
        "what": {"type": "string"},
        "clause": {"type": "string"},
        "work": schema.maybe(schema.UUID),
        "lines": schema.COUNT,
        "units": schema.AMOUNT,
        "money": schema.many(
            schema.record("ComplianceMoney", {"amount": schema.AMOUNT, "currency": schema.text(3)})
        ),
        "quantity": {"type": "string"},
        "rows": schema.many(
            schema.record(
                "ComplianceRows",
                {
                    "file": schema.UUID,
                    "name": {"type": "string"},
                    "rows": {"type": "string", "examples": ["2-5, 9"]},
                },
            )
        ),
        "next": {"type": "string"},
    },
)
SECTION = schema.record(
    "ComplianceSection",
    {
        "license": schema.maybe(
            {**schema.UUID, "description": "Null: what concerns the licensee as a whole."}
        ),
        "code": schema.maybe(schema.text(64)),
        "instalments": schema.many(
            schema.record(
                "ComplianceInstalment",
                {
                    "label": schema.text(120),
                    "due": schema.DAY,
                    "amount": schema.AMOUNT,
                    "left": schema.AMOUNT,
                    "currency": schema.CURRENCY,
                    "state": schema.one_of(("later", "due", "part_paid", "overdue", "paid")),
                    "paid_on": schema.maybe(schema.DAY),
                },
            )
        ),
        "reports": schema.many(
            schema.record(
                "ComplianceReportDue",
                {
                    "source": schema.text(200),
                    "period": schema.PERIOD,
                    "due": schema.DAY,
                    "state": schema.one_of(("received", "late", "due")),
                    "on": schema.DAY,
                },
            )
        ),
        "findings": schema.many(FINDING),
    },
)
REPORT = schema.record(
    "ComplianceReport",
    {
        "licensee": schema.UUID,
        "name": {"type": "string"},
        "period": schema.PERIOD,
        "first_day": schema.DAY,
        "last_day": schema.DAY,
        "known_at": schema.MOMENT,
        "lines": schema.COUNT,
        "breaches": schema.COUNT,
        "open": schema.COUNT,
        "sections": schema.many(SECTION),
    },
)


class Compliance(ApiView):
    """What a licensee used, paid and reported, held against its licences."""

    group = "Licences"
    permission = COMPLIANCE_SEE

    @operation(
        "Hold a licensee's use, payments and reports against its licences",
        gives=REPORT,
        query=(
            Parameter("licensee", schema.text(100, least=1), "Its id or code.", required=True),
            Parameter("period", schema.PERIOD, "Whose use it is about.", required=True),
            Parameter("license", schema.text(64, least=1), "The id or code of one licence alone."),
        ),
        description="The codes of findings, and how lines are tied to licences: licenses.md.",
        refuses=(404, 422),
    )
    def get(self, request: Request) -> dict[str, Any]:
        """Return the report as known now."""
        report = compliance.report(
            licensee=self.asked["licensee"],
            label=self.asked["period"],
            license=self.asked.get("license", ""),
            at=timezone.now(),
        )
        return documents.plain(report)
