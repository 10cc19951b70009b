"""An amendment's money effect: calculated by a job when its signature is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from audit.actors import Actor
from foundation import jobs
from foundation.jobs import JobContext
from foundation.models import Job
from kernel.errors import DomainError
from royalties.models import DealVersion
from royalties.selectors import effects, whatif

KIND = "royalties.deal.effect"


class DraftReplaced(DomainError):
    """The draft whose effect was asked for isn't there any more."""

    code = "draft_gone"


def ask(*, draft: DealVersion, by: Actor, at: datetime) -> Job | None:
    """Ask for the effect of a draft; None where no period of its deal was posted yet."""
    if next(effects.posted_of(draft), None) is None:
        return None
    payload = {"version": str(draft.pk), "sha256": draft.sha256}
    return jobs.enqueue(KIND, payload, actor=by, dedupe=_key(draft), at=at)


def asked(draft: DealVersion) -> Job | None:
    """Return the newest job that calculates a draft's effect."""
    return jobs.latest(KIND, _key(draft))


def work(context: JobContext, *, at: datetime) -> dict[str, Any]:
    """Return the effect (``effects.effect``). Raises DraftReplaced."""
    with context.transaction():
        draft = (
            DealVersion.objects.select_related("deal")
            .filter(pk=UUID(context.payload["version"]), sha256=context.payload["sha256"])
            .first()
        )
        if draft is None:
            raise DraftReplaced("The draft was changed meanwhile. Ask for its signature again.")
        answer = effects.effect(draft, whatif.former(draft), at=at)
        context.checkpoint(None, 1, 1)
    return answer


def _key(draft: DealVersion) -> str:
    return f"{draft.pk}:{draft.sha256}"
