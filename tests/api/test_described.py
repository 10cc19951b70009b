"""Answers are as the description says: every operation is asked by every role (Schemathesis).

The default suite sends to each operation what is well formed. With ``-m assurance`` requests are
made of its description, a few of each kind, then many for every role. They are the same each time.
Whatever a request did is undone.
"""

import pytest
import requests
import schemathesis
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from accounts import permissions
from foundation.tenancy import tenant_atomic
from tests import factories
from tests.access_matrix import ARGUMENTS, SENT
from tests.matrix import COLUMNS, World

pytestmark = pytest.mark.django_db
ROLES = (permissions.ANALYST, permissions.RIGHTS, permissions.ADMINISTRATOR, permissions.CREATOR)
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
PUBLIC = ("openapi", "token", "revoke")  # no roles; the first answers with the description itself
DESCRIPTION = "/api/v1/openapi.json"


class Asked:
    """One organisation with its rows, somebody for every role, and the API's description."""

    def __init__(self, org, other_org, change=lambda described: None):
        people = {
            role: factories.person(org, role)
            for role in COLUMNS
            if role in permissions.ROLES and role != "api_client"
        }
        self.world = World(org=org, other_org=other_org, people=people)
        self.cookies = {
            role: factories.sign_in(Client(), people[role], fresh=True).cookies for role in ROLES
        }
        described = Client().get(DESCRIPTION).json()
        change(described)
        schema = schemathesis.openapi.from_dict(described)
        self.operations = {
            told.definition.raw["operationId"]: told
            for told in (each.ok() for each in schema.get_all_operations())
        }

    def names(self):
        """Yield each operation with its address's name and method."""
        for known, operation in sorted(self.operations.items()):
            name, _, method = known.rpartition("_")
            if name not in PUBLIC:
                yield operation, f"api:{name}", method.upper()

    def arguments(self, name):
        """Return the address's arguments, as rows that are there."""
        with tenant_atomic(self.world.org.id):
            return (
                {each: str(value) for each, value in ARGUMENTS.get(name, dict)(self.world).items()}
                if name in ARGUMENTS
                else {}
            )

    def sent(self, name, method):
        """Return what is well formed, and its media type."""
        if (name, method) not in SENT:
            return b"", ""
        with tenant_atomic(self.world.org.id):
            found = SENT[name, method](self.world)
        if "media_type" in found:
            return found["content"], found["media_type"]
        return found, "application/json"

    def answer(self, role, operation, prepared):
        """Send a request as somebody, undo it, and hold the answer against the description."""
        browser = Client(raise_request_exception=False)
        browser.cookies = self.cookies[role].copy()
        headers = dict(prepared.headers)
        body = prepared.body or b""
        cache.clear()
        with transaction.atomic():
            answer = browser.generic(
                prepared.method,
                prepared.path_url,
                body.encode() if isinstance(body, str) else body,
                headers.pop("Content-Type", ""),
                headers=headers,
            )
            transaction.set_rollback(True)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        told = {name: [value] for name, value in answer.headers.items()}
        return Response(answer.status_code, told, content, prepared, 0.0, verify=True)


@pytest.fixture
def asked(org, other_org):
    return Asked(org, other_org)


def faults(asked, role, operation, prepared, case):
    """Return what of an answer isn't as described, in words."""
    answer = asked.answer(role, operation, prepared)
    try:
        case.validate_response(answer, checks=CHECKS)
    except BaseExceptionGroup as group:
        said = "; ".join(f"{each.title}: {each.message}" for each in group.exceptions)
        body = prepared.body if isinstance(prepared.body, (str, bytes, type(None))) else "?"
        return [
            f"{prepared.method} {prepared.path_url[:300]} as {role}: {answer.status_code} {said} "
            f"| sent {body!r:.400} | {answer.content[:400]!r}"
        ]
    return []


def well_formed(asked, roles, operation, name, method):
    """Return what is wrong with the answers to a request that makes sense."""
    arguments, wrong = asked.arguments(name), []
    content, media = asked.sent(name, method)
    for role in roles:
        case = operation.Case(method=method, path_parameters=arguments)
        request = requests.Request(
            method,
            f"http://testserver{reverse(name, kwargs=arguments)}",
            headers={"If-Match": "*", "Idempotency-Key": "k"},
            **({"json": content} if media == "application/json" else {"data": content}),
        ).prepare()
        if media:
            request.headers["Content-Type"] = media
        wrong += faults(asked, role, operation, request, case)
    return wrong


def test_what_is_well_formed_is_answered_as_described(asked):
    wrong = []
    for at, (operation, name, method) in enumerate(asked.names()):
        roles = {permissions.ADMINISTRATOR, ROLES[at % len(ROLES)]}
        wrong += well_formed(asked, sorted(roles), operation, name, method)
    assert not wrong, "\n".join(wrong)


def without_status(described):
    del described["paths"]["/api/v1/works"]["get"]["responses"]["200"]


def with_other_content(described):
    described["components"]["schemas"]["Work"]["required"].append("colour")


@pytest.mark.parametrize("change", [without_status, with_other_content])
def test_an_answer_that_isnt_described_is_noticed(org, other_org, change):
    asked = Asked(org, other_org, change)
    operation = asked.operations["works_get"]
    asked.arguments("api:work")  # there is a work then
    assert well_formed(asked, [permissions.ANALYST], operation, "api:works", "GET")


def generated(asked, role, operation, arguments, mode, examples):
    """Return what is wrong with the answers to requests made of an operation's description."""
    wrong = []
    fixed = {"path_parameters": arguments} if arguments else {}
    told = operation.as_strategy(generation_mode=mode, **fixed)

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=told)
    def send(case):
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = "*"
        given = case.as_transport_kwargs(base_url="http://testserver")
        names = ("method", "url", "headers", "params", "json", "data", "files")
        prepared = requests.Request(
            **{name: given[name] for name in names if given.get(name) is not None}
        ).prepare()
        wrong.extend(faults(asked, role, operation, prepared, case))

    try:
        send()
    except Unsatisfiable:
        pass  # nothing about it can be wrong
    return wrong


@pytest.mark.assurance
def test_a_few_requests_of_every_kind_are_answered_as_described(asked):
    wrong = []
    for at, (operation, name, _) in enumerate(asked.names()):
        role = ROLES[at % len(ROLES)]
        for mode in GenerationMode:
            wrong += generated(asked, role, operation, asked.arguments(name), mode, 1)
    assert not wrong, "\n".join(wrong)


@pytest.mark.assurance
@pytest.mark.parametrize("role", ROLES)
def test_many_requests_of_every_kind_are_answered_as_described(asked, role):
    wrong = []
    for operation, name, _ in asked.names():
        for arguments in (asked.arguments(name), {}):
            for mode in GenerationMode:
                wrong += generated(asked, role, operation, arguments, mode, 20)
    assert not wrong, "\n".join(wrong)
