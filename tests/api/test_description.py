"""The OpenAPI document: every example fits its own schema, and so does every answer."""

from copy import deepcopy
from datetime import datetime

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from accounts import permissions
from accounts.api.description import document
from foundation.api.openapi import METHODS
from tests import factories
from tests.access_matrix import ROWS
from tests.accounts import test_access_matrix as asking
from tests.api.conftest import Program
from tests.matrix import COLUMNS, World

checker = FormatChecker(formats=("uuid", "date"))


@checker.checks("date-time", raises=ValueError)
def is_moment(value):
    """Return whether a text is a moment with its zone; what is no text is nothing to this check."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def examples(node, at=()):
    """Yield (place, schema, example) of every example of a schema or a part of one."""
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from examples(each, (*at, str(number)))
    elif isinstance(node, dict):
        found = node.get("examples", [])
        named = isinstance(found, dict)  # a property that happens to be called so
        yield from (("/".join(at), node, each) for each in ([] if named else found))
        for word, value in node.items():
            if named or word != "examples":
                yield from examples(value, (*at, word))


def faults(told):
    """Return what doesn't fit, a line each: the example's place, and what is wrong in it."""
    return [
        f"{place}{error.json_path[1:]}: {error.message}"
        for place, schema, example in examples(told)
        for error in Draft202012Validator(
            {**schema, "components": told["components"]}, format_checker=checker
        ).iter_errors(example)
    ]


def operations():
    """Return every operation of the document by its name."""
    return {
        each["operationId"]: each
        for methods in document()["paths"].values()
        for method, each in methods.items()
        if method in METHODS
    }


def test_every_example_fits_its_own_schema():
    assert faults(document()) == []
    assert len(list(examples(document()))) > 150


@pytest.mark.parametrize(
    ("schema", "change", "said"),
    [
        ("Webhook", {"made_at": "yesterday"}, "is not a 'date-time'"),
        ("Webhook", {"events": ["all"]}, "is not one of"),
        ("Webhook", {"colour": "red"}, "Additional properties are not allowed"),
        ("Work", {"id": "7"}, "is not a 'uuid'"),
    ],
)
def test_an_example_that_doesnt_fit_would_be_found(schema, change, said):
    told = deepcopy(document())
    told["components"]["schemas"][schema]["examples"][0] |= change
    assert any(said in each for each in faults(told))


def test_a_list_has_an_example_where_its_rows_have_one():
    schemas = document()["components"]["schemas"]
    pages = [name for name in schemas if f"{name}Page" in schemas and schemas[name].get("examples")]
    assert len(pages) >= 10
    for name in pages:
        [page] = schemas[f"{name}Page"]["examples"]
        assert page["items"] == schemas[name]["examples"][:1]


def test_every_operation_that_takes_json_shows_what_it_takes():
    bare = []
    for name, each in operations().items():
        content = each.get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None:
            schema = content["schema"]
            title = schema.get("$ref", "").rpartition("/")[2]
            told = document()["components"]["schemas"][title] if title else schema
            if not told.get("examples"):
                bare.append(name)
    assert bare == []


def unlike(name, method, answer):
    """Return what of an answer isn't as it is described, a line each; a file has no schema."""
    described = operations()[f"{name.removeprefix('api:')}_{method.lower()}"]["responses"]
    told = described.get(str(answer.status_code))
    if told is None:
        return [f"{name} {method}: {answer.status_code} isn't described"]
    media = answer.headers.get("Content-Type", "").partition(";")[0]
    content = told.get("content", {})
    if media != "application/json" or not content:
        as_told = media in content or not (content or answer.content)
        return [] if as_told else [f"{name} {method}: {media}, described {[*content]}"]
    schema = content[media]["schema"]
    found = Draft202012Validator(
        {**schema, "components": document()["components"]}, format_checker=checker
    ).iter_errors(answer.json())
    return [f"{name} {method}{error.json_path[1:]}: {error.message[:200]}" for error in found]


@pytest.mark.django_db
def test_every_answer_is_as_it_is_described(org, other_org):
    roles = [column for column in COLUMNS if column in permissions.ROLES]
    people = {role: factories.person(org, role) for role in roles if role != permissions.CLIENT}
    world = World(org=org, other_org=other_org, people=people)
    cookies = {role: factories.sign_in(Client(), user).cookies for role, user in people.items()}
    cookies[permissions.CLIENT] = Program(org).token
    wrong, asked = [], 0
    for name, method, *cells in ROWS:
        if not name.startswith("api:"):
            continue
        answers = dict(zip(COLUMNS, cells, strict=True))
        for who in (permissions.CLIENT, *people):
            if answers[who] not in (200, 201, 202, 204):
                continue
            address, sent = asking.address_of(name, world), asking.sent_to(name, method, world)
            answer = asking.ask(cookies, who, method, address, sent)
            wrong += [f"{each} (as {who})" for each in unlike(name, method, answer)]
            asked += 1
            break
    assert not wrong, "\n" + "\n".join(wrong)
    assert asked >= 75
