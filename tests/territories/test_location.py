"""Where requests come from: addresses, hidden networks, venues; and what callers can't change."""

import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count

import pytest
from django.core.management import call_command
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from territories import geoip, venue_tokens
from territories.location import Basis, Location, locate, of_request
from territories.services import venues
from territories.venue_tokens import BadVenueToken
from tests import factories
from tests.territories import mmdb

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NETWORKS = {
    "192.0.2.0/24": mmdb.place("DE", "BY"),
    "192.0.2.128/25": mmdb.place("DE"),
    "198.51.100.0/24": mmdb.place("US", "CA"),
    "203.0.113.0/24": mmdb.place("GB", "ENG", "LND"),
    "100.64.0.0/24": mmdb.place("XK"),
    "100.64.1.0/24": mmdb.place("EU"),
    "100.64.2.0/24": {**mmdb.place("FR"), "traits": {"is_anonymous_proxy": True}},
    "2001:db8::/32": mmdb.place("JP"),
}
HIDDEN = {
    "198.51.100.7/32": {"is_anonymous": True, "is_anonymous_vpn": True},
    "198.51.100.8/32": {"is_tor_exit_node": True},
    "198.51.100.9/32": {"is_anonymous": False},
}
NOWHERE = Location("UNKNOWN", Basis.UNKNOWN)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The folder of the databases, with one of places."""
    settings.GEOIP_DIR = tmp_path / "geoip"
    settings.GEOIP_DIR.mkdir()
    mmdb.write(settings.GEOIP_DIR / geoip.PLACES, NETWORKS)
    return settings.GEOIP_DIR


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "territory"),
        [
            ("192.0.2.1", "DE-BY"),
            ("192.0.2.200", "DE"),
            ("198.51.100.1", "US-CA"),
            ("203.0.113.9", "GB-LND"),
            ("2001:db8::1", "JP"),
            ("::ffff:192.0.2.1", "DE-BY"),
        ],
    )
    def test_the_smallest_known_place(self, address, territory):
        assert locate(address) == Location(territory, Basis.ADDRESS)

    @pytest.mark.parametrize(
        "address",
        [
            "10.0.0.1",
            "100.64.0.1",
            "100.64.1.1",
            "",
            "unknown",
            "192.0.2.1:443",
            "192.0.2",
            "fe80::1%eth0",
        ],
    )
    def test_what_nobody_knows_is_unknown(self, address):
        assert locate(address) == NOWHERE

    def test_without_a_database_nobody_knows(self, folder):
        (folder / geoip.PLACES).unlink()
        assert locate("192.0.2.1", country="DE") == NOWHERE

    def test_with_a_broken_database_nobody_knows(self, folder):
        (folder / geoip.PLACES).write_bytes(b"no database")
        assert locate("192.0.2.1") == NOWHERE

    def test_with_a_broken_one_of_hidden_networks_nobody_knows_either(self, folder):
        (folder / geoip.ANONYMOUS).write_bytes(b"no database")
        assert locate("192.0.2.1") == NOWHERE


class TestHiddenNetworks:
    @pytest.mark.parametrize("address", ["198.51.100.7", "198.51.100.8"])
    def test_the_accounts_country_counts(self, folder, address):
        mmdb.write(folder / geoip.ANONYMOUS, HIDDEN)
        assert locate(address, country="de") == Location("DE", Basis.ACCOUNT)

    @pytest.mark.parametrize("country", ["", "XX", "WORLD", "EU", "US-CA"])
    def test_without_a_country_nobody_knows(self, folder, country):
        mmdb.write(folder / geoip.ANONYMOUS, HIDDEN)
        assert locate("198.51.100.7", country=country) == NOWHERE

    def test_other_addresses_are_where_they_are(self, folder):
        mmdb.write(folder / geoip.ANONYMOUS, HIDDEN)
        for address in ("198.51.100.9", "198.51.100.1"):
            assert locate(address, country="DE") == Location("US-CA", Basis.ADDRESS)

    def test_the_places_own_word_for_proxies_counts(self):
        assert locate("100.64.2.1", country="DE") == Location("DE", Basis.ACCOUNT)


def update(*arguments):
    """Run the command that installs a database."""
    out = StringIO()
    call_command("geoip_update", *map(str, arguments), stdout=out)
    return out.getvalue()


class TestUpdates:
    def test_a_new_database_is_read_at_once(self, tmp_path):
        assert locate("192.0.2.1").territory == "DE-BY"
        said = update(mmdb.write(tmp_path / "new.mmdb", {"192.0.2.0/24": mmdb.place("AT")}))
        assert said.startswith("In use: Test-City, built on 20")
        assert locate("192.0.2.1").territory == "AT"
        update(
            mmdb.write(tmp_path / "vpn.mmdb", {"192.0.2.0/24": {"is_anonymous": True}}),
            "--anonymous",
        )
        assert locate("192.0.2.1", country="CH") == Location("CH", Basis.ACCOUNT)

    def test_a_file_of_the_same_size_and_time_is_another_one(self, folder):
        path = folder / geoip.PLACES
        mmdb.write(path, {"192.0.2.0/24": mmdb.place("AT")})
        before = path.stat()
        assert locate("192.0.2.1").territory == "AT"
        other = mmdb.write(folder / "other", {"192.0.2.0/24": mmdb.place("CH")})
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
        os.replace(other, path)
        assert path.stat().st_size == before.st_size
        assert locate("192.0.2.1").territory == "CH"

    def test_what_is_no_database_is_refused_and_the_former_one_stays(self, tmp_path):
        wrong = tmp_path / "wrong"
        wrong.write_bytes(b"x" * 100)
        for file in (wrong, tmp_path / "missing"):
            with pytest.raises(geoip.BadDatabase):
                update(file)
        assert locate("192.0.2.1").territory == "DE-BY"


FORGED = count()
CHAIN = ", ".join(f"192.0.2.{number}" for number in range(1, 21))
HEADERS = [
    {name: value}
    for name in (
        "X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP",
        "X-Cluster-Client-IP", "Fastly-Client-IP", "X-Original-Forwarded-For", "Client-IP",
        "Remote-Addr", "X-Remote-Addr", "X-Appengine-User-IP", "X-ProxyUser-IP", "Via",
    )
    for value in ("192.0.2.1", CHAIN, "2001:db8::1", "junk", "")
] + [
    {"Forwarded": "for=192.0.2.1"},
    {"Forwarded": 'for="[2001:db8::1]:443";proto=https'},
    {"PROXY": "TCP4 192.0.2.1 192.0.2.2 1 2"},
    {"CF-IPCountry": "DE"},
    {"X-Country": "DE"},
    {"X-AppEngine-Country": "DE"},
    {"Accept-Language": "de-DE"},
]  # fmt: skip


class TestRequests:
    def request(self, headers, peer="198.51.100.1"):
        request = HttpRequest()
        request.META = {"REMOTE_ADDR": peer} | {
            f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()
        }
        return request

    @pytest.mark.parametrize("headers", HEADERS, ids=lambda one: f"{next(FORGED)}")
    def test_no_header_of_the_caller_moves_it(self, settings, headers):
        settings.PROXY_HOPS = 0
        assert of_request(self.request(headers)) == Location("US-CA", Basis.ADDRESS)

    @pytest.mark.parametrize("headers", HEADERS, ids=lambda one: f"{next(FORGED)}")
    def test_nor_behind_proxies_which_add_what_they_saw(self, settings, headers):
        settings.PROXY_HOPS = 2
        chain = [headers.get("X-Forwarded-For"), "198.51.100.1", "10.0.0.2"]
        added = {"X-Forwarded-For": ", ".join(part for part in chain if part is not None)}
        request = self.request({**headers, **added}, peer="10.0.0.3")
        assert of_request(request) == Location("US-CA", Basis.ADDRESS)

    def test_past_the_proxies_nobody_knows(self, settings):
        settings.PROXY_HOPS = 2
        assert (
            of_request(self.request({"X-Forwarded-For": "192.0.2.1"}, peer="10.0.0.3")) == NOWHERE
        )

    @pytest.mark.django_db
    def test_a_hidden_persons_country_is_their_accounts(self, folder):
        mmdb.write(folder / geoip.ANONYMOUS, HIDDEN)
        request = self.request({}, peer="198.51.100.7")
        request.user = User(email="a@b.example", country="AT")
        assert of_request(request) == Location("AT", Basis.ACCOUNT)


@pytest.mark.django_db
class TestVenues:
    def token(self, **more):
        told = {"actor": factories.TESTS, "at": timezone.now()}
        last = timezone.now().date() + timedelta(days=more.pop("days", 1))
        return venues.token(code="LOC:HALL", last=last, **told)[0]

    def ask(self, token):
        request = HttpRequest()
        request.META = {"REMOTE_ADDR": "198.51.100.1", "HTTP_VENUE_TOKEN": token}
        return of_request(request)

    @pytest.fixture
    def hall(self, in_org):
        return venues.add(
            code="LOC:HALL", name="Hall", territory="DE", actor=factories.TESTS, at=NOW
        )

    def test_a_signed_token_names_the_venue(self, hall):
        assert self.ask(self.token()) == Location("LOC:HALL", Basis.VENUE)
        assert Event.objects.filter(code="territories.venue.token_made").count() == 1

    def test_a_changed_token_is_refused(self, hall):
        token = self.token()
        for changed in (
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            "x" + token,
            "junk",
            "LOC:HALL",
        ):
            with pytest.raises(BadVenueToken):
                self.ask(changed)

    def test_a_token_that_is_over_is_refused(self, hall, in_org):
        yesterday = timezone.now().date() - timedelta(days=1)
        token = venue_tokens.signed(org_id=in_org, venue="LOC:HALL", last=yesterday)
        with pytest.raises(BadVenueToken, match="held to"):
            self.ask(token)

    def test_closing_the_venue_ends_it(self, hall):
        token = self.token()
        venues.close(
            code="LOC:HALL", on=timezone.now().date(), actor=factories.TESTS, at=NOW, reason="Sold"
        )
        with pytest.raises(BadVenueToken):
            self.ask(token)

    def test_another_organisations_token_is_refused(self, org, other_org):
        for each in (org, other_org):
            with tenant_atomic(each.id):
                venues.add(
                    code="LOC:HALL", name="Hall", territory="DE", actor=factories.TESTS, at=NOW
                )
        with tenant_atomic(org.id):
            token = self.token()
        with tenant_atomic(other_org.id), pytest.raises(BadVenueToken):
            self.ask(token)

    @pytest.mark.parametrize("days", [-1, 366])
    def test_a_token_has_its_days(self, hall, days):
        with pytest.raises(venues.BadVenue):
            self.token(days=days)

    def test_the_command_makes_one(self, org, hall):
        out = StringIO()
        call_command("venue_token", "LOC:HALL", "--org", org.slug, stdout=out)
        assert self.ask(out.getvalue().strip()).territory == "LOC:HALL"
        with pytest.raises(DomainError):
            call_command("venue_token", "LOC:NONE", "--org", org.slug, stdout=out)
