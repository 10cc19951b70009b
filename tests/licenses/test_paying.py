"""What comes in for an instalment: parts that never come to more than the whole."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from audit.models import Event
from licenses.models import Instalment, Receipt, Reversal
from licenses.selectors.pages import owed
from licenses.services import paying
from licenses.services.drafts import LicenseRefused
from tests.licenses.world import ACTOR, NOW, World

pytestmark = pytest.mark.django_db
JAN = date(2026, 1, 4)


@pytest.fixture
def world(org, in_org):
    made = World(org)
    made.film()
    return made


def parts(amount="60.00", due="2026-01-31"):
    return {"fee": amount, "instalments": [{"label": "Signature", "due": due, "amount": amount}]}


def pay(amount=None, on=JAN, reference="B-1", at=NOW):
    row = Instalment.objects.get(superseded_at=None)
    given = None if amount is None else Decimal(amount)
    return paying.paid(
        instalment_id=row.pk, paid_on=on, amount=given, reference=reference, by=ACTOR, at=at
    )


def stands(today=date(2026, 1, 5)):
    [told] = owed(Instalment.objects.filter(superseded_at=None), today)
    return told.word, told.left


def test_parts_come_in_until_nothing_is_left(world):
    world.sign(world.document(**parts()))
    assert stands() == ("due", Decimal("60.00"))
    assert pay("25.50").paid_on is None
    assert stands() == ("part paid", Decimal("34.50"))
    assert stands(date(2026, 2, 1)) == ("overdue", Decimal("34.50"))
    done = pay(on=date(2026, 1, 5), reference="B-2")
    assert done.paid_on == date(2026, 1, 5)
    assert stands(date(2026, 2, 1)) == ("paid", Decimal(0))
    told = list(Receipt.objects.order_by("on").values_list("amount", "reference"))
    assert told == [(Decimal("25.50"), "B-1"), (Decimal("34.50"), "B-2")]
    codes = Event.objects.filter(code__startswith="licenses.instalment").order_by("id")
    assert list(codes.values_list("code", flat=True)) == [
        "licenses.instalment.part_paid",
        "licenses.instalment.paid",
    ]


@pytest.mark.parametrize(
    ("amount", "on", "said"),
    [
        ("60.01", JAN, "more than the 60 EUR that is left of Signature"),
        ("0", JAN, "above zero"),
        ("-1.00", JAN, "above zero"),
        ("1.005", JAN, "2 decimals at most"),
        ("1.00", date(2026, 1, 6), "still to come"),
    ],
)
def test_what_cant_have_come_in_is_refused_and_changes_nothing(world, amount, on, said):
    world.sign(world.document(**parts()))
    with pytest.raises(LicenseRefused, match=said):
        pay(amount, on)
    assert stands() == ("due", Decimal("60.00"))
    assert not Receipt.objects.exists()


def test_an_instalment_with_money_in_it_keeps_its_amount_and_may_move_its_day(world):
    world.sign(world.document(**parts()))
    pay("10.00")
    for other in (parts("70.00"), {"fee": "0"}):
        with pytest.raises(LicenseRefused, match="or some of it"), transaction.atomic():
            world.sign(world.document(**other))
    world.sign(world.document(**parts(due="2026-03-31")))
    row = Instalment.objects.get(superseded_at=None)
    assert row.due == date(2026, 3, 31)
    assert stands() == ("part paid", Decimal("50.00"))


def test_the_database_takes_no_more_than_the_whole_and_never_changes_a_receipt(world):
    world.sign(world.document(**parts()))
    pay("50.00")
    row = Instalment.objects.get(superseded_at=None)
    more = {"instalment": row, "on": JAN, "recorded_at": NOW}
    for amount in ("10.01", "0", "-5"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt.objects.bulk_create([Receipt(amount=Decimal(amount), **more)])
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.update(reference="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.all().delete()
    assert stands() == ("part paid", Decimal("10.00"))


def test_a_payment_recorded_by_mistake_is_taken_back_and_stays_to_be_seen(world):
    world.sign(world.document(**parts()))
    pay("25.50")
    pay(reference="wrong")
    wrong = Receipt.objects.get(reference="wrong")
    back = {"receipt_id": wrong.pk, "by": ACTOR, "at": NOW}
    with pytest.raises(LicenseRefused, match="Say why"):
        paying.take_back(reason=" ", **back)
    assert paying.take_back(reason="It was for L-015", **back).paid_on is None
    assert stands() == ("part paid", Decimal("34.50"))
    with pytest.raises(LicenseRefused, match="taken back already"):
        paying.take_back(reason="again", **back)
    [told] = owed(Instalment.objects.filter(superseded_at=None), JAN)
    assert [one.taken_back for one in told.receipts] == [None, "It was for L-015"]
    assert Event.objects.filter(code="licenses.instalment.payment_taken_back").count() == 1
    assert pay("34.50").paid_on == JAN
    assert stands()[0] == "paid"


def test_the_database_keeps_what_was_taken_back_and_takes_no_more_than_is_left(world):
    world.sign(world.document(**parts()))
    pay("50.00")
    [receipt] = Receipt.objects.all()
    paying.take_back(receipt_id=receipt.pk, reason="twice", by=ACTOR, at=NOW)
    more = {"receipt": receipt, "reason": "more", "reversed_at": NOW, "reversed_by": receipt.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        Reversal.objects.bulk_create([Reversal(**more)])
    with pytest.raises(DatabaseError), transaction.atomic():
        Reversal.objects.all().delete()
    row = {"instalment": receipt.instalment, "on": JAN, "recorded_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.bulk_create([Receipt(amount=Decimal("60.01"), **row)])
    Receipt.objects.bulk_create([Receipt(amount=Decimal("60.00"), **row)])


def test_nothing_is_left_in_the_way_of_new_terms_once_it_is_taken_back(world):
    world.sign(world.document(**parts()))
    pay("10.00")
    paying.take_back(receipt_id=Receipt.objects.get().pk, reason="no", by=ACTOR, at=NOW)
    world.sign(world.document(**parts("70.00")))
    assert stands() == ("due", Decimal("70.00"))
