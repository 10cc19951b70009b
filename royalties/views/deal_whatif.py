"""What a draft would have come to on the last period's sales; nothing is written."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from foundation.pages import fragments
from royalties.models import DealVersion
from royalties.selectors import figures, whatif
from royalties.selectors.figures import Node
from royalties.services import whatif as long
from royalties.views.deals import DealPage


class WhatIf(DealPage):
    """Old, new and difference of each payee, on the sales of one period."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the comparison, or the way to have it calculated where there are many lines."""
        deal = self.deal(pk)
        draft = _draft(deal.pk)
        base = whatif.basis(draft, at=timezone.now()) if draft else None
        job, answer = None, None
        if draft is not None and base is not None:
            if base.lines <= whatif.AT_ONCE:
                answer = whatif.compared(draft, base)
            else:
                job = long.asked(draft, base)
                answer = job.result if job else None
        groups, totals = whatif.table(answer) if answer else ([], [])
        context = {
            "deal": deal,
            "draft": draft,
            "base": base,
            "last_day": whatif.last_day(base) if base else None,
            "job": job,
            "answer": answer,
            "groups": groups,
            "totals": totals,
            "names": _names(answer),
        }
        return fragments.page(request, "royalties/deal_what_if.html", context, block="answer")

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Have it calculated by a job."""
        draft = _draft(self.deal(pk).pk)
        base = whatif.basis(draft, at=timezone.now()) if draft else None
        if draft is not None and base is not None and base.lines > whatif.AT_ONCE:
            long.ask(draft=draft, base=base, by=self.person, at=timezone.now())
        return redirect("deal_what_if", pk=pk)


class Working(DealPage):
    """How one payee's figures came about under one of the two versions."""

    def get(self, request: HttpRequest, pk: UUID, side: str, payee: str) -> HttpResponse:
        """Show the working; it is calculated anew, or read from the job's answer."""
        deal = self.deal(pk)
        draft = _draft(deal.pk)
        base = whatif.basis(draft, at=timezone.now()) if draft else None
        if draft is None or base is None or side not in ("old", "new"):
            raise Http404
        if base.lines <= whatif.AT_ONCE:
            answer = whatif.compared(draft, base)
        else:
            job = long.asked(draft, base)
            answer = (job.result if job else None) or {}
        root = ((answer.get(side) or {}).get("working") or {}).get(payee)
        if root is None:
            raise Http404
        context = {
            "deal": deal,
            "payee": payee,
            "side": side,
            "number": answer[side]["number"],
            "period": base.label,
            "node": _plain(figures.tree(root, deal.currency)),
        }
        template = "royalties/deal_what_if_working.html"
        return fragments.page(request, template, context, block="working")


def _draft(deal_id: UUID) -> DealVersion | None:
    rows = DealVersion.objects.filter(deal=deal_id, signed_at=None)
    return rows.select_related("deal").first()


def _names(answer: dict[str, Any] | None) -> dict[str, str]:
    sides = [answer[side] for side in ("old", "new")] if answer else []
    return {k: v for side in sides if side for k, v in side.get("names", {}).items()}


def _plain(node: Node) -> Node:
    """Return a working without ways to a statement's rows: there is no statement."""
    return replace(
        node, clause="", receipt="", children=tuple(_plain(each) for each in node.children)
    )
