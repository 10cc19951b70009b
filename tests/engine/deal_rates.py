"""Random income clauses with every kind of rate."""

from tests.engine.deal_lines import LineMaker


class RateMaker(LineMaker):
    """Adds clauses to the inputs."""

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
