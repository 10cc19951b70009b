"""Numbers of the oracle: exact, and rounded in one place."""

from fractions import Fraction

DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3, "CLF": 4}


class OracleRefusal(Exception):
    """The document says that such a calculation is refused, with this code."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}")
        self.code = code


def num(value):
    """Return the exact number in a text, a whole number or a fraction."""
    return Fraction(value)


def shown(exact):
    """Write an exact number: as a decimal if it ends, else as a fraction."""
    exact = Fraction(exact)
    rest = exact.denominator
    places = 0
    while rest % 10 == 0:
        rest //= 10
    twos = fives = 0
    rest = exact.denominator
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return f"{exact.numerator}/{exact.denominator}"
    places = max(twos, fives)
    scaled = exact * 10**places
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "-" if exact < 0 else ""
    return sign + (digits[:-places] + "." + digits[-places:] if places else digits)


def nearest(exact):
    """Return the nearest whole number, halves away from zero."""
    exact = Fraction(exact)
    size = abs(exact)
    whole = size.numerator // size.denominator
    if size - whole >= Fraction(1, 2):
        whole += 1
    return whole if exact >= 0 else -whole


def rounded(exact, term):
    """Round a rate as a contract's ``round`` term says."""
    if term is None:
        return exact
    unit = Fraction(1, 10 ** term["places"])
    size = abs(exact) / unit
    whole = size.numerator // size.denominator
    rest = size - whole
    half = Fraction(1, 2)
    mode = term["mode"]
    if (
        (mode == "up" and rest > 0)
        or (mode == "half_up" and rest >= half)
        or (mode == "half_even" and (rest > half or (rest == half and whole % 2)))
    ):
        whole += 1
    return whole * unit if exact >= 0 else -whole * unit


def divide(total, parts):
    """Divide a whole number by largest remainder; ``parts`` are exact and nearly sum to it."""
    result = [part.numerator // part.denominator for part in map(Fraction, parts)]
    order = sorted(range(len(parts)), key=lambda i: -(parts[i] - result[i]))
    missing = total - sum(result)
    assert 0 <= missing <= len(parts), (total, parts)
    for i in order[:missing]:
        result[i] += 1
    return result


def proportion(total, weights):
    """Divide a whole number in proportion to weights."""
    whole = sum(weights)
    return divide(total, [Fraction(total) * weight / whole for weight in weights])


class Coins:
    """A currency's smallest units."""

    def __init__(self, currency):
        self.unit = 10 ** DIGITS.get(currency, 2)
        self.digits = DIGITS.get(currency, 2)

    def of(self, value):
        """Return money text as smallest units."""
        return nearest(num(value) * self.unit)

    def post(self, exact):
        """Round exact money into an account."""
        return nearest(exact * self.unit)

    def text(self, units):
        """Write smallest units as money."""
        if not self.digits:
            return str(units)
        digits = str(abs(units)).rjust(self.digits + 1, "0")
        sign = "-" if units < 0 else ""
        return f"{sign}{digits[: -self.digits]}.{digits[-self.digits :]}"
