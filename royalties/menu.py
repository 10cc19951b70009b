"""The pages of this app in the menu, and what waits on them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Sum
from django.urls import reverse
from markupsafe import Markup

from accounts import longjobs, needs
from foundation.models import Job
from foundation.pages import navigation
from foundation.pages.filters import rounded
from royalties import permissions, policies
from royalties.models import SalesException
from royalties.services import documents, runs

if TYPE_CHECKING:
    from accounts.models import User


def fill() -> None:
    """Add them, at start."""
    navigation.add(
        navigation.Item("exceptions", "Exceptions", permissions.EXCEPTION_DECIDE, order=30)
    )
    navigation.add(navigation.Item("runs", "Royalty runs", permissions.RUN_SEE, order=35))
    navigation.add(navigation.Item("statements", "Statements", permissions.STATEMENT_SEE, order=40))
    needs.add(
        needs.Queue(
            "Sales that wait for a decision",
            permissions.EXCEPTION_DECIDE,
            "exceptions",
            _exceptions,
            order=20,
        )
    )
    needs.add(
        needs.Queue("Statements", permissions.STATEMENT_SEE, "statements", _statements, order=30)
    )
    longjobs.add(longjobs.Look(runs.KIND, "Royalty run", permission=permissions.RUN_SEE, link=_run))
    longjobs.add(longjobs.Look(documents.KIND, "Statement as a file", link=_statement_file))


def _run(job: Job) -> str:
    return reverse("run", args=[job.payload["run"]])


def _statement_file(job: Job) -> str:
    return reverse("statement_file", args=[job.payload["statement"], job.payload["format"]])


def _exceptions(person: "User", at: datetime) -> needs.Waiting:
    rows = SalesException.objects.order_by()
    count = rows.aggregate(n=Count("fingerprint", distinct=True), since=Min("since"))
    sums = rows.values_list("currency").annotate(Sum("amount")).order_by("currency")
    at_stake = [rounded((amount, currency)) for currency, amount in sums]
    about = Markup("{} at stake").format(Markup(", ").join(at_stake)) if at_stake else ""
    return needs.Waiting(count["n"], count["since"], about)


def _statements(person: "User", at: datetime) -> needs.Waiting:
    """Return the statements of the newest period that this person may see."""
    mine = policies.visible(person)
    newest = mine.order_by("-end_day", "-pk").values_list("period", flat=True).first()
    if newest is None:
        return needs.Waiting(0)
    return needs.Waiting(mine.filter(period=newest).count(), about=f"for {newest}")
