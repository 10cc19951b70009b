"""Addresses to places, by the operator's databases in MaxMind's format; read anew when replaced.

``places.mmdb`` says countries and their subdivisions, ``anonymous.mmdb`` which addresses belong to
networks that hide where somebody is. Both lie in ``GEOIP_DIR``; ``install`` puts them there.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from threading import Lock
from typing import Any

import maxminddb
from django.conf import settings

from kernel.errors import DomainError
from territories.geography.allocation import WORLD, register

PLACES, ANONYMOUS = "places.mmdb", "anonymous.mmdb"
Address = IPv4Address | IPv6Address
Identity = tuple[int, int, int, int]


class BadDatabase(DomainError):
    """A file that isn't such a database."""

    code = "bad_geo_database"
    status = 422


@dataclass(frozen=True, slots=True)
class Seen:
    """The smallest place of an address that the file and the register know, or ""; ``hidden``:
    it belongs to a network that hides where somebody is."""

    place: str
    hidden: bool


@dataclass(slots=True)
class _Open:
    path: Path
    identity: Identity
    reader: Any


class _Database:
    """One of the files, open as long as it is the same one."""

    def __init__(self, name: str, *, needed: bool) -> None:
        self._name, self._needed, self._lock = name, needed, Lock()
        self._open: _Open | None = None

    def record(self, address: Address) -> dict[str, Any] | None:
        """Return what the file says of an address, {} for nothing, None where it can't be read.

        A file that isn't there says nothing, but for one that is needed.
        """
        path = Path(settings.GEOIP_DIR) / self._name
        identity = _identity(path)
        if identity is None:
            return None if self._needed else {}
        reader = self._reader(path, identity)
        if reader is None:
            return None
        try:
            found = reader.get(address)
        except ValueError:  # an IPv6 address, and a file of IPv4 alone
            return {}
        except maxminddb.InvalidDatabaseError:
            return None
        return found if isinstance(found, dict) else {}

    def _reader(self, path: Path, identity: Identity) -> Any:
        known = self._open
        if known is None or (known.path, known.identity) != (path, identity):
            with self._lock:
                known = self._open = _Open(path, identity, _opened(path))
        return known.reader


_places, _anonymous = _Database(PLACES, needed=True), _Database(ANONYMOUS, needed=False)


def parsed(text: str) -> Address | None:
    """Return an address; None where ``text`` is none. IPv4 inside IPv6 is IPv4."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def look(address: Address) -> Seen | None:
    """Return what the files say of an address; None where one can't be read, or there is none."""
    places, anonymous = _places.record(address), _anonymous.record(address)
    if places is None or anonymous is None:
        return None
    traits = places.get("traits")
    said = {**(traits if isinstance(traits, dict) else {}), **anonymous}
    hidden = any(value is True and _hiding(name) for name, value in said.items())
    return Seen(_place(places), hidden)


def _place(record: dict[str, Any]) -> str:
    country = _code(record.get("country"))
    if country not in register() or country == WORLD:
        return ""
    parts = record.get("subdivisions")
    for part in reversed(parts if isinstance(parts, list) else []):
        code = f"{country}-{_code(part)}"
        if code in register():
            return code
    return country


def install(source: Path, *, anonymous: bool) -> dict[str, Any]:
    """Put a database in the place of the one that is used, at once; return what it says of itself.

    Every process reads it from its next request on. Raises BadDatabase.
    """
    name = ANONYMOUS if anonymous else PLACES
    folder = Path(settings.GEOIP_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        arriving = folder / f".{name}.{os.getpid()}"
        shutil.copyfile(source, arriving)
    except OSError as error:
        raise BadDatabase(f"{source} can't be read: {error.strerror}.") from None
    reader = _opened(arriving)
    if reader is None:
        arriving.unlink()
        raise BadDatabase(f"{source} is no database in MaxMind's format.")
    said = reader.metadata()
    reader.close()
    os.replace(arriving, folder / name)
    return {"type": said.database_type, "built": said.build_epoch, "nodes": said.node_count}


def _opened(path: Path) -> Any:
    opened: Callable[..., Any] = maxminddb.open_database
    try:
        return opened(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError):
        return None


def _identity(path: Path) -> Identity | None:
    try:
        said = path.stat()
    except OSError:
        return None
    return said.st_dev, said.st_ino, said.st_mtime_ns, said.st_size


def _code(part: Any) -> str:
    return str(part.get("iso_code", "")) if isinstance(part, dict) else ""


def _hiding(name: str) -> bool:
    return name.startswith("is_anonymous") or name in (
        "is_public_proxy",
        "is_residential_proxy",
        "is_tor_exit_node",
    )
