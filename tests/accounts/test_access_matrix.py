"""Every address, every method, everybody (A1, A2, A4): asked for real, against the table."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from accounts import permissions
from accounts.checks import GUARDED_ELSEWHERE, addresses, door_of
from accounts.doors import SAFE
from accounts.models import User
from accounts.services import clients
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories
from tests.access_matrix import ARGUMENTS, ROWS, SENT
from tests.matrix import COLUMNS, IN, ON, ORG, Cell, World

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROLES = [column for column in COLUMNS if column in permissions.ROLES and column != "api_client"]
LISTED = {(row[0], row[1]) for row in ROWS}


@pytest.fixture(autouse=True)
def _unhurried(settings):
    """A walk through the whole table may outlast the five minutes of a second factor."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600


@pytest.fixture
def world(org, other_org):
    """Two organisations and somebody for every column."""
    people = {role: factories.person(org, role) for role in ROLES}
    people["expired"] = factories.person(
        org, permissions.ADMINISTRATOR, ends=factories.LONG_AGO.replace(day=2)
    )
    people["stranger"] = factories.person(other_org, permissions.ADMINISTRATOR)
    people["disabled"] = factories.person(org, permissions.ADMINISTRATOR)
    return World(org=org, other_org=other_org, people=people)


@pytest.fixture
def cookies(world, token):
    """The cookies of everybody who is signed in, by column; a client has a token instead."""
    signed_in = {
        column: factories.sign_in(Client(), user).cookies for column, user in world.people.items()
    }
    User.objects.filter(pk=world.people["disabled"].pk).update(is_active=False)
    return {**signed_in, "api_client": token}


@pytest.fixture
def token(org):
    """A token of a client that may do whatever a client may."""
    codes = [permission.code for permission in permissions.every() if not permission.high]
    with tenant_atomic(org.id):
        made = clients.make(name="All", codes=codes, by=factories.TESTS, at=factories.LONG_AGO)
    told = Client().post(
        "/api/v1/oauth/token",
        {
            "grant_type": "client_credentials",
            "client_id": made.client_id,
            "client_secret": made.secret,
        },
    )
    return told.json()["access_token"]


def ask(cookies, column: str, method: str, address: str, data: dict[str, Any]):
    """Return the answer to one request, and undo whatever it did."""
    browser = Client(raise_request_exception=False)
    who = cookies.get(column)
    if isinstance(who, str):
        browser = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {who}"})
    elif who is not None:
        browser.cookies = who.copy()
    cache.clear()
    with transaction.atomic():
        answer = send(browser, method, address, data)
        transaction.set_rollback(True)
    return answer


def send(browser: Client, method: str, address: str, data: dict[str, Any]):
    """Send as a form does; to the API as a program does: JSON with the headers of every deed."""
    if method == "GET":
        return browser.get(address)
    if address.startswith("/api/v1/") and not address.startswith("/api/v1/oauth/"):
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        content = data["content"] if "media_type" in data else json.dumps(data)
        kind = data.get("media_type", "application/json")
        return browser.generic(method, address, content, kind, headers=headers)
    if method == "POST":
        return browser.post(address, data)
    return browser.generic(method, address, urlencode(data))


def cell_of(answer) -> Cell:
    """Return an answer as the table writes it."""
    if answer.status_code != 302:
        return answer.status_code
    place = answer["Location"].partition("?")[0]
    return {reverse("account_login"): IN, reverse("accounts:organisations"): ORG}.get(place, ON)


def address_of(name: str, world: World) -> str:
    """Return the address ``name`` with its arguments."""
    if name not in ARGUMENTS:
        return reverse(name)
    with tenant_atomic(world.org.id):
        return reverse(name, kwargs=ARGUMENTS[name](world))


def sent_to(name: str, method: str, world: World) -> dict[str, Any]:
    """Return what a request sends."""
    if (name, method) not in SENT:
        return {}
    with tenant_atomic(world.org.id):
        return SENT[name, method](world)


def test_every_address_is_in_the_table_and_the_table_names_no_other():
    assert {name for name, _ in addresses()} == {row[0] for row in ROWS}


def test_every_line_is_there_once_with_every_cell_declared():
    assert len(LISTED) == len(ROWS)
    short = [row[:2] for row in ROWS if len(row) != 2 + len(COLUMNS)]
    assert short == []
    strange = [
        row[:2] for row in ROWS for cell in row[2:] if cell not in (IN, ON, ORG, *range(600))
    ]
    assert strange == []


def test_every_cell_is_as_declared(world, cookies):
    wrong = []
    for name, method, *cells in ROWS:
        address, data = address_of(name, world), sent_to(name, method, world)
        for column, declared in zip(COLUMNS, cells, strict=True):
            got = cell_of(ask(cookies, column, method, address, data))
            if got != declared:
                wrong.append(f"{name} {method} as {column}: {got}, declared {declared}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_no_other_method_does_anything(world, cookies):
    wrong = []
    for name, _ in addresses():
        for method in METHODS:
            if (name, method) in LISTED:
                continue
            answer = ask(cookies, "administrator", method, address_of(name, world), {})
            if answer.status_code != 405:
                wrong.append(f"{name} {method}: {answer.status_code}")
    assert not wrong, "\n" + "\n".join(wrong)


def doors():
    """Return name, method and door of every line that asks for a role or a permission."""
    declared = {name: door_of(pattern.callback) for name, pattern in addresses()}
    return [
        (name, method, declared[name])
        for name, method in sorted(LISTED)
        if name not in GUARDED_ELSEWHERE
        and not (declared[name].public or declared[name].own_account)
    ]


def test_without_a_second_factor_no_role_but_the_creators_gets_in(world):
    people = {role: world.people[role] for role in ROLES if role != permissions.CREATOR}
    cookies = {
        role: factories.sign_in(Client(), user, verified=False).cookies
        for role, user in people.items()
    }
    wrong = []
    for name, method, _ in doors():
        for role in people:
            answer = ask(
                cookies, role, method, address_of(name, world), sent_to(name, method, world)
            )
            to = answer.headers.get("Location", "")
            if not to.startswith(reverse("accounts:second_factor")) and answer.status_code != 403:
                wrong.append(f"{name} {method} as {role}: {answer.status_code} {to}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_high_deed_needs_the_second_factor_again(world):
    person = world.people["administrator"]
    cookies = {"stale": factories.sign_in(Client(), person, fresh=False).cookies}
    wrong = []
    for name, method, door in doors():
        code = door.code(method)
        if not code or not permissions.find(code).high:
            continue
        if method in SAFE and not door.reveals:
            continue
        answer = ask(
            cookies, "stale", method, address_of(name, world), sent_to(name, method, world)
        )
        to = answer.headers.get("Location", "")
        if not to.startswith(reverse("accounts:step_up")) and answer.status_code != 403:
            wrong.append(f"{name} {method}: {answer.status_code} {to}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_foreign_row_and_one_that_never_was_get_the_same_answer(world, cookies):
    wrong = []
    for name, method, door in doors():
        arguments = ARGUMENTS.get(name)
        if arguments is None or door.signed_in or door.superuser:
            continue
        with tenant_atomic(world.org.id):
            never = {key: uuid4() for key in arguments(world)}
        data = sent_to(name, method, world)
        foreign = ask(cookies, "stranger", method, address_of(name, world), data)
        missing = ask(cookies, "stranger", method, reverse(name, kwargs=never), data)
        bodies = [body_of(answer) for answer in (foreign, missing)]
        if (foreign.status_code, missing.status_code) != (404, 404) or bodies[0] != bodies[1]:
            wrong.append(f"{name} {method}: {foreign.status_code} and {missing.status_code}")
    assert not wrong, "\n" + "\n".join(wrong)


def body_of(answer) -> bytes:
    """Return the body without the request's own name."""
    return answer.content.replace(answer.headers.get("X-Request-Id", "-").encode(), b"")


WITHOUT_TOKEN = {
    "notifications_stop": "a mail program posts here (RFC 8058); the signed address is the proof",
    "csp_reports": "browsers send no cookies with reports",
    "api:token": "clients show their secret",
    "api:revoke": "clients show their secret",
}


def test_no_form_is_taken_from_another_site(world, cookies):
    wrong = []
    for name, method in sorted(LISTED):
        if method == "GET" or name in WITHOUT_TOKEN:
            continue
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browser.cookies = cookies["administrator"].copy()
        cache.clear()
        address, data = address_of(name, world), sent_to(name, method, world)
        with transaction.atomic():
            answer = browser.generic(method, address, urlencode(data), FORM)
            transaction.set_rollback(True)
        if answer.status_code != 403:
            wrong.append(f"{name} {method}: {answer.status_code}")
    assert not wrong, "\n" + "\n".join(wrong)


FORM = "application/x-www-form-urlencoded"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def test_every_answer_is_strict_named_and_kept_nowhere(world, cookies):
    wrong = []
    for name, method in sorted(LISTED):
        for column in ("anonymous", "administrator", "stranger"):
            data = sent_to(name, method, world)
            answer = ask(cookies, column, method, address_of(name, world), data)
            headers = answer.headers
            missing = [each for each, value in ALWAYS.items() if headers.get(each) != value]
            policy = headers.get("Content-Security-Policy", "")
            if "default-src 'none'" not in policy or "unsafe" in policy:
                missing.append("Content-Security-Policy")
            if "no-store" not in headers.get("Cache-Control", ""):
                missing.append("Cache-Control")
            if not headers.get("X-Request-Id"):
                missing.append("X-Request-Id")
            for cookie in answer.cookies.values():
                kept = bool(cookie.value)  # taking one away needs no such care
                if kept and (not cookie["httponly"] or cookie["samesite"] != "Lax"):
                    missing.append(f"cookie {cookie.key}")
            wrong += [f"{name} {method} as {column}: {each}" for each in missing]
    assert not wrong, "\n" + "\n".join(wrong)


# What is no deed, though it answers with another page: nothing of the organisation changes.
NO_DEEDS = {
    "deal_what_if": "only asks: nothing is kept",
    "table_uploads": "recorded as a deed once the table is whole",
    "notifications_read": "reading is no deed",
    "notifications_test": "told to oneself",
    "account_login": "already signed in",
    "account_request_login_code": "already signed in",
    "account_confirm_login_code": "already signed in",
    "account_email_verification_sent": "nothing waits for a code",
    "account_confirm_password_reset_code": "nothing waits for a code",
    "account_complete_password_reset": "nothing waits for a code",
    "mfa_authenticate": "already signed in",
    "mfa_login_webauthn": "already signed in",
    "account_reauthenticate": "sent on to the second factor",
    "mfa_reauthenticate_webauthn": "has no passkey",
    "mfa_generate_recovery_codes": "recorded after the commit: see test_own_account",
    "mfa_activate_totp": "has an authenticator app",
    "account_change_password": "has no password, sent on to set one",
    "account_email": "says nothing to change",
    "accounts:organisations": "chooses for the session alone",
}


def test_every_deed_is_recorded_once(world, cookies):
    wrong = []
    for name, method, *cells in ROWS:
        done = cells[COLUMNS.index("administrator")]
        if method == "GET" or name in NO_DEEDS or done not in (ON, 201):
            continue
        address, data = address_of(name, world), sent_to(name, method, world)
        with tenant_atomic(world.org.id):
            before = set(Event.objects.values_list("pk", flat=True))
        browser = Client()
        browser.cookies = cookies["administrator"].copy()
        with transaction.atomic():
            send(browser, method, address, data)
            with tenant_atomic(world.org.id):
                told = Event.objects.exclude(pk__in=before).order_by("pk")
                events = [(event.code, event.auth_level) for event in told]
            transaction.set_rollback(True)
        if len(events) != 1 or events[0][1] not in ("step_up", "second_factor"):
            wrong.append(f"{name} {method}: {events}")
    assert not wrong, "\n" + "\n".join(wrong)
