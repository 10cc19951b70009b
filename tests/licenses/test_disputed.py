"""Who signs what is in open conflict is told, and has to say why."""

import pytest

from accounts.models import ChangeRequest
from holders.services import holders
from licenses.models import LicenseVersion
from licenses.services.registering import InTheWay
from rights.selectors import grants, obstacles
from rights.services import claims
from rights.services.terms import NewClaim
from tests.licenses.world import ACTOR, NOW, World

pytestmark = pytest.mark.django_db


def claim(work, holder, source, territory="US"):
    terms = NewClaim(
        right_type="svod", shares=[(holder, 1)], territory=territory, source=source,
    )  # fmt: skip
    return claims.claim(work_id=work.pk, terms=terms, actor=ACTOR, at=NOW)


def somebody(name="Pier"):
    return holders.register(kind="other", name=name, actor=ACTOR, at=NOW).pk


@pytest.fixture
def world(org, in_org):
    made = World(org)
    made.work = made.film()
    made.house, _ = holders.ensure_reserved(at=NOW)
    return made


def test_an_open_conflict_on_what_is_ours_stands_in_the_way(world):
    claim(world.work, world.house.pk, "contract")
    contending = claim(world.work, somebody(), "society")
    with pytest.raises(InTheWay) as caught:
        world.sign(world.document())
    [told] = caught.value.extra["obstacles"]
    assert told["code"] == "unresolved_conflict"
    assert "in conflict: svod in US, from 2026-01-01 to 2026-12-31" in caught.value.detail
    claims.withdraw(claim_id=contending.claim, reason="Their mistake", actor=ACTOR, at=NOW)
    assert world.sign(world.document()).in_force == 1


def test_elsewhere_or_where_another_holds_it_the_conflict_is_not_the_reason(world):
    claim(world.work, world.house.pk, "contract", "DE")
    claim(world.work, somebody(), "society", "DE")
    assert world.sign(world.document()).in_force == 1
    claim(world.work, somebody("First"), "contract", "FR")
    claim(world.work, somebody("Second"), "society", "FR")
    with pytest.raises(InTheWay) as caught:
        world.sign(world.document("L-2", "SUED", grants=[world.grant(territory="FR")]))
    assert {one["code"] for one in caught.value.extra["obstacles"]} == {"no_rights_in"}


def test_a_conflict_that_is_flagged_while_the_request_waits_stops_the_signature(world):
    claim(world.work, world.house.pk, "contract")
    request = world.ask(world.document())
    claim(world.work, somebody(), "society")
    with pytest.raises(InTheWay):
        world.approve(request)
    assert ChangeRequest.objects.get(pk=request.pk).state == "pending"
    assert not LicenseVersion.objects.exclude(signed_at=None).exists()


def test_signed_with_a_reason_it_stays_guarded_like_any_exclusive_grant(world):
    claim(world.work, world.house.pk, "contract")
    claim(world.work, somebody(), "society")
    license = world.sign(world.document(), breach="They write that they withdraw it")
    assert LicenseVersion.objects.get(license=license).breach == "They write that they withdraw it"
    assert [one.row.known_breach for one in grants.of_license(license.pk)] == [False]
    row = grants.of_license(license.pk)[0].row
    found = obstacles.of(license_id=license.pk, licensee=license.licensee_id, rows=[row])
    assert [one.code for one in found] == ["unresolved_conflict"]
