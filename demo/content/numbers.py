"""Identifiers with right check digits, in ranges that no real work or holder uses."""

from stdnum.iso7064 import mod_11_2

from catalog.identifiers import gtin_digit, iswc_digit
from holders.identifiers import ipi_digits, mod_37_36

REGISTRANTS = {"meridian": "QZMER", "northlight": "QZNLT"}


def isrc(slug: str, year: int, number: int) -> str:
    """Return an ISRC of the organisation's registrant code."""
    return f"{REGISTRANTS[slug]}{year % 100:02}{number:05}"


def iswc(number: int) -> str:
    """Return an ISWC from the block 990 000 000 on, which nobody hands out."""
    nine = f"{990_000_000 + number:09}"
    return f"T{nine}{iswc_digit(nine)}"


def upc(number: int) -> str:
    """Return a UPC that begins with 2: for use inside a house, never on the open market."""
    body = f"2{number:010}"
    return body + gtin_digit(body)


def isbn(number: int) -> str:
    """Return an ISBN of the group 978-99999, which no country has."""
    body = f"97899999{number:04}"
    return body + gtin_digit(body)


def eidr(number: int) -> str:
    """Return an EIDR content identifier."""
    body = f"{0xDEC0DE0000:X}{number:010X}"
    groups = "-".join(body[at : at + 4] for at in range(0, 20, 4))
    return f"10.5240/{groups}-{mod_37_36(body)}"


def isan(number: int) -> str:
    """Return an ISAN without a version, with its check sign."""
    body = f"FFFF{number:08X}0000"
    return f"{body}{mod_37_36(body)}"


def ipi(number: int) -> str:
    """Return an IPI name number from 990 000 000 on."""
    nine = f"{990_000_000 + number:09}"
    return nine + ipi_digits(nine)


def isni(number: int) -> str:
    """Return an ISNI from the end of its range."""
    body = f"{999_999_900_000_000 + number:015}"
    return body + str(mod_11_2.calc_check_digit(body))
