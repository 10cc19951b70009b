"""Deals are entered as drafts, signed under four eyes, and stay as signed."""

import copy
import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts import permissions
from accounts.models import User
from accounts.services import changes, memberships
from audit.actors import command
from foundation.tenancy import tenant_atomic
from kernel.period import Period
from royalties.engine.errors import DealInvalid
from royalties.models import Deal, DealVersion
from royalties.selectors import deals as questions
from royalties.services import deals

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOOK = Path(__file__).resolve().parents[2] / "docs" / "examples" / "d2-standard-hardback.json"
SETUP = command("tests")


@pytest.fixture
def document():
    """A sound deal with examples that come out."""
    return json.loads(BOOK.read_text())


@pytest.fixture
def analyst(in_org):
    """Somebody who enters deals."""
    return person("analyst", permissions.ANALYST)


@pytest.fixture
def administrator(in_org):
    """Somebody who signs them."""
    return person("administrator", permissions.ADMINISTRATOR)


def person(name, role):
    """Return a person with a role in the open organisation."""
    user = User.objects.create_user(f"{name}@example.org")
    memberships.give(user=user, role=role, by=SETUP, at=NOW)
    return user


def enter(document, **more):
    """Enter a document."""
    return deals.enter(document=document, by=SETUP, at=NOW, **more)


def sign(deal, analyst, administrator):
    """Ask for a signature and give it."""
    request = deals.ask_for_signature(deal=deal, reason="Contract", by=analyst, at=NOW)
    return changes.approve(
        request_id=request.pk,
        payload_hash=request.payload_hash,
        by=administrator,
        at=NOW,
        fresh=True,
    )


def wrong(document):
    """Return the document with an example that fails."""
    other = copy.deepcopy(document)
    other["examples"][0]["periods"][0]["expect"]["author"]["earned"]["hardback"] = "1.00"
    return other


def test_a_document_becomes_a_draft_and_then_the_version_in_force(document, analyst, administrator):
    version = enter(document).version
    assert (version.number, version.signed_at) == (1, None)
    with pytest.raises(questions.NoDeal):
        questions.in_force(version.deal, Period.of("2026-H1"))
    assert sign(version.deal, analyst, administrator).state == "applied"
    assert questions.in_force(version.deal, Period.of("2026-H1")).pk == version.pk


def test_versions_hold_for_whole_periods_from_their_day(document, analyst, administrator):
    deal = enter(document).version.deal
    sign(deal, analyst, administrator)
    document["income"][0]["rate"]["tiers"]["steps"][0]["percent"] = "11"
    document["examples"] = [
        {
            "name": "one copy",
            "periods": [
                {
                    "period": "2027-H1",
                    "lines": [{"units": 1, "list_price": "100.00"}],
                    "expect": {"author": {"due": "11.00"}},
                }
            ],
        }
    ]
    enter(document, starts=date(2026, 8, 1))
    sign(deal, analyst, administrator)
    numbers = [questions.in_force(deal, Period.of(p)).number for p in ("2026-H2", "2027-H1")]
    assert numbers == [1, 2]


def test_a_deal_whose_examples_fail_cant_be_signed(document, analyst, administrator):
    entered = enter(wrong(document))
    assert not entered.examples[0].passed
    with pytest.raises(deals.DealRefused, match="expected 1.00"):
        deals.ask_for_signature(deal=entered.version.deal, reason="x", by=analyst, at=NOW)


def test_a_draft_changed_after_the_request_isnt_what_was_approved(document, analyst, administrator):
    deal = enter(document).version.deal
    request = deals.ask_for_signature(deal=deal, reason="Contract", by=analyst, at=NOW)
    document["note"] = "changed"
    enter(document)
    with pytest.raises(deals.DealRefused, match="isn't the one"), transaction.atomic():
        changes.approve(
            request_id=request.pk,
            payload_hash=request.payload_hash,
            by=administrator,
            at=NOW,
            fresh=True,
        )
    assert not DealVersion.objects.signed().exists()


def test_signed_terms_never_change(document, analyst, administrator):
    deal = enter(document).version.deal
    sign(deal, analyst, administrator)
    for change in (
        lambda rows: rows.update(document={}),
        lambda rows: rows.update(starts=date(2020, 1, 1)),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            change(DealVersion.objects.signed())


def test_an_analyst_cant_sign_and_an_administrator_cant_sign_their_own(
    document, analyst, administrator
):
    deal = enter(document).version.deal
    request = deals.ask_for_signature(deal=deal, reason="Contract", by=analyst, at=NOW)
    with pytest.raises(changes.NotAllowed):
        changes.approve(
            request_id=request.pk, payload_hash=request.payload_hash, by=analyst, at=NOW, fresh=True
        )
    with pytest.raises(changes.NotAllowed):
        deals.ask_for_signature(deal=deal, reason="x", by=administrator, at=NOW)


def test_another_currency_is_another_deal(document, in_org):
    enter(document)
    document["currency"] = "EUR"
    with pytest.raises(deals.DealRefused, match="another code"):
        enter(document)


def test_an_unsound_document_leaves_nothing_behind(document, in_org):
    del document["payees"]
    with pytest.raises(DealInvalid):
        enter(document)
    assert not Deal.objects.exists()


def test_deals_are_their_organisations_own(document, org, other_org):
    with tenant_atomic(org.id):
        enter(document)
    with tenant_atomic(other_org.id):
        assert not Deal.objects.exists()
        enter(document)
        assert Deal.objects.count() == 1


def test_import_deal_enters_a_file(org, tmp_path, document):
    out = StringIO()
    call_command("import_deal", str(BOOK), "--org", org.slug, "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["deal"], answer["version"]) == (document["deal"], 1)
    assert all(example["passed"] for example in answer["examples"])
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(wrong(document)))
    out = StringIO()
    call_command("import_deal", str(file), "--org", org.slug, stdout=out)
    assert "FAILS" in out.getvalue()
