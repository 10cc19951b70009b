"""Every distinct rendering of the product, found by itself: new pages join through the matrix.

Two organisations stand behind it: the demo, walked through as its people do (pages with rows,
figures and pictures, and their filtered lists), and the access matrix's own (each page the walk
didn't reach; forms sent wrong; refusals). A stranger's lists are the empty ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from demo.services import loading
from foundation.tenancy import tenant_atomic
from tests import crawl, factories
from tests.access_matrix import ARGUMENTS, ROWS, SENT
from tests.matrix import COLUMNS, World

ROLES = (
    "financial_analyst", "rights_manager", "administrator", "legal", "ops", "creator",
)  # fmt: skip
NOT_PAGES = ("api:", "admin:", "healthz", "readyz", "workerz", "beatz", "csp_reports")
NOTHING = "?q=zzqqxx"


@dataclass(frozen=True)
class Rendering:
    """A page as one person gets it: by its address, or by sending ``sent`` there."""

    name: str
    person: User | None
    address: str
    status: int = 200
    sent: dict[str, Any] | None = None

    def __str__(self) -> str:
        way = "GET" if self.sent is None else "POST"
        return f"{self.name} {way} {self.address} ({self.status})"


def demo(scale: int = 5) -> dict[str, User]:
    """Load the demo; return one person of Meridian for each role."""
    with override_settings(DEMO=True):
        loading.load(if_empty=False, scale=scale)
    org = Organisation.objects.get(slug="meridian")
    with tenant_atomic(org.pk):
        held = Membership.objects.filter(user__isnull=False).select_related("user")
        return {row.role: row.user for row in held.order_by("-pk")}


def walked(people: dict[str, User], *, each: int = 1) -> Iterator[Rendering]:
    """Yield what the demo's people reach: each page once, and each kind of filtered list once."""
    seen: set[tuple[str, str]] = set()
    for role in ROLES:
        client = factories.sign_in(Client(), people[role])
        for name, address, answer in crawl.walk(client, each=each):
            kind = name, urlsplit(address).query and "asked"
            if kind in seen or not _page(answer) or answer.status_code != 200:
                continue
            seen.add(kind)
            yield Rendering(name, people[role], address)
            if b'id="list-q"' in answer.content and (name, NOTHING) not in seen:
                seen.add((name, NOTHING))
                yield Rendering(name, people[role], urlsplit(address).path + NOTHING)


def world(org: Organisation, other_org: Organisation) -> World:
    """Return the access matrix's world with people who have names."""
    people = {role: factories.person(org, role, name="Ada Example") for role in ROLES}
    people["stranger"] = factories.person(other_org, "administrator", name="Sam Stranger")
    return World(org=org, other_org=other_org, people=people)


def declared(around: World) -> Iterator[Rendering]:
    """Yield what the access matrix declares: pages, empty lists, refusals, forms sent wrong."""
    refused: set[tuple[str, int]] = set()
    for name, method, *cells in ROWS:
        if name.startswith(NOT_PAGES):
            continue
        answers = dict(zip(COLUMNS, cells, strict=True))
        wanted = [200] if method == "GET" else [422, 409]
        for status in wanted:
            roles = [role for role in ROLES if answers[role] == status]
            if roles:
                yield _declared(around, roles[0], name, method, status)
            elif answers["anonymous"] == status:
                yield _declared(around, None, name, method, status)
        if method == "GET" and name not in ARGUMENTS and answers["stranger"] == 200:
            yield _declared(around, "stranger", name, method, 200)
        for status in (403, 404):
            roles = [role for role in ROLES if answers[role] == status]
            if roles and (method, status) not in refused:
                refused.add((method, status))
                yield _declared(around, roles[0], name, method, status)


def _declared(around: World, role: str | None, name: str, method: str, status: int) -> Rendering:
    sent = None
    with tenant_atomic(around.org.pk):
        address = reverse(name, kwargs=ARGUMENTS[name](around) if name in ARGUMENTS else None)
        if method == "POST":
            sent = SENT[name, method](around) if (name, method) in SENT else {}
    person = around.people[role] if role else None
    return Rendering(name, person, address, status, sent)


def _page(answer: Any) -> bool:
    return answer.headers.get("Content-Type", "").startswith("text/html")


def every(org: Organisation, other_org: Organisation) -> list[Rendering]:
    """Make both organisations and return all renderings."""
    cache.clear()
    found = list(walked(demo()))
    reached = {one.name for one in found}
    around = world(org, other_org)
    found += [
        one
        for one in declared(around)
        if one.name not in reached or one.status != 200 or one.person == around.people["stranger"]
    ]
    return found
