"""Random deals with lines, costs, tables and balances: valid, small, and of every term."""

import random
from datetime import date, timedelta

WORKS = ["W1", "W2", "W3", None]
PLACES = ["US", "US-CA", "GB", "DE", "JP", None]
FORMATS = ["cd", "lp", "download"]
PAYEES = ["ana", "ben", "cy"]
AREAS = ["WORLD - US", "EU", "US", "GB + JP", "WORLD"]
KINDS = {"month": "2026-{:02}", "quarter": "2026-Q{}", "half": "2026-H{}", "year": "{}"}


class Maker:
    """A seeded source of deals."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def maybe(self, chance):
        """Return True with this chance."""
        return self.r.random() < chance

    def number(self, low, high, places=2):
        """Return a number as text."""
        return f"{self.r.randint(low * 10**places, high * 10**places) / 10**places:.{places}f}"

    def percent(self):
        """Return a percent as text."""
        return self.number(0, 40, self.r.choice([0, 1, 3]))

    def where(self, depth=0):
        """Return conditions that some lines fulfil."""
        place = {}
        if self.maybe(0.4):
            place["format"] = self.r.sample(FORMATS, self.r.randint(1, 2))
        if self.maybe(0.3):
            place["territory"] = self.r.choice([*AREAS, ["US", "DE"]])
        if self.maybe(0.15):
            place["list_price"] = {"from": self.number(5, 15)}
        if self.maybe(0.15):
            place["sold_on"] = {"to": f"2026-{self.r.randint(1, 12):02}-15"}
        if depth == 0 and self.maybe(0.15):
            place["not"] = self.r.choice([self.where(1), [self.where(1), self.where(1)]])
        return place

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
        return deal, self._periods()

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

    def _clause(self, name):
        r = self.r
        clause = {"id": name}
        if self.groups:
            clause["group"] = r.choice(self.groups)
        if self.maybe(0.6):
            clause["where"] = self.where()
        based = name in self.based
        if based:
            clause["base"] = r.choice(
                [
                    "amount",
                    "list_price",
                    "units",
                    {"quantity": "megabytes", "money": False},
                    {"quantity": "minimum", "money": True, "times_units": True},
                ]
            )
            if self.maybe(0.15):
                clause["at_source"] = self.number(30, 100, 0)
                if isinstance(clause["base"], dict):
                    del clause["at_source"]
            clause["deductions"] = self._deductions()
        clause["rate"] = self._rate(based, top=True)
        if "fixed" in clause["rate"]:
            clause.pop("base", None)
            clause.pop("deductions", None)
            clause.pop("at_source", None)
            if clause["rate"]["per"] != "work":
                clause.pop("where", None)
            if name in self.based:
                self.based.remove(name)
        if clause.get("deductions") == []:
            del clause["deductions"]
        kind = next(iter(clause["rate"]))
        simple = kind in ("percent", "per_unit", "table")
        acts = self.acts
        if (
            acts
            and self.maybe(0.4)
            and (simple or (acts == "prospective" and self._flows(clause["rate"])))
        ):
            clause["when"] = "t"
        if self.maybe(0.3) and kind != "fixed":
            clause["adjustments"] = [
                {"where": self.where(), "factor": r.choice(["1/2", "0.75", "1/3", "2"])}
                for _ in range(r.randint(1, 2))
            ]
        clause["to"] = self._to(kind)
        if kind == "per_unit":
            for word in ("base", "deductions", "at_source"):
                clause.pop(word, None)
            if name in self.based:
                self.based.remove(name)
        return clause

    def _flows(self, rate):
        return rate.get("tiers", {}).get("kind") == "marginal"

    def _to(self, kind):
        choices = [self.r.choice(self.payees)] * 3 + [{"split": "even"}, {"pot": "p"}]
        if len(self.payees) > 1:
            choices.append({"split": "rest"})
        if kind != "fixed":
            choices.append({"split": "songs"})
        return self.r.choice(choices)

    def _deductions(self):
        options = [
            {"percent": self.percent(), "of": self.r.choice(["base", "remaining"])},
            {"per_unit": self.number(0, 2)},
            {"quantity": "megabytes", "times_units": True, "each": "0.15"},
            {"paid_at_source": "society_paid"},
        ]
        found = self.r.sample(options, self.r.choice([0, 0, 1, 2]))
        if self.maybe(0.15):
            found.append({"fixed": self.number(0, 80)})
        return found

    def _simple(self, based):
        r = self.r
        kinds = ["per_unit", "table"] + (["percent"] * 2 if based else [])
        kind = r.choice(kinds)
        if kind == "table":
            name = "flat" if not based or self.maybe(0.5) else "share"
            self._tables()
            rate = {"table": name}
            if self.maybe(0.4):
                rate["multiplier"] = self.number(50, 110, 0)
        else:
            rate = {kind: self.percent() if kind == "percent" else self.number(0, 3, 3)}
        if self.maybe(0.15):
            rate["round"] = {"places": 2, "mode": r.choice(["down", "up", "half_up", "half_even"])}
        return rate

    def _tables(self):
        self.rates.setdefault(
            "flat",
            [
                {
                    "territory": "US",
                    "to": "2026-05-31",
                    "per_unit": "0.0910",
                    "per_minute": "0.0175",
                },
                {"territory": "EU", "per_unit": "0.0833"},
                {"per_unit": "0.05"},
            ],
        )
        self.rates.setdefault("share", [{"territory": "GB", "percent": "7.5"}, {"percent": "6"}])

    def _rate(self, based, top=False):
        r = self.r
        kind = r.choice(["simple"] * 4 + ["tiers"] * 4 + ["best"] * 2 + ["fixed", "songs"])
        if kind == "fixed":
            return {"fixed": self.number(0, 200), "per": r.choice(["period", "work", "once"])}
        if kind == "tiers":
            return self._tier_rate(
                based, r.choice(["marginal", "marginal", "cliff", "retroactive"])
            )
        if kind == "best":
            members = [self._simple(based) for _ in range(2)]
            if self.maybe(0.5):
                members.append(self._tier_rate(based, r.choice(["marginal", "cliff"])))
            return {
                r.choice(["greater_of", "lesser_of"]): members,
                "per": r.choice(["line", "period", "year"]),
            }
        if kind == "songs":
            return self._songs()
        return self._simple(based)

    def _tier_rate(self, based, kind):
        starts = sorted(self.r.sample(range(5, 200), self.r.randint(0, 3)))
        word = "percent" if based and self.maybe(0.7) else "per_unit"
        steps = [{"over": "0", word: self.percent()}]
        steps += [{self.r.choice(["over", "from"]): str(s), word: self.percent()} for s in starts]
        return {"tiers": {"counter": "k0", "kind": kind, "steps": steps}}

    def _songs(self):
        self._tables()
        self.rates["tracks"] = [
            {
                "product": p,
                "work": f"S{n}",
                "minutes": str(n),
                "controlled": self.r.choice(["yes", "no"]),
            }
            for p in ("P1", "P2")
            for n in range(1, self.r.randint(2, 5))
        ]
        rate = {"table": "flat", "contents": "tracks"}
        if self.maybe(0.7):
            rate["fill"] = [
                {"where": {"controlled": ["no"]}, "in_full": True},
                {"multiplier": "75"},
            ]
        if self.maybe(0.7):
            rate["cap"] = {
                "by": "format",
                "songs": {"lp": "2", "cd": "1.5"},
                "multiplier": "75",
                "excess": "over_cap",
            }
            if self.maybe(0.5):
                rate["cap"]["round"] = {"places": 4, "mode": "down"}
        return rate

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

    def _cost(self):
        cost = {
            "category": self.r.choice(["making", "making", "other"]),
            "amount": self.number(-5, 60),
        }
        cost["date"] = f"2026-{self.r.randint(1, 12):02}-20"
        cost["payee"] = self.r.choice(self.payees)
        if self.foreign and self.maybe(0.3):
            cost["currency"] = "GBP"
        return cost

    def line(self):
        """Return one line, complete enough for every clause."""
        r = self.r
        sign = -1 if self.maybe(0.15) else 1
        line = {
            "work": r.choice(WORKS),
            "format": r.choice(FORMATS),
            "territory": r.choice(PLACES),
            "channel": r.choice(["shop", "stream", None]),
            "source": r.choice(["DSP", None]),
            "units": sign * r.randint(0, 60),
            "amount": self.number(0, 90, 3) if sign > 0 else "-" + self.number(0, 90),
            "list_price": self.number(5, 25),
            "megabytes": self.number(0, 9, 1),
            "minimum": self.number(0, 4),
            "society_paid": self.number(0, 20) if sign > 0 else "-" + self.number(0, 20),
            "minutes": self.number(1, 9, 1),
            "product": r.choice(["P1", "P2"]),
            "received_on": "2026-03-01",
        }
        if line["amount"].startswith("-0.00"):
            line["amount"] = "0"
        if line["society_paid"].startswith("-0.00"):
            line["society_paid"] = "0"
        if self.maybe(0.7):
            line["sold_on"] = f"2026-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
        elif self.maybe(0.3):
            line["usage_end"] = f"2026-{r.randint(1, 12):02}-28"
        if self.foreign and self.maybe(0.4):
            line["currency"] = r.choice(["GBP", "EUR", "USD"])
        return {name: value for name, value in line.items() if value is not None}

    def fx(self):
        """Return an exchange table with a pivot, a direct rate and averages."""
        rows = []
        for code, rate in (("USD", "1.08"), ("GBP", "0.8561"), ("JPY", "161.3"), ("KWD", "0.3311")):
            rows.append({"currency": code, "on": "2025-01-01", "rate": rate})
            rows.append({"currency": code, "on": "2026-07-01", "rate": rate + "7"})
            for kind, count in (("month", 12), ("quarter", 4), ("half", 2)):
                rows += [
                    {"currency": code, "period": KINDS[kind].format(n), "rate": rate + "3"}
                    for n in range(1, count + 1)
                ]
            rows += [{"currency": code, "period": y, "rate": rate} for y in ("2026", "2027")]
        rows.append({"from": "GBP", "to": "USD", "on": "2025-01-01", "rate": "1.27"})
        return {"source": "ECB", "pivot": "EUR", "rates": rows}


def make(seed):
    """Return (deal, periods, rates, fx) of a seed."""
    maker = Maker(seed)
    deal, periods = maker.deal()
    return deal, periods, maker.rates, maker.fx()
