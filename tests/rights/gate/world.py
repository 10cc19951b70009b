"""A small world for the gate: films with clauses of every kind, and how to write them down."""

from datetime import UTC, date, datetime
from uuid import uuid4

from catalog.services.works import NewWork
from holders.services import holders
from rights.engine.boxes import ALWAYS, Window
from rights.engine.written import Grant, Holdback
from rights.selectors import gate
from rights.selectors.clauses import right_span
from rights.selectors.gate_questions import Question
from rights.services import claims, granting, holds
from rights.services.claims import NewClaim
from rights.services.granting import Source
from rights.services.holds import Why
from rights.services.registration import register_work
from territories.geography import resolver
from tests import factories

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = date(2026, 6, 15)


def film(title="Low Water"):
    """Register a film that is ours."""
    return register_work(work=NewWork("film", title), actor=factories.TESTS, at=NOW)


def places(text):
    """Return an expression's places."""
    return resolver.resolve(text, on=NOW.date())


def holder(name):
    """Register a holder; return its id."""
    return holders.register(kind="other", name=name, actor=factories.TESTS, at=NOW).pk


def write(*rows, at=NOW):
    """Write clauses down as one licence's; return its id and its licensee."""
    to = holder(f"Nordlicht {uuid4()}")
    source = Source(uuid4(), 1, to, "Licence L-1")
    granting.lock(source.license, rows)
    granting.settle(source=source, rows=rows, at=at)
    return source


def grant(work, territory="US", window=ALWAYS, right="svod", exclusive=True, **more):
    """Return a grant."""
    return Grant(
        work_id=work.pk, clause="Out 1", territory=territory, span=places(territory),
        window=window, right=right, exclusive=exclusive, **more,
    )  # fmt: skip


def holdback(work, territory="US", window=ALWAYS, binds="licensor", right="svod", **more):
    """Return a holdback."""
    return Holdback(
        work_id=work.pk, clause="7", territory=territory, span=places(territory), window=window,
        rights=right_span(right), binds=binds, **more,
    )  # fmt: skip


def hold(work, at=NOW, **ground):
    """Place a legal hold."""
    return holds.place(
        work_id=work.pk,
        why=Why("legal", uuid4(), "An injunction"),
        actor=factories.TESTS,
        at=at,
        **ground,
    )


def claim(
    work, shares, territory="WORLD", right="svod", window=ALWAYS, source="contract", ref="", at=NOW
):
    """Claim a right; ``shares`` are pairs of holder and parts, of 10."""
    terms = NewClaim(
        right_type=right, shares=shares, parts_total=10, territory=territory, window=window,
        source=source, source_ref=ref,
    )  # fmt: skip
    return claims.claim(work_id=work.pk, terms=terms, actor=factories.TESTS, at=at)


def ask(work, territory="US", right="svod", on=DAY, now=NOW, **more):
    """Ask one question; return the codes of its reasons."""
    found = gate.decide([Question(work.pk, right, territory, on)], now=now, **more)
    return [reason.code.value for reason in found[0].reasons]


def until(day):
    """Return the days before ``day``."""
    return Window(None, day)
