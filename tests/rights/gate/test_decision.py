"""The decision: what may be shown, and each reason why not, to the day and to the place."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from kernel.errors import DomainError
from kernel.period import Period
from rights.engine.boxes import Box, Window
from rights.selectors import gate
from rights.selectors.clauses import right_span
from rights.selectors.gate_questions import Question
from rights.services import granting, holds, limits
from territories.services import explicit, venues
from tests import factories
from tests.rights.gate import world
from tests.rights.gate.world import DAY, NOW, ask, film, grant, holdback, places, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _inside(in_org):
    """Ask within the organisation."""


class TestOurs:
    def test_a_film_of_our_own_may_be_shown(self):
        assert ask(film()) == []

    def test_a_right_that_the_work_never_had_may_not(self):
        assert ask(film(), right="master_stream") == ["no_rights_in"]

    def test_a_right_with_others_below_it_asks_for_all_of_them(self):
        work = film()
        write(grant(work, right="tvod"))
        assert ask(work, right="video_on_demand") == ["sold_exclusively"]
        assert ask(work, right="svod") == []

    def test_what_somebody_else_holds_may_not(self):
        work = film()
        world.claim(work, [(world.holder("Ebb"), 10)], "DE")
        assert ask(work, "DE") == ["no_rights_in"]
        assert ask(work, "DE + AT") == ["no_rights_in"]
        assert ask(work, "AT") == []

    def test_a_share_that_nobody_holds_blocks(self):
        work = film()
        world.claim(work, [(world.holder("Ebb"), 4)], "DE")
        assert ask(work, "DE") == ["unclaimed"]

    def test_a_work_that_isnt_there_may_not(self):
        [found] = gate.decide([Question(uuid4(), "svod", "DE", DAY)], now=NOW)
        assert [reason.code for reason in found.reasons] == ["unknown_work"]


class TestBlocks:
    def test_sold_exclusively_to_the_place_and_day(self):
        work = film()
        write(grant(work, "US", Window(DAY, DAY + timedelta(days=1))))
        assert ask(work, "US-CA") == ["sold_exclusively"]
        assert ask(work, "CA") == []
        assert ask(work, "US", on=DAY - timedelta(days=1)) == []
        assert ask(work, "US", on=DAY + timedelta(days=1)) == []

    def test_sold_to_somebody_without_exclusivity_is_no_reason(self):
        work = film()
        write(grant(work, exclusive=False))
        assert ask(work) == []

    def test_it_opens_in_the_moment_in_which_the_licence_ends(self):
        work = film()
        source = write(grant(work))
        assert ask(work) == ["sold_exclusively"]
        granting.settle(source=source, rows=[], at=NOW + timedelta(days=1))
        assert ask(work) == []
        assert ask(work, as_known_at=NOW + timedelta(hours=1)) == ["sold_exclusively"]

    def test_held_back_by_us_and_not_by_the_licensee(self):
        work = film()
        write(holdback(work, "US"), holdback(work, "FR", binds="licensee"))
        assert (ask(work, "US"), ask(work, "FR")) == (["holdback"], [])

    def test_what_hangs_on_an_event_blocks_meanwhile(self):
        work = film()
        write(grant(work, depends="theatrical US"))
        assert ask(work) == ["depends_on_event"]

    def test_a_hold_blocks_until_it_is_released(self):
        work = film()
        placed = world.hold(work, ground=Box(right_span("svod"), places("DE"), world.until(DAY)))
        before = DAY - timedelta(days=1)
        assert ask(work, "DE", on=before) == ["hold"]
        assert ask(work, "DE") == ask(work, "FR", on=before) == []
        holds.release(hold_id=placed, actor=factories.TESTS, at=NOW, reason="Settled")
        assert ask(work, "DE", on=before) == []

    def test_an_open_conflict_blocks(self):
        work = film()
        for ref in ("GEMA", "The deed"):
            world.claim(work, [(world.holder(ref), 10)], "US", ref=ref)
        assert "unresolved_conflict" in ask(work, "US")
        assert ask(work, "MX") == []

    def test_a_restriction_blocks_with_its_clause(self):
        work = film()
        limits.restrict(
            work_id=work.pk, kind="blocked", territory="FR", clause="9.2", detail="Not in France",
            actor=factories.TESTS, at=NOW,
        )  # fmt: skip
        [found] = gate.decide([Question(work.pk, "svod", "EU", DAY)], now=NOW)
        [reason] = found.reasons
        assert (reason.code, reason.clause, reason.words) == (
            "restriction", "9.2", "Not in France",
        )  # fmt: skip

    def test_every_reason_is_told_the_gravest_first(self):
        work = film()
        write(grant(work), holdback(work))
        world.hold(work)
        assert ask(work) == ["hold", "sold_exclusively", "holdback"]


class TestExplicitContent:
    def explicit(self, **more):
        work = film()
        limits.restrict(
            work_id=work.pk, kind="explicit", detail="Rated 18", actor=factories.TESTS, at=NOW,
            **more,
        )  # fmt: skip
        return work

    def test_a_territorys_rule_decides_from_its_first_day(self):
        work = self.explicit()
        assert ask(work, "DE") == []
        assert ask(work, "AE", on=date(2022, 1, 2)) == ["explicit_content"]
        assert ask(work, "AE", on=date(2022, 1, 1)) == []

    def test_only_explicit_content_is_ruled_out(self):
        assert ask(film(), "AE") == []
        assert ask(self.explicit(right_type="theatrical"), "AE") == []

    def test_a_place_that_nobody_knows_is_as_the_strictest(self):
        assert ask(self.explicit(), "unknown") == ["explicit_content"] * 6
        assert ask(film(), "UNKNOWN") == []

    def test_own_rules_go_before_public_ones(self):
        work = self.explicit()
        told = {"basis": "Counsel's advice", "actor": factories.TESTS, "at": NOW}
        explicit.lay_down(expression="AE + DE", forbids=False, period=None, **told)
        window = Period(DAY, DAY + timedelta(days=2))
        explicit.lay_down(expression="DE-BY", forbids=True, period=window, **told)
        assert ask(work, "AE") == []
        assert ask(work, "DE") == ask(work, "DE-BY") == ["explicit_content"]
        assert ask(work, "DE-BE") == ask(work, "DE", on=DAY + timedelta(days=2)) == []

    def test_a_rule_that_is_withdrawn_no_longer_holds(self):
        work = self.explicit()
        told = {"actor": factories.TESTS, "at": NOW}
        rule = explicit.lay_down(
            expression="DE", forbids=True, period=None, basis="House style", **told
        )
        assert ask(work, "DE") == ["explicit_content"]
        explicit.withdraw(rule_id=rule, reason="Reviewed", **told)
        assert ask(work, "DE") == []
        with pytest.raises(explicit.BadExplicitRule):
            explicit.withdraw(rule_id=rule, reason="Again", **told)


class TestToday:
    """Without a day: the date now in the territory's main zone."""

    LATE = datetime(2026, 6, 14, 22, 30, tzinfo=UTC)  # the 15th in Berlin, the 14th in Dublin

    def test_the_day_is_the_territorys(self):
        work = film()
        write(grant(work, "DE + IE", world.until(DAY)))
        assert ask(work, "DE", on=None, now=self.LATE) == []
        assert ask(work, "IE", on=None, now=self.LATE) == ["sold_exclusively"]

    def test_where_the_day_isnt_certain_every_day_that_it_may_be_must_do(self):
        work = film()
        write(grant(work, "DE + IE", world.until(DAY)))
        assert ask(work, "DE + AT", on=None, now=self.LATE) == ["sold_exclusively"]
        assert ask(work, "UNKNOWN", on=None, now=self.LATE) == ["sold_exclusively"]

    def test_a_venue_has_its_own_zone(self):
        venues.add(
            code="LOC:DUBLIN1", name="Dublin 1", territory="DE", zone="Europe/Dublin",
            actor=factories.TESTS, at=NOW,
        )  # fmt: skip
        work = film()
        write(grant(work, "DE", world.until(DAY)))
        assert ask(work, "LOC:DUBLIN1", on=None, now=self.LATE) == ["sold_exclusively"]


class TestMany:
    def test_a_thousand_questions_take_as_many_queries_as_one(self, django_assert_max_num_queries):
        works = [film(f"Film {number}") for number in range(20)]
        for number, one in enumerate(works):
            venues.add(
                code=f"LOC:V{number}", name="V", territory="DE", actor=factories.TESTS, at=NOW
            )
            write(grant(one), holdback(one, "FR"))
            limits.restrict(work_id=one.pk, kind="explicit", actor=factories.TESTS, at=NOW)
        where = ["US", "DE", "AE", "EU - IT", "UNKNOWN"] + [f"LOC:V{n}" for n in range(20)]
        asked = [
            Question(one.pk, right, place, day)
            for one in works
            for place in where
            for right, day in (("svod", None), ("tvod", DAY))
        ]
        assert len(asked) == 1000
        with django_assert_max_num_queries(18):
            found = gate.decide(asked, now=NOW)
        assert len({one.allowed for one in found}) == 2

    @pytest.mark.parametrize(
        ("right", "territory", "code"),
        [
            ("svodd", "DE", "unknown_right_type"),
            ("svod", "DEE", "unknown_territory"),
            ("svod", "DE -", "bad_territory_expression"),
            ("svod", "DE - DE", "no_place"),
        ],
    )
    def test_what_cant_be_asked_is_said(self, right, territory, code):
        with pytest.raises(DomainError) as caught:
            gate.decide([Question(uuid4(), right, territory, DAY)], now=NOW)
        assert caught.value.code == code


class TestTheCommand:
    def run(self, org, *arguments):
        out = StringIO()
        call_command("check_rights", *arguments, "--org", org.slug, stdout=out)
        return out.getvalue()

    def test_it_tells_programs(self, org):
        work = film()
        write(grant(work, "US", world.until(DAY)))
        asked = (str(work.pk), "--right", "svod", "--territory", "usa", "--json", "--on")
        answer = json.loads(self.run(org, *asked, "2026-06-14"))
        assert answer == {
            "allowed": False,
            "reasons": [
                {
                    "code": "sold_exclusively",
                    "detail": "Sold exclusively by Licence L-1: svod in US, 2026-06-14",
                    "clause": "Out 1",
                }
            ],
            "territory": "US",
        }
        assert json.loads(self.run(org, *asked, "2026-06-15")) == {
            "allowed": True, "reasons": [], "territory": "US",
        }  # fmt: skip

    def test_it_tells_people(self, org):
        work = film()
        world.hold(work)
        lines = self.run(org, str(work.pk), "--right", "svod", "--territory", "DE").splitlines()
        assert lines[0] == "not allowed"
        assert lines[1].startswith("hold: An injunction: svod in DE, ")

    def test_a_work_of_nobodys_is_an_error(self, org):
        with pytest.raises(DomainError) as caught:
            self.run(org, str(uuid4()), "--right", "svod", "--territory", "DE")
        assert caught.value.code == "unknown_work"
