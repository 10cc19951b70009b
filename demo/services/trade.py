"""Quarters of the demo: sales files imported, exceptions decided, the period run and posted."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from accounts import permissions
from demo.content import given as inputs
from demo.content.plan import Delivery, Plan
from demo.services.moments import moment
from foundation import jobs
from integrations.files.reading import Choices
from integrations.services import imports
from royalties import policies
from royalties.selectors import exceptions as waiting
from royalties.selectors import runs as questions
from royalties.services import calendar, exceptions, given, publishing, runs, sources
from royalties.services import questions as conversation

if TYPE_CHECKING:
    from accounts.models import User
    from royalties.models import Deal


@dataclass(frozen=True, slots=True)
class Desk:
    """An organisation at work: its id, its plan, its people by role."""

    org_id: UUID
    plan: Plan
    users: "dict[str, User]"

    @property
    def analyst(self) -> "User":
        """The person who imports, decides and runs."""
        return self.users[permissions.ANALYST]

    @property
    def rights(self) -> "User":
        """The person who keeps the registry."""
        return self.users[permissions.RIGHTS]

    @property
    def legal(self) -> "User":
        """The person who writes licences."""
        return self.users[permissions.LEGAL]


def enter_rates(*, desk: Desk, at: datetime) -> None:
    """Enter exchange rates and the tables that deals name."""
    by = desk.analyst
    given.enter_rates(source=inputs.SOURCE, pivot=inputs.PIVOT, rows=inputs.rates(), by=by, at=at)
    if desk.plan.costs:
        given.enter_table(name="demo_mechanical", rows=inputs.MECHANICAL, by=by, at=at)
        shares = inputs.shares(desk.plan.pieces)
        given.enter_table(name="blue_door_shares", rows=shares, by=by, at=at)


def enter_costs(*, desk: Desk, deals: "Mapping[str, Deal]", at: datetime) -> None:
    """Enter the costs that deals recoup."""
    for code in dict.fromkeys(cost.deal for cost in desk.plan.costs):
        rows = [
            {
                "category": cost.category,
                "amount": cost.amount,
                "date": cost.date,
                "note": cost.note,
            }
            for cost in desk.plan.costs
            if cost.deal == code
        ]
        given.enter_costs(
            deal=deals[code], rows=rows, source=f"costs-{code}", by=desk.analyst, at=at
        )


def take_files(*, desk: Desk, period: str) -> None:
    """Import the files of a quarter, in the steps that everybody's files take."""
    at = moment(_day_after(period, 8))
    for delivery in desk.plan.deliveries:
        if delivery.period == period:
            _take(desk, delivery, at)


def _take(desk: Desk, delivery: Delivery, at: datetime) -> None:
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        source = Path(folder) / "sales"
        source.write_bytes(delivery.content)
        begun = imports.begin(
            source=source,
            name=delivery.name,
            by=desk.analyst,
            at=at,
            choices=Choices(profile=delivery.profile),
            period=delivery.period,
        )
    for step in (imports.validate, imports.commit):
        job = step(import_id=begun.row.pk, by=desk.analyst, at=at)
        jobs.finish(desk.org_id, job.pk)


def decide(*, desk: Desk, period: str) -> None:
    """Decide each open exception for the first work that it suggests."""
    at = moment(_day_after(period, 12))
    for item in waiting.summary()["items"]:
        exceptions.decide(
            key=item["key"],
            work_id=UUID(item["suggestions"][0]["work"]),
            by=desk.analyst,
            at=at,
            reason="Misspelt by the distributor",
        )


def close(*, desk: Desk, period: str) -> None:
    """Run a quarter and post it, which issues its statements."""
    at = moment(_day_after(period, 20))
    run, job = runs.begin(period=period, by=desk.analyst, at=at)
    jobs.finish(desk.org_id, job)
    questions.sound(run.pk)
    runs.post(run_id=run.pk, by=desk.analyst, at=moment(_day_after(period, 24)))


def set_calendar(*, desk: Desk, at: datetime) -> None:
    """Publish 30 days after a quarter's end and pay 30 days after that."""
    calendar.set_rule(publish_after=30, pay_after=30, version=0, by=desk.analyst, at=at)


def publish(*, desk: Desk, period: str) -> None:
    """Publish a closed quarter's statements on their day."""
    publishing.publish_period(period=period, at=moment(_day_after(period, 30)))


def expect(*, desk: Desk, at: datetime) -> None:
    """Say when the sources are due."""
    for one in desk.plan.expected:
        sources.set_rule(
            source=one.source,
            every=one.every,
            due_after=one.due_after,
            first=one.first,
            by=desk.analyst,
            at=at,
        )


def talk(*, desk: Desk, period: str) -> None:
    """Let the creator ask about a quarter's statement, and answer what is answered."""
    for one in desk.plan.asked:
        if one.period != period:
            continue
        creator = desk.users[permissions.CREATOR]
        statement = policies.askable(creator).filter(period=period).earliest("number")
        made = conversation.ask(
            statement_id=statement.pk,
            asked={"step": one.step} if one.step else {},
            text=one.text,
            by=creator,
            at=moment(one.at),
        )
        if one.answer:
            conversation.answer(
                question_id=made.pk,
                text=one.answer,
                version=made.version,
                by=desk.analyst,
                at=moment(one.at + timedelta(days=1)),
            )


def _day_after(period: str, day: int) -> datetime:
    """Return a day of the month that follows a quarter."""
    return datetime(2026, 3 * int(period[-1]) + 1, day, 9, tzinfo=UTC)
