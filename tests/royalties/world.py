"""A small organisation to run royalties in: works, a signed deal, a sales file."""

from datetime import UTC, datetime
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq

from accounts import permissions
from accounts.models import User
from accounts.services import changes, memberships
from audit.actors import command
from catalog.services import works
from catalog.services.works import NewWork
from foundation import jobs
from foundation.tenancy import current_org, tenant_atomic
from royalties.services import deals, intake, runs

NOW = datetime(2026, 4, 10, tzinfo=UTC)
BY = command("tests")

DEAL = {
    "schema": "mediatrack.deal/1",
    "deal": "ART-1",
    "title": "Kestrel, recordings",
    "direction": "out",
    "currency": "USD",
    "accounting": {"period": "quarter"},
    "covers": {"work": ["W-1", "W-2"]},
    "payees": {"ana": {"name": "Ana Kestrel"}, "ben": {"name": "Ben Ode"}},
    "splits": {"band": {"percent": {"ana": "60", "ben": "40"}}},
    "income": [
        {"id": "streams", "base": "amount", "rate": {"percent": "20"}, "to": {"split": "band"}}
    ],
    "accounts": {"ana": {"advances": [{"id": "signing", "amount": "10.00", "on": "2026-01-15"}]}},
    "examples": [
        {
            "name": "a hundred",
            "periods": [
                {
                    "period": "2026-Q1",
                    "lines": [{"work": "W-1", "amount": "100.00"}],
                    "expect": {"ben": {"due": "8.00"}},
                }
            ],
        }
    ],
}
LINES = [
    {"isrc": "QZ1110000001", "title": "Blue Hour", "artist": "Kestrel", "amount": 10000},
    {"isrc": "QZ1110000002", "title": "Low Tide", "artist": "Kestrel", "amount": 5001},
    {"isrc": "QZ1110000099", "title": "Blue Houre", "artist": "Kestrel", "amount": 2500},
]


def catalogue():
    """Make the two works, with codes, numbers and an artist; return them."""
    return works.create_many(
        works=[
            NewWork(
                kind="recording",
                title=title,
                code=f"W-{n}",
                identifiers=[("isrc", f"QZ111000000{n}")],
                credits=[("Kestrel", "main")],
            )
            for n, title in enumerate(["Blue Hour", "Low Tide"], 1)
        ],
        at=NOW,
    )


def person(name, role):
    """Return a person with a role in the open organisation."""
    address = f"{name}@{current_org()}.example"
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address)
        memberships.give(user=user, role=role, by=BY, at=NOW)
    return user


def signed(document, **more):
    """Enter and sign a deal; return it."""
    deal = deals.enter(document=document, by=BY, at=NOW, **more).version.deal
    analyst = person("analyst", permissions.ANALYST)
    request = deals.ask_for_signature(deal=deal, reason="Contract", by=analyst, at=NOW)
    changes.approve(
        request_id=request.pk,
        payload_hash=request.payload_hash,
        by=person("administrator", permissions.ADMINISTRATOR),
        at=NOW,
        fresh=True,
    )
    return deal


def posted(org, period="2026-Q1"):
    """Calculate and post a period of an organisation, outside any wall; return its run."""
    with tenant_atomic(org.id):
        run, job = runs.begin(period=period, by=BY, at=NOW)
    assert jobs.work(org.id, job) == "done"
    with tenant_atomic(org.id):
        return runs.post(run_id=run.pk, by=BY, at=NOW)


def sales(folder, rows=LINES, *, period="2026-Q1", name="partner.csv"):
    """Accept a sales file with these rows; amounts in cents. Return the SalesFile's id."""
    defaults = {"currency": "USD", "territory": "US", "source": "Tide", "channel": "stream"}
    whole = [{"_row": at, "units": 1, **defaults, **row} for at, row in enumerate(rows, 2)]
    names = list(dict.fromkeys(name for row in whole for name in row))
    fields = [
        pa.field("_row", pa.int64())
        if name == "_row"
        else pa.field(name, pa.int64(), metadata={"scale": "2" if name == "amount" else "0"})
        if name in ("amount", "units")
        else pa.field(name, pa.string())
        for name in names
    ]
    columns = [pa.array([row.get(f.name) for row in whole], f.type) for f in fields]
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table(columns, schema=pa.schema(fields)), path)
    return intake.accept(
        actor=BY,
        file_name=name,
        sha256=sha256((name + repr(rows)).encode()).hexdigest(),
        profile="mediatrack",
        period=period,
        lines_path=path,
        scales={"amount": 2, "units": 0},
        reported=[],
        at=NOW,
    )
