"""Licences for tests: an organisation's people, works with codes, documents, signatures."""

from datetime import UTC, date, datetime
from typing import Any

from accounts import permissions
from accounts.services import changes
from audit import actors
from catalog.services.works import NewWork
from holders.selectors import holders as known
from holders.services import holders
from licenses.models import License
from licenses.services import drafts, signing
from rights.services.registration import register_work
from tests import factories

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ACTOR = actors.command("tests")


class World:
    """Who works with licences; ``legal`` enters and asks, ``chief`` approves."""

    def __init__(self, org: Any) -> None:
        self.org = org
        self.legal = factories.person(org, permissions.LEGAL)
        self.chief = factories.person(org, permissions.ADMINISTRATOR)

    def film(self, code: str = "F-1", **more: Any) -> Any:
        """Register a work of the house with a code."""
        new = NewWork(**{"kind": "film", "title": f"Film {code}", "code": code, **more})
        return register_work(work=new, actor=ACTOR, at=NOW)

    def document(self, code: str = "L-1", licensee: str = "NORD", **more: Any) -> dict[str, Any]:
        """Return a licence's document: exclusive SVOD in the US for 2026."""
        if known.by_reference(licensee) is None:
            holders.register(kind="other", name=licensee, code=licensee, actor=ACTOR, at=NOW)
        base = {
            "format": "mediatrack.license/1",
            "license": code,
            "title": f"Licence {code}",
            "licensee": licensee,
            "signed_on": "2026-01-05",
            "term": {"start": "2026-01-01", "end": "2026-12-31"},
            "currency": "EUR",
            "fee": "0",
            "grants": [self.grant()],
        }
        return base | more

    @staticmethod
    def grant(**more: Any) -> dict[str, Any]:
        """Return a grant's words."""
        base = {"clause": "2.1", "works": ["F-1"], "rights": ["svod"], "territory": "US"}
        return base | {"exclusive": True} | more

    def ask(self, document: dict[str, Any], *, at: datetime = NOW, breach: str = "") -> Any:
        """Enter a document and ask for its signature."""
        license = drafts.enter(document=document, by=self.legal, at=at).version.license
        return signing.ask(license=license, reason="Deal done", by=self.legal, at=at, breach=breach)

    def approve(self, request: Any, *, at: datetime = NOW) -> None:
        """Approve a request as the administrator."""
        changes.approve(
            request_id=request.pk,
            payload_hash=request.payload_hash,
            by=self.chief,
            at=at,
            fresh=True,
        )

    def sign(self, document: dict[str, Any], *, at: datetime = NOW, breach: str = "") -> License:
        """Enter and sign a document; return its licence."""
        self.approve(self.ask(document, at=at, breach=breach), at=at)
        return License.objects.get(code=document["license"])

    def terminate(self, license: License, last_day: date, *, at: datetime = NOW) -> License:
        """End a licence early."""
        request = signing.ask_to_terminate(
            license=license, last_day=last_day, reason="Breach", by=self.legal, at=at
        )
        self.approve(request, at=at)
        license.refresh_from_db()
        return license
