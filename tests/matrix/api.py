"""The API: the same permissions as the pages; a program's token has every scope it may have."""

import json
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from catalog.services import assets
from catalog.services.works import NewWork
from holders.models import Holder
from integrations.models import Attempt
from integrations.services import webhooks
from rights.models import Claim
from rights.services.claims import claim
from rights.services.registration import register_work
from rights.services.terms import NewClaim
from royalties.models import Entry
from royalties.services import deals
from tests import factories
from tests.matrix import Arguments, Row, Sent, World
from tests.matrix.jobs import job
from tests.matrix.workbench import checked, rule, upload, waiting
from tests.matrix.works import conflict

BY, AT = factories.TESTS, factories.LONG_AGO

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("api:openapi", "GET",                  200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("api_docs", "GET",                     200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("api:jobs", "GET",                     401, 200, 200, 200, 200, 200, 200, 200, 403, 200, 401),
    ("api:job", "GET",                      401, 404, 200, 200, 404, 404, 200, 200, 403, 404, 401),
    ("api:job_cancel", "POST",              401, 404, 200, 200, 404, 404, 200, 200, 403, 404, 401),
    ("api:events", "GET",                   401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:territories", "GET",              401, 200, 200, 200, 200, 200, 200, 200, 403, 200, 401),
    ("api:territory", "GET",                401, 200, 200, 200, 200, 200, 200, 200, 403, 200, 401),
    ("api:right_types", "GET",              401, 200, 200, 200, 200, 200, 200, 200, 403, 200, 401),
    ("api:holders", "GET",                  401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:holders", "POST",                 401, 201, 201, 201, 403, 403, 403, 201, 403, 201, 401),
    ("api:holder", "GET",                   401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:holder", "PATCH",                 401, 200, 200, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:holder_numbers", "POST",          401, 200, 200, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:holder_deactivate", "POST",       401, 200, 200, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:holder_reactivate", "POST",       401, 422, 422, 422, 403, 403, 403, 422, 403, 404, 401),
    ("api:works", "GET",                    401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:works", "POST",                   401, 201, 403, 201, 403, 403, 403, 201, 403, 201, 401),
    ("api:work", "GET",                     401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:work", "PATCH",                   401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:work_retire", "POST",             401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:work_reinstate", "POST",          401, 422, 403, 422, 403, 403, 403, 422, 403, 404, 401),
    ("api:work_move", "POST",               401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:work_identifiers", "POST",        401, 201, 403, 201, 403, 403, 403, 201, 403, 404, 401),
    ("api:work_identifier_remove", "POST",  401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:work_claims", "GET",              401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:work_claims", "POST",             401, 201, 403, 201, 403, 403, 403, 201, 403, 404, 401),
    ("api:claims", "GET",                   401, 422, 422, 422, 422, 403, 403, 422, 403, 422, 401),
    ("api:claim", "GET",                    401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:claim_end", "POST",               401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:claim_withdraw", "POST",          401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:conflicts", "GET",                401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:conflict", "GET",                 401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:conflict_decision", "POST",       401, 202, 403, 202, 202, 403, 403, 202, 403, 404, 401),
    ("api:deals", "GET",                    401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:deals", "POST",                   401, 403, 201, 403, 403, 403, 403, 201, 403, 403, 401),
    ("api:deal_check", "POST",              401, 403, 200, 403, 403, 403, 403, 200, 403, 403, 401),
    ("api:deal", "GET",                     401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:deal_version", "GET",             401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:deal_signature", "POST",          401, 403, 201, 403, 403, 403, 403, 201, 403, 404, 401),
    ("api:exceptions", "GET",               401, 200, 200, 403, 403, 403, 403, 200, 403, 403, 401),
    ("api:exception", "GET",                401, 200, 200, 404, 404, 404, 404, 200, 403, 404, 401),
    ("api:exception_decide", "POST",        401, 201, 201, 404, 404, 404, 404, 201, 403, 404, 401),
    ("api:exception_undo", "POST",          401, 200, 200, 404, 404, 404, 404, 200, 403, 404, 401),
    ("api:sales_files", "GET",              401, 403, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:sales_files", "POST",             401, 403, 201, 403, 403, 403, 403, 201, 403, 403, 401),
    ("api:sales_file", "GET",               401, 403, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:sales_file_map", "POST",          401, 403, 200, 403, 403, 403, 403, 200, 403, 404, 401),
    ("api:sales_file_check", "POST",        401, 403, 202, 403, 403, 403, 403, 202, 403, 404, 401),
    ("api:sales_file_commit", "POST",       401, 403, 202, 403, 403, 403, 403, 202, 403, 404, 401),
    ("api:sales_file_reverse", "POST",      401, 403, 200, 403, 403, 403, 403, 200, 403, 404, 401),
    ("api:sales_file_errors", "GET",        401, 403, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:uploads", "GET",                  401, 403, 200, 403, 403, 403, 403, 200, 403, 403, 401),
    ("api:uploads", "POST",                 401, 403, 201, 403, 403, 403, 403, 201, 403, 403, 401),
    ("api:upload", "GET",                   401, 404, 200, 404, 404, 404, 404, 404, 403, 404, 401),
    ("api:upload", "PATCH",                 401, 404, 422, 404, 404, 404, 404, 422, 403, 404, 401),
    ("api:upload", "DELETE",                401, 404, 204, 404, 404, 404, 404, 404, 403, 404, 401),
    ("api:upload_finish", "POST",           401, 404, 409, 404, 404, 404, 404, 404, 403, 404, 401),
    ("api:changes", "GET",                  401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:change", "GET",                   401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:change_approve", "POST",          401, 403, 403, 200, 403, 403, 403, 403, 403, 404, 401),
    ("api:change_reject", "POST",           401, 403, 403, 200, 403, 403, 403, 403, 403, 404, 401),
    ("api:change_withdraw", "POST",         401, 409, 200, 409, 409, 403, 403, 409, 403, 404, 401),
    ("api:claim_transfer", "POST",          401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:claim_correct", "POST",           401, 200, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:claim_owner", "POST",             401, 422, 403, 422, 403, 403, 403, 422, 403, 404, 401),
    ("api:exception_decision", "GET",       401, 200, 200, 404, 404, 404, 404, 200, 403, 404, 401),
    ("api:webhooks", "GET",                 401, 403, 403, 200, 403, 403, 403, 200, 403, 200, 401),
    ("api:webhooks", "POST",                401, 403, 403, 201, 403, 403, 403, 201, 403, 201, 401),
    ("api:webhook", "GET",                  401, 403, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:webhook", "PATCH",                401, 403, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:webhook", "DELETE",               401, 403, 403, 204, 403, 403, 403, 204, 403, 404, 401),
    ("api:webhook_secret", "GET",           401, 403, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:webhook_rotate", "POST",          401, 403, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:webhook_attempts", "GET",         401, 403, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:webhook_replay", "POST",          401, 403, 403, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:runs", "GET",                     401, 403, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:runs", "POST",                    401, 403, 202, 403, 403, 403, 403, 202, 403, 403, 401),
    ("api:run", "GET",                      401, 403, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:run_review", "POST",              401, 403, 409, 403, 403, 403, 403, 409, 403, 404, 401),
    ("api:run_approval", "POST",            401, 403, 409, 403, 403, 403, 403, 409, 403, 404, 401),
    ("api:run_post", "POST",                401, 403, 200, 403, 403, 403, 403, 200, 403, 404, 401),
    ("api:statements", "GET",               401, 403, 200, 200, 200, 200, 403, 200, 403, 200, 401),
    ("api:statement", "GET",                401, 403, 200, 200, 200, 404, 403, 200, 403, 404, 401),
    ("api:statement_file", "GET",           401, 403, 200, 200, 200, 404, 403, 200, 403, 404, 401),
    ("api:statement_file", "POST",          401, 403, 202, 202, 202, 404, 403, 202, 403, 404, 401),
    ("api:assets", "GET",                   401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:asset", "GET",                    401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:asset_preview", "GET",            401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:gate_decisions", "POST",          401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:entries", "GET",                  401, 403, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:entry", "GET",                    401, 403, 200, 200, 200, 403, 403, 200, 403, 404, 401),
]
# fmt: on


def holder(world: World) -> Holder:
    """Return a holder."""
    if "holder" not in world.made:
        world.made["holder"] = Holder.objects.create(kind="label", name="Kes", created_at=AT)
    found: Holder = world.made["holder"]
    return found


def work(world: World) -> Any:
    """Return a registered work with a number."""
    if "api work" not in world.made:
        new = NewWork("recording", "Long Shore", identifiers=(("isrc", "QZ1110000777"),))
        world.made["api work"] = made = register_work(work=new, actor=BY, at=AT)
        world.made["identifier"] = made.identifiers.get().pk
    return world.made["api work"]


def asset(world: World) -> UUID:
    """Return a file of a work that may be shown everywhere: one that no other line changes."""
    if "asset" not in world.made:
        shown = register_work(work=NewWork("recording", "Shown"), actor=BY, at=AT)
        world.made["asset"] = assets.attach(
            work_id=shown.pk,
            kind="audio",
            content=b"a song",
            name="song.mp3",
            media_type="audio/mpeg",
            actor=BY,
            at=AT,
        ).pk
    found: UUID = world.made["asset"]
    return found


def release(world: World) -> UUID:
    """Return a registered work to stand above another."""
    if "release" not in world.made:
        new = NewWork("release", "Shores")
        world.made["release"] = register_work(work=new, actor=BY, at=AT).pk
    found: UUID = world.made["release"]
    return found


def claimed(world: World) -> UUID:
    """Return a claim's id."""
    if "claim" not in world.made:
        terms = NewClaim("master", [(holder(world).pk, 1)], territory="DE")
        made = claim(work_id=work(world).pk, terms=terms, actor=BY, at=AT)
        world.made["claim"] = Claim.objects.filter(origin=made.claim).first().origin
    found: UUID = world.made["claim"]
    return found


def document(name: str) -> dict[str, Any]:
    """Return one of the deals of the documentation."""
    from tests.access_matrix import EXAMPLES

    found: dict[str, Any] = json.loads((EXAMPLES / name).read_text())
    return found


def draft(world: World) -> UUID:
    """Return a deal that is a draft."""
    if "draft" not in world.made:
        entered = deals.enter(document=document("d6-list-royalty.json"), by=BY, at=AT)
        world.made["draft"] = entered.version.deal_id
    found: UUID = world.made["draft"]
    return found


def entry(world: World) -> UUID:
    """Return an entry of the ledger, without transfers."""
    if "entry" not in world.made:
        world.made["entry"] = Entry.objects.create(
            reference="opening",
            kind="opening",
            period="2026-Q1",
            day=AT.date(),
            posted_at=AT,
            posted_by=world.org.id,
        ).pk
    found: UUID = world.made["entry"]
    return found


def webhook(world: World) -> UUID:
    """Return a webhook that has something to be told."""
    if "webhook" not in world.made:
        made = webhooks.make(url="https://erp.example/in", kinds=["run.posted"], by=BY, at=AT)
        world.made["webhook"] = made.pk
        world.made["attempt"] = Attempt.objects.create(
            endpoint=made, told_of=made.pk, kind="run.posted", content={}, next_at=AT, made_at=AT
        ).pk
    found: UUID = world.made["webhook"]
    return found


def _statement(world: World) -> Any:
    from tests.access_matrix import statement

    return statement(world)


def _next_run(world: World) -> dict[str, Any]:
    _statement(world)
    return {"period": "2026-Q2"}


def _change(world: World) -> dict[str, Any]:
    from tests.access_matrix import change

    return {"pk": change(world).pk}


def _seen(world: World) -> dict[str, Any]:
    from tests.access_matrix import change

    return {"payload_hash": change(world).payload_hash}


def _decision(world: World) -> dict[str, Any]:
    return {
        "file": ContentFile(b"%PDF-1.7", name="settled.pdf"),
        "label": "Settlement",
        "shares": json.dumps([{"holder": str(holder(world).pk), "parts": 1}]),
        "reason": "As settled",
    }


def _taker(world: World) -> str:
    return str(Holder.objects.create(kind="label", name="Taker", created_at=AT).pk)


SALES = b"title,artist,amount,currency\nB,Kestrel,11.00,EUR\n"
WHY = {"reason": "Entered twice"}
ARGUMENTS: Arguments = {
    "api:asset": lambda world: {"pk": asset(world)},
    "api:asset_preview": lambda world: {"pk": asset(world)},
    "api:job": lambda world: {"pk": job(world).pk},
    "api:job_cancel": lambda world: {"pk": job(world).pk},
    "api:territory": lambda world: {"code": "US-CA"},
    "api:exception": lambda world: {"key": waiting(world).fingerprint},
    "api:exception_decide": lambda world: {"key": waiting(world).fingerprint},
    "api:exception_undo": lambda world: {"key": rule(world).fingerprint},
    "api:conflict": conflict,
    "api:conflict_decision": conflict,
    "api:deal": lambda world: {"pk": draft(world)},
    "api:deal_version": lambda world: {"pk": draft(world), "number": 1},
    "api:deal_signature": lambda world: {"pk": draft(world)},
    "api:run": lambda world: {"pk": _statement(world).run_id},
    "api:run_review": lambda world: {"pk": _statement(world).run_id},
    "api:run_approval": lambda world: {"pk": _statement(world).run_id},
    "api:run_post": lambda world: {"pk": _statement(world).run_id},
    "api:statement": lambda world: {"pk": _statement(world).pk},
    "api:statement_file": lambda world: {"pk": _statement(world).pk, "kind": "csv"},
    **{
        f"api:sales_file{name}": lambda world: {"pk": checked(world).pk}
        for name in ("", "_map", "_check", "_commit", "_reverse", "_errors")
    },
    **{
        f"api:webhook{name}": lambda world: {"pk": webhook(world)}
        for name in ("", "_secret", "_rotate", "_attempts")
    },
    "api:webhook_replay": lambda world: {
        "pk": webhook(world),
        "attempt": world.made["attempt"],
    },
    "api:upload": upload,
    **{
        f"api:change{name}": _change for name in ("", "_approve", "_reject", "_withdraw")
    },
    "api:exception_decision": lambda world: {"key": rule(world).fingerprint},
    "api:upload_finish": upload,
    "api:entry": lambda world: {"pk": entry(world)},
    "api:work_identifier_remove": lambda world: {
        "pk": work(world).pk,
        "identifier": world.made["identifier"],
    },
    **{
        f"api:{name}": lambda world: {"pk": holder(world).pk}
        for name in ("holder", "holder_numbers", "holder_deactivate", "holder_reactivate")
    },
    **{
        f"api:{name}": lambda world: {"pk": work(world).pk}
        for name in (
            "work", "work_retire", "work_reinstate", "work_move", "work_identifiers", "work_claims",
        )
    },
    **{
        f"api:{name}": lambda world: {"pk": claimed(world)}
        for name in (
            "claim", "claim_end", "claim_withdraw", "claim_transfer", "claim_correct",
            "claim_owner",
        )
    },
}  # fmt: skip
SENT: Sent = {
    ("api:gate_decisions", "POST"): lambda world: {
        "questions": [{"work": str(work(world).pk), "right": "master", "territory": "DE"}]
    },
    ("api:holders", "POST"): lambda world: {"kind": "label", "name": "New Label"},
    ("api:holder", "PATCH"): lambda world: {"name": "Kes Records", **WHY},
    ("api:holder_numbers", "POST"): lambda world: {"ipi": "", "isni": ""},
    ("api:holder_deactivate", "POST"): lambda world: WHY,
    ("api:holder_reactivate", "POST"): lambda world: WHY,
    ("api:works", "POST"): lambda world: {"kind": "recording", "title": "New Song"},
    ("api:work", "PATCH"): lambda world: {"title": "Longer Shore", **WHY},
    ("api:work_retire", "POST"): lambda world: WHY,
    ("api:work_reinstate", "POST"): lambda world: WHY,
    ("api:work_move", "POST"): lambda world: {"parent": str(release(world)), **WHY},
    ("api:work_identifiers", "POST"): lambda world: {"kind": "own", "value": "A-1"},
    ("api:work_identifier_remove", "POST"): lambda world: WHY,
    ("api:work_claims", "POST"): lambda world: {
        "right_type": "master",
        "territory": "FR",
        "shares": [{"holder": str(holder(world).pk), "parts": 1}],
    },
    ("api:claim_end", "POST"): lambda world: {"last_day": "2026-12-31", **WHY},
    ("api:claim_withdraw", "POST"): lambda world: WHY,
    ("api:claim_transfer", "POST"): lambda world: {
        "giver": str(holder(world).pk),
        "taker": _taker(world),
        "portion": "1/2",
        **WHY,
    },
    ("api:claim_correct", "POST"): lambda world: {
        "right_type": "master",
        "territory": "FR",
        "shares": [{"holder": str(holder(world).pk), "parts": 1}],
        **WHY,
    },
    ("api:claim_owner", "POST"): lambda world: {
        "shares": [{"holder": str(holder(world).pk), "parts": 1}],
        **WHY,
    },
    ("api:conflict_decision", "POST"): lambda world: {
        "content": encode_multipart(BOUNDARY, _decision(world)),
        "media_type": MULTIPART_CONTENT,
    },
    ("api:change_approve", "POST"): _seen,
    ("api:change_reject", "POST"): lambda world: WHY,
    ("api:deals", "POST"): lambda world: {"document": document("d4-e-book-with-delivery.json")},
    ("api:deal_check", "POST"): lambda world: {"document": document("d6-list-royalty.json")},
    ("api:deal_signature", "POST"): lambda world: WHY,
    ("api:exception_decide", "POST"): lambda world: {"work": str(work(world).pk)},
    ("api:exception_undo", "POST"): lambda world: WHY,
    ("api:runs", "POST"): _next_run,
    ("api:run_review", "POST"): lambda world: {"note": "Seen", "results_hash": "1" * 64},
    ("api:run_approval", "POST"): lambda world: WHY,
    ("api:uploads", "POST"): lambda world: {"name": "a.csv", "size": 9, "sha256": "1" * 64},
    ("api:webhooks", "POST"): lambda world: {
        "url": "https://erp.example/two",
        "events": ["exception.opened"],
    },
    ("api:webhook", "PATCH"): lambda world: {"active": False},
    ("api:sales_files", "POST"): lambda world: {
        "content": encode_multipart(BOUNDARY, {"file": ContentFile(SALES, name="sales.csv")}),
        "media_type": MULTIPART_CONTENT,
    },
    ("api:sales_file_map", "POST"): lambda world: {"profile": "mediatrack"},
    ("api:sales_file_reverse", "POST"): lambda world: WHY,
}
