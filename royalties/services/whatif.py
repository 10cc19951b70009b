"""Long what-ifs: asked for as a job, which reads alone and keeps its answer as its result."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from audit.actors import Actor
from foundation import jobs
from foundation.jobs import JobContext
from foundation.models import Job
from kernel.errors import DomainError
from royalties.models import DealVersion
from royalties.selectors import whatif
from royalties.selectors.whatif import Basis

KIND = "royalties.deal.what_if"


class DraftGone(DomainError):
    """The draft that was asked about was changed or signed meanwhile."""

    code = "draft_gone"


def ask(*, draft: DealVersion, base: Basis, by: Actor, at: datetime) -> Job:
    """Ask for the comparison of a draft with the version in force; the same question once."""
    payload = {"version": str(draft.pk), "sha256": draft.sha256, "deal": str(draft.deal_id)}
    return jobs.enqueue(KIND, payload, actor=by, dedupe=_key(draft, base), at=at)


def asked(draft: DealVersion, base: Basis) -> Job | None:
    """Return the newest job for exactly this question."""
    return jobs.latest(KIND, _key(draft, base))


def work(context: JobContext, *, at: datetime) -> dict[str, Any]:
    """Return the answer. Raises DraftGone."""
    with context.transaction():
        draft = whatif.draft_asked_about(context.payload)
        base = whatif.basis(draft, at=at) if draft else None
        if draft is None or base is None:
            raise DraftGone("The draft was changed meanwhile. Ask again.")
        answer = whatif.compared(draft, base)
        context.checkpoint(None, 1, 1)
    return answer


def _key(draft: DealVersion, base: Basis) -> str:
    return sha256(whatif.fingerprint(draft, base).encode()).hexdigest()
