"""Identifiers of holders (IPI, ISNI) and their check digits. Pure functions that never raise."""

import re
from typing import NamedTuple

from stdnum import isni as isni_numbers
from stdnum.iso7064 import mod_11_2
from stdnum.iso7064 import mod_37_36 as iso_mod_37_36

_LOOSE = re.compile(r"[\s.\-‐‑–—]+")
_IPI = re.compile(r"[0-9]{1,11}\Z")
_ISNI = re.compile(r"[0-9]{15}[0-9X]\Z")
_UNCHECKED = 9  # a file that gives so few digits has cut the number, or left its zeros out


class Checked(NamedTuple):
    """A value in its plain form, and what is wrong with it: a sentence for people, or None."""

    value: str
    problem: str | None


def ipi_digits(nine: str) -> str:
    """Return the two check digits of an IPI name number's first nine digits.

    Source: CISAC, IPI number structure: the digits times 10, 9 … 2, modulo 101; what is missing to
    101, of which 100 and 101 are written 00.
    """
    total = sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 101
    return f"{(101 - total) % 101 % 100:02d}"


def check_ipi(value: str) -> Checked:
    """Return an IPI name number as eleven digits.

    Shorter numbers get their leading zeros; of nine digits and fewer a wrong check digit is not
    held against them, since files cut them.
    """
    bare = _LOOSE.sub("", value).upper().removeprefix("IPI:").removeprefix("IPI")
    if not _IPI.match(bare):
        return Checked(bare[:11], f"IPI {bare[:20]} is not up to eleven digits.")
    full = bare.rjust(11, "0")
    wanted = ipi_digits(full[:9])
    if full[9:] == wanted or len(bare) <= _UNCHECKED:
        return Checked(full, None)
    return Checked(full, f"IPI {full} ends in {full[9:]}, but its check digits should be {wanted}.")


def check_isni(value: str) -> Checked:
    """Return an ISNI as sixteen signs (ISO 27729; the check sign is ISO 7064 modulo 11-2)."""
    bare = _LOOSE.sub("", value).upper()
    bare = bare.removeprefix("HTTPS://ISNIORG/ISNI/").removeprefix("ISNI:").removeprefix("ISNI")
    if not _ISNI.match(bare):
        return Checked(bare[:16], f"ISNI {bare[:20]} is not fifteen digits and a check sign.")
    if isni_numbers.is_valid(bare):
        return Checked(bare, None)
    wanted = mod_11_2.calc_check_digit(bare[:-1])
    return Checked(bare, f"ISNI {bare} ends in {bare[-1]}, but its check sign should be {wanted}.")


def mod_37_36(body: str) -> str:
    """Return the check sign of ``body`` (digits and capitals) by ISO 7064 modulo 37, 36."""
    return str(iso_mod_37_36.calc_check_digit(body))
