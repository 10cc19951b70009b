"""Files of works through the gate: shown where they may be, 451 elsewhere, left out of lists."""

from datetime import timedelta
from itertools import count

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import ApiClient, User
from audit.models import Event
from catalog.models.works import WorkKind
from catalog.services import assets
from foundation.storage.sealed import CHUNK
from foundation.tenancy import tenant_atomic
from rights import content
from rights.door import NotAvailable, gated
from rights.engine.boxes import ALWAYS
from rights.services import granting, limits
from territories import geoip
from territories.geography.rights import right_types
from territories.services import venues
from tests import factories
from tests.rights.gate import world
from tests.rights.gate.world import NOW, film, grant, write
from tests.territories import mmdb

pytestmark = pytest.mark.django_db
DE, US, ANYWHERE = "192.0.2.1", "198.51.100.1", "10.0.0.1"
CONTENT = b"not really a film" * 100
FORGED = count()


@pytest.fixture(autouse=True)
def _databases(settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    settings.GEOIP_DIR = tmp_path / "geoip"
    settings.GEOIP_DIR.mkdir()
    known = {"192.0.2.0/24": mmdb.place("DE"), "198.51.100.0/24": mmdb.place("US", "CA")}
    mmdb.write(settings.GEOIP_DIR / geoip.PLACES, known)


def file(work, name="film.mp4", media_type="video/mp4", data=CONTENT):
    """Attach a file."""
    return assets.attach(
        work_id=work.pk, kind="video", content=data, name=name, media_type=media_type,
        actor=factories.TESTS, at=NOW,
    )  # fmt: skip


@pytest.fixture
def asset(org):
    """The file of a film whose streaming is sold exclusively in the US."""
    with tenant_atomic(org.id):
        work = film()
        source = write(grant(work, "US", right="fvod"))
        made = file(work)
        made.source = source
        return made


def get(program, address, peer, **headers):
    """Ask from an address."""
    given = {"Authorization": f"Bearer {program.token}"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().get(f"/api/v1/{address}", headers=given, REMOTE_ADDR=peer)


class TestRanges:
    """RFC 9110, section 14: one range of bytes."""

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=1690-", 1690, 1699),
            ("bytes=-5", 1695, 1699), ("bytes=1000-9999", 1000, 1699), ("bytes=-9999", 0, 1699),
        ],
    )  # fmt: skip
    def test_a_range_is_sent_alone(self, program, asset, asked, first, last):
        answer = get(program, f"assets/{asset.pk}/preview", DE, Range=asked)
        assert answer.status_code == 206
        assert b"".join(answer.streaming_content) == CONTENT[first : last + 1]
        assert answer["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
        assert answer["Content-Length"] == str(last - first + 1)
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-3", "lines=1-2", "bytes=-", "x"])
    def test_what_is_no_single_range_gives_the_whole(self, program, asset, asked):
        answer = get(program, f"assets/{asset.pk}/preview", DE, Range=asked)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == CONTENT
        assert answer["Accept-Ranges"] == "bytes"
        assert "Content-Range" not in answer

    @pytest.mark.parametrize("asked", ["bytes=1700-", "bytes=5000-6000", "bytes=-0"])
    def test_a_range_after_the_end_is_416(self, program, asset, asked):
        answer = get(program, f"assets/{asset.pk}/preview", DE, Range=asked)
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")
        assert answer.json()["code"] == "range_not_satisfiable"

    def test_if_range_holds_for_the_same_file_alone(self, program, asset):
        address = f"assets/{asset.pk}/preview"
        tag = get(program, address, DE)["ETag"]
        for since, status in ((tag, 206), ('"other"', 200), (f"W/{tag}", 200)):
            answer = get(program, address, DE, Range="bytes=0-3", If_Range=since)
            assert answer.status_code == status
        dated = {"Range": "bytes=0-3", "If_Range": "Sat, 21 Nov 2026 09:00:00 GMT"}
        assert get(program, address, DE, **dated).status_code == 200

    def test_the_gate_comes_first(self, program, asset):
        for asked in ("bytes=0-3", "bytes=5000-"):
            answer = get(program, f"assets/{asset.pk}/preview", US, Range=asked)
            assert answer.status_code == 451
            assert "Content-Range" not in answer

    def test_a_range_goes_over_the_edges_of_sealed_chunks(self, program, org):
        data = bytes(range(256)) * (CHUNK // 100)
        with tenant_atomic(org.id):
            made = file(film(), data=data)
        for first, last in ((CHUNK - 1, CHUNK), (CHUNK, CHUNK), (7, 2 * CHUNK + 7)):
            asked = f"bytes={first}-{last}"
            answer = get(program, f"assets/{made.pk}/preview", DE, Range=asked)
            assert b"".join(answer.streaming_content) == data[first : last + 1]


class TestOne:
    def test_it_is_shown_where_it_may_be(self, program, asset):
        told = get(program, f"assets/{asset.pk}", DE)
        assert (told.status_code, told.json()["right"], told.json()["size"]) == (
            200, "fvod", len(CONTENT),
        )  # fmt: skip
        answer = get(program, f"assets/{asset.pk}/preview", DE)
        assert b"".join(answer.streaming_content) == CONTENT
        assert answer["Content-Type"] == "video/mp4"
        assert answer["Content-Disposition"].startswith("inline")
        assert answer["Cache-Control"] == told["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("path", ["", "/preview"])
    def test_elsewhere_it_is_451_and_tells_no_terms(self, program, asset, settings, org, path):
        answer = get(program, f"assets/{asset.pk}{path}", US)
        assert answer.status_code == 451
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Link"] == f'<{settings.BASE_URL}>; rel="blocked-by"'
        assert answer.json() == {
            "type": "urn:mediatrack:problem:not_available",
            "title": "Not available",
            "status": 451,
            "detail": "This isn't available in US-CA.",
            "code": "not_available",
            "reason": "sold_exclusively",
            "authority": "rights_holder",
            "territory": "US-CA",
        }
        with tenant_atomic(org.id):
            refused = Event.objects.get(code="rights.gate.refused")
            assert refused.subject_id == asset.work_id

    def test_where_nobody_knows_the_strictest_place_decides(self, program, asset):
        answer = get(program, f"assets/{asset.pk}", ANYWHERE)
        assert (answer.status_code, answer.json()["territory"]) == (451, "UNKNOWN")

    def test_a_change_of_rights_is_seen_by_the_next_request(self, program, asset, org):
        assert get(program, f"assets/{asset.pk}", US).status_code == 451
        with tenant_atomic(org.id):
            granting.settle(source=asset.source, rows=[], at=timezone.now())
        assert get(program, f"assets/{asset.pk}", US).status_code == 200
        with tenant_atomic(org.id):
            world.hold(asset.work)
        answer = get(program, f"assets/{asset.pk}", US)
        assert (answer.json()["reason"], answer.json()["authority"]) == ("hold", "dispute")

    def test_explicit_content_is_blocked_by_law(self, program, asset, org, settings):
        mmdb.write(settings.GEOIP_DIR / geoip.PLACES, {"192.0.2.0/24": mmdb.place("AE")})
        with tenant_atomic(org.id):
            limits.restrict(work_id=asset.work_id, kind="explicit", actor=factories.TESTS, at=NOW)
        answer = get(program, f"assets/{asset.pk}", DE).json()
        assert (answer["reason"], answer["authority"]) == ("explicit_content", "law")

    def test_a_venues_token_says_where_it_is(self, program, asset, org):
        told = {"actor": factories.TESTS, "at": timezone.now()}
        with tenant_atomic(org.id):
            venues.add(code="LOC:HALL", name="Hall", territory="US-NY", **told)
            last = timezone.now().date() + timedelta(days=3)
            token, _ = venues.token(code="LOC:HALL", last=last, **told)
        answer = get(program, f"assets/{asset.pk}", DE, Venue_Token=token)
        assert (answer.status_code, answer.json()["territory"]) == (451, "LOC:HALL")
        forged = get(program, f"assets/{asset.pk}", DE, Venue_Token=f"x{token}")
        assert (forged.status_code, forged.json()["code"]) == (403, "bad_venue_token")

    def test_behind_a_hidden_network_the_accounts_country_counts(
        self, program, asset, settings, org
    ):
        mmdb.write(settings.GEOIP_DIR / geoip.ANONYMOUS, {"192.0.2.0/24": {"is_anonymous": True}})
        answer = get(program, f"assets/{asset.pk}", DE)
        assert (answer.status_code, answer.json()["territory"]) == (451, "UNKNOWN")
        with tenant_atomic(org.id):
            account = ApiClient.objects.get(client_id=program.made.client_id).account_id
        User.objects.filter(pk=account).update(country="AT")
        assert get(program, f"assets/{asset.pk}", DE).status_code == 200

    @pytest.mark.parametrize(
        "name",
        [
            "X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP",
            "X-Client-IP", "Client-IP", "CF-IPCountry",
        ],
        ids=lambda one: f"header{next(FORGED)}",
    )  # fmt: skip
    def test_no_header_of_the_caller_opens_it(self, program, asset, name):
        for value in (DE, f"{DE}, {DE}", f"for={DE}", "DE"):
            answer = get(program, f"assets/{asset.pk}/preview", US, **{name: value})
            assert answer.json()["territory"] == "US-CA"

    def test_what_a_browser_might_run_is_handed_over_as_a_file(self, program, org):
        with tenant_atomic(org.id):
            made = file(film(), "page.svg", "image/svg+xml", b"<svg onload='x()'/>")
        answer = get(program, f"assets/{made.pk}/preview", DE)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")


class TestTheList:
    def listed(self, program, peer, query=""):
        found, address = [], f"assets?limit=3{query}"
        while address:
            page = get(program, address.removeprefix("/api/v1/"), peer).json()
            found += [each["id"] for each in page["items"]]
            address = page["next"]
        return found

    def test_it_leaves_out_what_would_be_blocked_and_nothing_else(self, program, org):
        with tenant_atomic(org.id):
            works = [film(f"Film {number}") for number in range(7)]
            files = [str(file(work, data=str(work.pk).encode()).pk) for work in works]
            for work in (works[0], works[3], works[4], works[5]):
                write(grant(work, "US", ALWAYS, right="fvod"))
        for peer in (DE, US, ANYWHERE):
            opens = [one for one in files if get(program, f"assets/{one}", peer).status_code == 200]
            assert sorted(self.listed(program, peer)) == sorted(opens)
        assert self.listed(program, US, f"&work={works[0].pk}") == []
        assert len(self.listed(program, DE)) == 7

    def test_a_longer_page_asks_no_more_queries(self, program, org, django_assert_max_num_queries):
        with tenant_atomic(org.id):
            for number in range(12):
                work = film(f"Film {number}")
                write(grant(work, "US", right="fvod"))
                file(work, data=str(number).encode())
        with django_assert_max_num_queries(32):
            assert get(program, "assets", US).json()["items"] == []


class TestAnyView:
    def test_the_decorator_lets_a_django_view_show_a_work(self, asset, rf, org):
        @gated("fvod")
        def watch(request, pk):
            return HttpResponse("film")

        with tenant_atomic(org.id):
            shown = watch(rf.get("/", REMOTE_ADDR=DE), pk=asset.work_id)
            assert shown.content == b"film"
            with pytest.raises(NotAvailable) as refused:
                watch(rf.get("/", REMOTE_ADDR=US), pk=asset.work_id)
        assert refused.value.extra["reason"] == "sold_exclusively"
        with tenant_atomic(org.id):
            assert Event.objects.filter(code="rights.gate.refused").count() == 1

    def test_a_page_of_the_refusal_names_who_blocks(self, rf, settings):
        from foundation.pages import errors

        settings.BASE_URL = "https://media.example"
        answer = errors.refusal(rf.get("/api/x"), NotAvailable("No.", reason="hold"))
        assert (answer.status_code, answer["Link"]) == (
            451, '<https://media.example>; rel="blocked-by"',
        )  # fmt: skip


def test_every_kind_of_work_has_its_right():
    assert set(content.RIGHTS) == set(WorkKind.values)
    assert {content.right_of(kind) for kind in WorkKind.values} <= right_types().keys()
