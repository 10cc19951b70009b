"""Register works."""

from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import place
from catalog.api import works as catalogue
from catalog.services.works import NewWork
from foundation.api.operations import Reply, operation
from rights.services import registration


class Works(catalogue.Works):
    """The list of works, and the way into it: every work has its default claims from the start."""

    @operation(
        "Register a work",
        takes=catalogue.NEW_WORK,
        gives=catalogue.WORK,
        status=201,
        tagged=True,
        also={200: "It is there already, as it was sent."},
    )
    def post(self, request: Request) -> Reply:
        """Register it, under the id that the client made where it sent one."""
        if (there := self.already(catalogue.complete(), catalogue.shown)) is not None:
            return there
        sent = dict(self.sent)
        owner, confirmed = sent.pop("owner", None), sent.pop("confirmed", False)
        parent = sent.pop("parent", None)
        if "id" in sent:
            sent["id"] = UUID(sent["id"])
        sent["identifiers"] = tuple((e["kind"], e["value"]) for e in sent.get("identifiers", ()))
        sent["credits"] = tuple((e["artist"], e["role"]) for e in sent.get("credits", ()))
        work = registration.register_work(
            work=NewWork(parent_id=UUID(parent) if parent else None, **sent),
            owner=UUID(owner) if owner else None,
            confirmed=confirmed,
            actor=self.actor,
            at=timezone.now(),
        )
        return Reply(catalogue.now(work.pk), location=place("work", pk=work.pk))
