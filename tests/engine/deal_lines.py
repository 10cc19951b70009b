"""Random lines, costs and exchange tables."""

import random

WORKS = ["W1", "W2", "W3", None]
PLACES = ["US", "US-CA", "GB", "DE", "JP", None]
FORMATS = ["cd", "lp", "download"]
PAYEES = ["ana", "ben", "cy"]
AREAS = ["WORLD - US", "EU", "US", "GB + JP", "WORLD"]
KINDS = {"month": "2026-{:02}", "quarter": "2026-Q{}", "half": "2026-H{}", "year": "{}"}


class LineMaker:
    """A seeded source of small inputs."""

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
        if line["units"] % 3 == 0:
            line["right_type"] = "performing" if line["units"] % 2 else "mechanical"
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
