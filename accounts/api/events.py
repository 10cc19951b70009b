"""The audit trail as programs read it: in its order, from the number they have seen last."""

from typing import Any
from urllib.parse import urlencode

from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.permissions import AUDIT_SEE
from audit.selectors import explorer
from foundation.api import schema, written
from foundation.api.operations import Parameter, operation

EVENT = schema.record(
    "Event",
    {
        "id": schema.UUID,
        "seq": schema.whole(1, 1 << 62),
        "code": schema.text(100),
        "at": schema.MOMENT,
        "actor": schema.UUID,
        "actor_kind": schema.text(20),
        "actor_name": schema.text(100),
        "subject": schema.UUID,
        "subject_kind": schema.text(100),
        "refused": schema.FLAG,
        "request": schema.text(64),
        "auth": schema.text(20),
        "hash": schema.SHA256,
    },
    example={
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0e",
        "seq": 1042,
        "code": "royalties.run.posted",
        "at": "2026-04-10T09:31:00Z",
        "actor": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0f",
        "actor_kind": "person",
        "actor_name": "",
        "subject": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0d",
        "subject_kind": "royalties.run",
        "refused": False,
        "request": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a10",
        "auth": "step_up",
        "hash": "0" * 64,
    },
)
QUERY = (
    Parameter("after", schema.whole(0, 1 << 53), "The number of the last event seen."),
    Parameter("code", schema.text(100, least=1), "Events of this code alone."),
    Parameter("subject", schema.UUID, "Events about this alone."),
    Parameter("limit", schema.whole(1, 1000), "Events a page; 200 where it isn't given."),
)


class Events(ApiView):
    """Sealed events: numbered, chained, a few seconds after the deed."""

    group = "Events"
    permission = AUDIT_SEE

    @operation(
        "Follow the audit trail",
        gives=schema.page_of(EVENT),
        query=QUERY,
        description="Ask with the number of the last event you have seen; at the end, ask again "
        "later with the last number. What is personal in an event isn't told here.",
    )
    def get(self, request: Request) -> dict[str, Any]:
        """List them in their order."""
        asked, size = self.asked, self.asked.get("limit", 200)
        rows = self.rows(explorer.shown().filter(seq__gt=asked.get("after", 0)))
        if "code" in asked:
            rows = rows.filter(code=asked["code"])
        if "subject" in asked:
            rows = rows.filter(subject_id=asked["subject"])
        found = list(rows.order_by("seq")[: size + 1])
        following = None
        if len(found) > size:
            more = {**asked, "after": found[size - 1].seq}
            following = f"{request.path}?{urlencode(more)}"
        return {"items": [_shown(event) for event in found[:size]], "next": following}


def _shown(event: Any) -> dict[str, Any]:
    body = event.body()
    names = "id code actor actor_kind actor_name subject subject_kind refused request auth"
    return {
        **{name: body[name] for name in names.split()},
        "seq": event.seq,
        "at": written.moment(event.at),
        "hash": bytes(event.hash).hex(),
    }
