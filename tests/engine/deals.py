"""Random deals with lines, costs, tables and balances: valid, small, and of every term."""

from datetime import date, timedelta

from tests.engine.deal_lines import KINDS, PAYEES
from tests.engine.deal_rates import RateMaker


class Maker(RateMaker):
    """A seeded source of deals."""

    def deal(self):
        """Return (document, periods): a deal and what to calculate, period after period."""
        r = self.r
        self.kind = r.choice(list(KINDS))
        self.starts = r.choice(["01-01", "01-01", "07-01"])
        self.clauses = [f"c{n}" for n in range(r.randint(1, 4))]
        self.rates = {}
        self.currency = r.choice(["USD", "USD", "EUR", "JPY", "KWD"])
        self.foreign = self.maybe(0.3)
        self.flow = "sold_on" if self.maybe(0.2) else "even"
        deal = {
            "schema": "mediatrack.deal/1",
            "deal": "RANDOM",
            "title": "Random",
            "direction": r.choice(["in", "out"]),
            "currency": self.currency,
            "accounting": {"period": self.kind, "year_starts": self.starts},
            "payees": {p: self._payee() for p in PAYEES[: r.randint(1, 3)]},
        }
        self.payees = list(deal["payees"])
        if self.maybe(0.2):
            deal["covers"] = self.where()
        if self.maybe(0.15):
            deal["territories_as_of"] = "2015-06-01"
        deal["fx"] = {
            "source": "ECB",
            "at": r.choice(["sold_on", "period_end", "received", "average"]),
        }
        self.groups = ["one", "two"] if self.maybe(0.2) else []
        if self.groups:
            deal["groups"] = self.groups
        self.based = [c for c in self.clauses if self.maybe(0.8)]
        self.fed = {}
        deal["counters"] = self._counters()
        deal["triggers"] = self._triggers()
        deal["splits"] = self._splits()
        deal["income"] = [self._clause(name) for name in self.clauses]
        self._royalty_counter(deal)
        pots = [
            c["to"]["pot"] for c in deal["income"] if isinstance(c["to"], dict) and "pot" in c["to"]
        ]
        if pots:
            deal["waterfall"] = self._waterfall()
        paying = self._paying(deal)
        deal["accounts"] = {p: self._account(paying[p]) for p in self.payees if self.maybe(0.7)}
        periods = self._periods()
        for payee in self.payees:
            if self.maybe(0.35):
                account = deal["accounts"].setdefault(payee, {})
                account["reserves"] = self._reserves(paying[payee])
        return deal, periods

    def _payee(self):
        return {"minimum_payout": self.number(1, 60, 0)} if self.maybe(0.2) else {}

    def _counters(self):
        found = {}
        for n in range(self.r.randint(1, 3)):
            measure = self.r.choice(
                ["units", "units", "amount", "base", "costs", "per_unit", "percent"]
            )
            counter = {"measure": measure, "over": self.r.choice(["period", "year", "life"])}
            if measure in ("per_unit", "percent"):
                counter["measure"] = {measure: self.number(0, 3)}
            if measure == "base":
                if not self.based:
                    counter["measure"] = "units"
                else:
                    counter["of"] = self.r.sample(self.based, 1)
            if measure == "costs":
                counter["of"] = ["making"]
            elif self.maybe(0.3):
                counter["where"] = self.where()
            if self.maybe(0.2):
                counter["opening"] = self.number(0, 100, 0)
            if self.maybe(0.15):
                counter["less"] = ["making"]
            counter["flow"] = self.flow
            found[f"k{n}"] = counter
        return found

    def _triggers(self):
        self.acts = None
        if not self.maybe(0.4):
            return {}
        self.acts = self.r.choice(["prospective", "retroactive"])
        trigger = {"counter": "k0", "reaches": self.number(0, 150, 0), "acts": self.acts}
        if self.maybe(0.3):
            trigger["latch"] = False
        return {"t": trigger}

    def _splits(self):
        r, payees = self.r, self.payees
        found = {"even": {"weights": {p: str(r.randint(1, 5)) for p in payees}}}
        if len(payees) > 1:
            found["rest"] = {"percent": {payees[0]: self.number(0, 90), payees[-1]: "rest"}}
        found["songs"] = {
            "shares": "owned",
            "among": r.choice(["all", "controlled"]),
            "else": payees[0],
        }
        self.rates["owned"] = [
            {
                "work": w,
                "payee": r.choice([*PAYEES, "nobody"]),
                "parts": self.number(1, 60),
                "controlled": r.choice(["yes", "no"]),
                **({"to": "2026-06-30"} if self.maybe(0.2) else {}),
            }
            for w in ("W1", "W2", "S1")
            for _ in range(r.randint(1, 3))
        ]
        return found

    def _royalty_counter(self, deal):
        """Add a counter of royalties, with a ladder over it, where the language allows one."""
        allowed = [
            c["id"]
            for c in deal["income"]
            if next(iter(c["rate"])) in ("percent", "per_unit", "table", "tiers")
            and c["rate"].get("tiers", {}).get("kind", "marginal") == "marginal"
            and not (c.get("when") and self.acts == "retroactive")
        ]
        if not allowed or not self.maybe(0.4):
            return
        of = self.r.sample(allowed, self.r.randint(1, len(allowed)))
        counter = {
            "measure": "royalty",
            "of": of,
            "over": self.r.choice(["period", "life"]),
            "flow": self.flow,
        }
        if self.maybe(0.3):
            counter["where"] = self.where()
        deal["counters"]["earned"] = counter
        for clause in deal["income"]:
            tiers = clause["rate"].get("tiers")
            if tiers and tiers["kind"] == "marginal" and self.maybe(0.6):
                if clause["id"] not in of or len(of) == 1 or self.maybe(0.3):
                    tiers["counter"] = "earned"

    def _waterfall(self):
        r, steps = self.r, []
        source = "p"
        for n, kind in enumerate(r.sample(["fee", "costs", "recoup"], r.randint(1, 3))):
            step = {"id": f"s{n}", "from": source}
            if kind == "fee":
                step["fee"] = {
                    "percent": self.percent(),
                    "of": r.choice(["p", source]),
                    "to": r.choice(self.payees),
                }
            elif kind == "costs":
                step["costs"] = {"category": ["making", "over_cap"], "to": r.choice(self.payees)}
                if self.maybe(0.5):
                    step["costs"]["cap"] = {
                        "amount": self.number(10, 100, 0),
                        "over": r.choice(["period", "life"]),
                    }
                if self.maybe(0.4):
                    step["costs"]["interest"] = self._interest()
            else:
                step["recoup"] = {
                    "parties": [self._party(p) for p in self.payees[: r.randint(1, 3)]]
                }
            if self.maybe(0.7):
                source = f"p{n}"
                step["as"] = source
            steps.append(step)
        if self.maybe(0.7):
            parts = [{"to": p, "weight": str(r.randint(1, 4))} for p in self.payees]
            if self.maybe(0.3):
                parts.append({"to": {"pot": "saved"}, "weight": "1"})
            steps.append({"id": "rest_split", "from": source, "split": {"parts": parts}})
        return steps

    def _party(self, payee):
        party = {"to": payee, "amount": self.number(0, 100, 0)}
        if self.maybe(0.4):
            party["contributions"] = ["making"]
        if self.maybe(0.5):
            party["premium"] = self.number(100, 130, 0)
        elif self.maybe(0.5):
            party["interest"] = self._interest()
        return party

    def _interest(self):
        term = {"percent": self.percent(), "kind": self.r.choice(["simple", "compound"])}
        term["day_count"] = self.r.choice(["actual/365", "actual/360", "30/360"])
        if self.maybe(0.4):
            term["from"] = "2026-02-15"
        return term

    def _paying(self, deal):
        found = {p: [] for p in self.payees}
        for clause in deal["income"]:
            to = clause["to"]
            if isinstance(to, str):
                found[to].append(clause["id"])
            elif "split" in to:
                split = deal["splits"][to["split"]]
                for payee in split.get("percent") or split.get("weights") or self.payees:
                    found[payee].append(clause["id"])
        return found

    def _account(self, paying):
        r, account = self.r, {}
        if self.maybe(0.2):
            account["cap"] = {
                "amount": self.number(10, 300, 0),
                "over": r.choice(["period", "year", "life"]),
            }
        if self.maybe(0.2):
            account["floor"] = {
                "amount": self.number(1, 9, 0),
                "over": r.choice(["period", "year"]),
            }
        sources = {"recoup_from": paying[:1]} if paying and self.maybe(0.4) else {}
        if self.maybe(0.5):
            account["advances"] = [
                {
                    "id": f"a{n}",
                    "amount": self.number(1, 150, 0),
                    "on": f"2026-{r.randint(1, 12):02}-10",
                    **sources,
                }
                for n in range(r.randint(1, 2))
            ]
        if self.maybe(0.25):
            account["costs"] = [
                {
                    "id": "making",
                    "category": ["making"],
                    "percent": self.number(20, 100, 0),
                    **sources,
                }
            ]
        if self.maybe(0.4):
            account["guarantees"] = [self._guarantee(paying, account)]
        return account

    def _reserves(self, paying):
        return [
            {
                "id": f"r{n}",
                "percent": self.percent(),
                "release": self.r.choice(
                    [["100"], ["50", "50"], ["0", "33.3", "66.7"], ["30", "30", "40"]]
                ),
                **({"where": self.where()} if self.maybe(0.4) else {}),
                **({"clauses": paying[:1]} if paying and self.maybe(0.3) else {}),
                **(
                    {"liquidated_on": f"2026-{self.r.randint(3, 12):02}-10"}
                    if self.maybe(0.2)
                    else {}
                ),
            }
            for n in range(self.r.randint(1, 2))
        ]

    def _guarantee(self, paying, account):
        guarantee = {"id": "g"}
        if paying and self.maybe(0.3):
            guarantee["clauses"] = paying[:1]
        if "advances" in account and self.maybe(0.4):
            guarantee["advances"] = [account["advances"][0]["id"]]
        if self.maybe(0.4):
            return {**guarantee, "every": "year", "amount": self.number(10, 200, 0)}
        first, middle = self.starts, "07-01" if self.starts == "01-01" else "01-01"
        edges = [
            f"2026-{first}",
            f"2026-{middle}" if first == "01-01" else f"2027-{middle}",
            f"2027-{first}",
        ]
        if self.kind == "year":
            edges = [edges[0], edges[2]]
        windows = []
        for start, end in zip(edges, edges[1:], strict=False):
            opens = date.fromisoformat(start)
            last = date.fromisoformat(end) - timedelta(days=1)
            days = sorted(self.r.sample(range((last - opens).days + 1), self.r.randint(0, 2)))
            dues = [opens + timedelta(days=d) for d in days] + ([last] if self.maybe(0.3) else [])
            windows.append(
                {
                    "from": start,
                    "to": last.isoformat(),
                    "instalments": [
                        {"on": d.isoformat(), "amount": self.number(10, 99, 0)}
                        for d in dict.fromkeys(dues)
                    ]
                    or [{"on": last.isoformat(), "amount": "5"}],
                }
            )
        guarantee["windows"] = windows
        if self.maybe(0.3):
            guarantee["crossed"] = True
        return guarantee

    def _periods(self):
        count = {"month": 12, "quarter": 4, "half": 2, "year": 1}[self.kind]
        first = self.r.randint(1, max(1, count - 2))
        if self.kind == "year":
            labels = ["2026", "2027"]
        else:
            labels = [KINDS[self.kind].format(n) for n in range(first, min(count, first + 2) + 1)]
        return [
            {
                "period": label,
                "lines": [self.line() for _ in range(self.r.choice([0, 3, 8, 15]))],
                "costs": [self._cost() for _ in range(self.r.randint(0, 2))],
            }
            for label in labels
        ]


def make(seed):
    """Return (deal, periods, rates, fx) of a seed."""
    maker = Maker(seed)
    deal, periods = maker.deal()
    return deal, periods, maker.rates, maker.fx()
