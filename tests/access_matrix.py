"""Who gets which answer from every address of the product. ``test_access_matrix.py`` asks them all.

One line for each address and method that does something; every other method must be refused. A
page is added by adding its lines to a module of ``tests/matrix``, its address's arguments to
``ARGUMENTS`` and, for a POST, what is sent to ``SENT`` (see docs/security.md). Everybody but
"anonymous" has given a second factor and confirmed it within five minutes; what happens otherwise
is asked for every door by itself.
"""

import json
import pkgutil
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

from accounts.models import ChangeRequest
from holders.models import Holder
from royalties.engine.statement import SUMS
from royalties.models import Run, Statement
from royalties.services import deals
from tests import factories, matrix
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"

OPERATIONS = (
    "index",
    "login",
    "app_list",
    *(f"{table}_changelist" for table in (
        "territories_territory", "territories_territorygroup", "territories_groupmember",
        "territories_righttype", "territories_territoryrate", "territories_explicitrule",
        "holders_society",
        "holders_societymapping",
    )),
)  # fmt: skip

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("healthz", "GET",                      200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("readyz", "GET",                       200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("workerz", "GET",                      503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503),
    ("beatz", "GET",                        503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503),
    ("csp_reports", "POST",                 204, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204),
    # The way in.
    ("account_login", "GET",                200,  ON,  ON,  ON,  ON,  ON,  ON, 200,  ON,  ON, 200),
    ("account_login", "POST",               200,  ON,  ON,  ON,  ON,  ON,  ON, 200,  ON,  ON, 200),
    ("account_signup", "GET",               200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("account_logout", "GET",                IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("account_logout", "POST",               IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN),
    ("account_inactive", "GET",             200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("account_request_login_code", "GET",   200,  ON,  ON,  ON,  ON,  ON,  ON, 200,  ON,  ON, 200),
    ("account_request_login_code", "POST",  200,  ON,  ON,  ON,  ON,  ON,  ON, 200,  ON,  ON, 200),
    ("account_confirm_login_code", "GET",    ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON),
    ("account_confirm_login_code", "POST",   ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON),
    ("account_email_verification_sent", "GET",
                                             IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("account_email_verification_sent", "POST",
                                             IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("account_reset_password", "GET",       200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("account_reset_password", "POST",      200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("account_confirm_password_reset_code", "GET",
                                             IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN),
    ("account_confirm_password_reset_code", "POST",
                                             IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN),
    ("account_complete_password_reset", "GET",
                                             ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON),
    ("account_complete_password_reset", "POST",
                                             ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON,  ON),
    ("account_password_reset_completed", "GET",
                                            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("mfa_authenticate", "GET",              IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_authenticate", "POST",             IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_login_webauthn", "GET",            IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_login_webauthn", "POST",           IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    # One's own account: any signed-in person, in an organisation or not.
    ("accounts:organisations", "GET",        IN, 200, 200, 200, 200, 200, 200,  IN, 403, 200,  IN),
    ("accounts:organisations", "POST",       IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN, 403, 200,  IN),
    ("accounts:second_factor", "GET",        IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("accounts:step_up", "GET",              IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("accounts:resume", "GET",               IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("accounts:totp_qr", "GET",              IN, 404, 404, 404, 404, 404, 404,  IN, 404, 404,  IN),
    ("account_reauthenticate", "GET",        IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("account_reauthenticate", "POST",       IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_reauthenticate", "GET",            IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_reauthenticate", "POST",           IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_reauthenticate_webauthn", "GET",   IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_reauthenticate_webauthn", "POST",  IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("account_email", "GET",                 IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("account_email", "POST",                IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("account_change_password", "GET",       IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("account_change_password", "POST",      IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("account_set_password", "GET",          IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("account_set_password", "POST",         IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("usersessions_list", "GET",             IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("usersessions_list", "POST",            IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_index", "GET",                     IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_activate_totp", "GET",             IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_activate_totp", "POST",            IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_deactivate_totp", "GET",           IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_deactivate_totp", "POST",          IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
    ("mfa_view_recovery_codes", "GET",       IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_generate_recovery_codes", "GET",   IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_generate_recovery_codes", "POST",  IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN, 403,  ON,  IN),
    ("mfa_download_recovery_codes", "GET",   IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_list_webauthn", "GET",             IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_add_webauthn", "GET",              IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_add_webauthn", "POST",             IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("mfa_remove_webauthn", "GET",           IN, 404, 404, 404, 404, 404, 404,  IN, 404, 404,  IN),
    ("mfa_remove_webauthn", "POST",          IN, 404, 404, 404, 404, 404, 404,  IN, 404, 404,  IN),
    ("mfa_edit_webauthn", "GET",             IN, 404, 404, 404, 404, 404, 404,  IN, 404, 404,  IN),
    ("mfa_edit_webauthn", "POST",            IN, 404, 404, 404, 404, 404, 404,  IN, 404, 404,  IN),
    # The API: tokens for clients, and who the caller is.
    ("api:token", "POST",                   400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400),
    ("api:revoke", "POST",                  400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400),
    ("api:me", "GET",                       401, 200, 200, 200, 200, 200, 200, 200, 403, 200, 401),
    # Home and change requests (the one asked about: a deal's signature, asked for by the analyst).
    ("home", "GET",                          IN, 200, 200, 200, 200, 200, 200,  IN, ORG, 200,  IN),
    ("changes", "GET",                       IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("change", "GET",                        IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("change_approve", "POST",               IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("change_reject", "POST",                IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("change_withdraw", "POST",              IN, 409,  ON, 409, 409, 403, 403,  IN, ORG, 404,  IN),
    # The operations site: for superusers, and nobody here is one.
    *(
        (f"admin:{name}", "GET",             IN, 404, 404, 404, 404, 404, 404,  IN, 404, 404,  IN)
        for name in OPERATIONS
    ),
    # Statements (the one asked about isn't the creator's, and has no deals).
    ("statements", "GET",                    IN, 403, 200, 200, 200, 200, 403,  IN, ORG, 200,  IN),
    ("statement", "GET",                     IN, 403, 200, 200, 200, 404, 403,  IN, ORG, 404,  IN),
    ("statement_rows", "GET",                IN, 403, 200, 200, 200, 404, 403,  IN, ORG, 404,  IN),
    ("statement_lines", "GET",               IN, 403, 404, 404, 404, 404, 403,  IN, ORG, 404,  IN),
    ("statement_file", "GET",                IN, 403, 200, 200, 200, 404, 403,  IN, ORG, 404,  IN),
    ("statement_file", "POST",               IN, 403,  ON,  ON,  ON, 404, 403,  IN, ORG, 404,  IN),
    ("statement_working", "GET",             IN, 403, 404, 404, 404, 404, 403,  IN, ORG, 404,  IN),
    ("statement_receipts", "GET",            IN, 403, 404, 404, 404, 404, 403,  IN, ORG, 404,  IN),
]
# fmt: on


def change(world: World) -> ChangeRequest:
    """Return a change request that waits: a deal to be signed."""
    if "change" not in world.made:
        document = json.loads((EXAMPLES / "d2-standard-hardback.json").read_text())
        entered = deals.enter(document=document, by=factories.TESTS, at=factories.LONG_AGO)
        world.made["change"] = deals.ask_for_signature(
            deal=entered.version.deal,
            reason="The contract of March",
            by=world.people["financial_analyst"],
            at=datetime.now(UTC),
        )
    return world.made["change"]


def statement(world: World) -> Statement:
    """Return a statement of a holder whom nobody here has to do with; every figure is zero."""
    if "statement" not in world.made:
        days = {"period": "2026-Q1", "first_day": date(2026, 1, 1), "end_day": date(2026, 4, 1)}
        at = factories.LONG_AGO
        run = Run.objects.create(
            state="posted", posted_at=at, begun_at=at, begun_by=world.org.id, **days
        )
        holder = Holder.objects.create(kind="person", name="Nobody Here", created_at=at)
        sums = dict.fromkeys(SUMS, "0.00")
        world.made["statement"] = Statement.objects.create(
            holder=holder,
            run=run,
            number="2026-Q1-00001",
            currency="EUR",
            earned=0,
            payable=0,
            content={"sums": sums, "deals": []},
            sha256="0" * 64,
            issued_at=at,
            **days,
        )
    return world.made["statement"]


# Arguments of addresses that have any: a function of the world (inside its organisation's wall).
ARGUMENTS: Arguments = {
    "change": lambda world: {"pk": change(world).pk},
    "change_approve": lambda world: {"pk": change(world).pk},
    "change_reject": lambda world: {"pk": change(world).pk},
    "change_withdraw": lambda world: {"pk": change(world).pk},
    "statement": lambda world: {"pk": statement(world).pk},
    "statement_rows": lambda world: {"pk": statement(world).pk},
    "statement_lines": lambda world: {"pk": statement(world).pk, "result": world.org.id},
    "statement_working": lambda world: {"pk": statement(world).pk, "result": world.org.id},
    "statement_receipts": lambda world: {"pk": statement(world).pk, "result": world.org.id},
    "statement_file": lambda world: {"pk": statement(world).pk, "kind": "pdf"},
    "admin:app_list": lambda world: {"app_label": "territories"},
    "accounts:resume": lambda world: {"token": world.org.id},
    "mfa_remove_webauthn": lambda world: {"pk": 1},
    "mfa_edit_webauthn": lambda world: {"pk": 1},
}

# What is sent where it isn't an empty form.
SENT: Sent = {
    ("accounts:organisations", "POST"): lambda world: {"organisation": str(world.org.id)},
    ("change_approve", "POST"): lambda world: {"payload_hash": change(world).payload_hash},
    ("change_reject", "POST"): lambda world: {"reason": "Not what was agreed"},
}

for _part in pkgutil.iter_modules(matrix.__path__):
    _module = import_module(f"tests.matrix.{_part.name}")
    ROWS += _module.ROWS
    ARGUMENTS |= getattr(_module, "ARGUMENTS", {})
    SENT |= getattr(_module, "SENT", {})
