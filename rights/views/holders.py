"""The works that a holder has shares in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog.selectors import works
from holders.views.base import HolderPage
from rights import policies
from rights.permissions import CLAIM_VIEW
from rights.selectors import claims, registry

PAGE = 100


class Works(HolderPage):
    """What a holder holds today, work by work, a page at a time."""

    permission = CLAIM_VIEW
    tab = "holder_works"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show a page of it, after the claim that the address names."""
        holder = self.holder(pk)
        found = claims.of_holder(
            pk,
            on=timezone.now().date(),
            among=policies.claims_seen_by(self.person),
            after=_after(request.GET.get("after", "")),
            limit=PAGE + 1,
        )
        shown = found[:PAGE]
        titles = works.titles([one.work for one in shown])
        context = {
            "rows": [
                (
                    one,
                    titles[one.work],
                    registry.right_name(one.rights),
                    registry.short(one.territory),
                    next(share for share in one.shares if share.holder == pk),
                )
                for one in shown
            ],
            "after": f"{shown[-1].work}.{shown[-1].row}" if len(found) > PAGE else "",
            "first": "after" not in request.GET,
        }
        return self.show(request, "rights/holder_works.html", holder, context)


def _after(text: str) -> tuple[UUID, UUID] | None:
    """Return the work and the row that an address names; the beginning where it can't be read."""
    try:
        work, _, row = text.partition(".")
        return UUID(work), UUID(row)
    except ValueError:
        return None
