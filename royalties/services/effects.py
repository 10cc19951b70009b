"""An amendment's money effect: calculated by a job when its signature is asked for."""

from datetime import datetime
from typing import Any

from audit.actors import Actor
from foundation import jobs
from foundation.jobs import JobContext
from foundation.models import Job
from royalties.models import DealVersion
from royalties.selectors import effects, whatif
from royalties.services.whatif import DraftGone

KIND = "royalties.deal.effect"


def ask(*, draft: DealVersion, by: Actor, at: datetime) -> Job | None:
    """Ask for the effect of a draft; None where no period of its deal was posted yet."""
    if not effects.posted_of(draft).exists():
        return None
    payload = {"version": str(draft.pk), "sha256": draft.sha256}
    return jobs.enqueue(KIND, payload, actor=by, dedupe=_key(draft), at=at)


def asked(draft: DealVersion) -> Job | None:
    """Return the newest job that calculates a draft's effect."""
    return jobs.latest(KIND, _key(draft))


def work(context: JobContext, *, at: datetime) -> dict[str, Any]:
    """Return the effect (``effects.effect``). Raises DraftGone."""
    with context.transaction():
        draft = whatif.draft_asked_about(context.payload)
        if draft is None:
            raise DraftGone("The draft was changed meanwhile. Ask for its signature again.")
        answer = effects.effect(draft, whatif.former(draft), at=at)
        context.checkpoint(None, 1, 1)
    return answer


def _key(draft: DealVersion) -> str:
    return f"{draft.pk}:{draft.sha256}"
