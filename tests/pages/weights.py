"""What a page costs whoever opens it for the first time: bytes as sent, requests, other hosts.

Counted from the page itself: its sheets, scripts, pictures and all that these import or name.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from django.contrib.staticfiles import finders

LINKED = re.compile(
    r'<(?:script|img|source)[^>]+\bsrc="([^"]+)"'
    r'|<link[^>]+\brel="(?:stylesheet|icon|modulepreload|manifest)"[^>]+\bhref="([^"]+)"'
    r'|<link[^>]+\bhref="([^"]+)"[^>]+\brel="(?:stylesheet|icon|modulepreload|manifest)"'
)
NAMED = re.compile(r"""(?:\bfrom\s*|\bimport\s*|\burl\(|@import\s*)["']?([^"')\s]+\.\w+)["']?""")


@dataclass(frozen=True)
class Weight:
    """Bytes compressed as the web server does it, requests (the page's own too), other hosts."""

    bytes: int
    requests: int
    elsewhere: tuple[str, ...]


def of(content: bytes) -> Weight:
    """Return the cold weight of a page."""
    text = content.decode()
    found = ["".join(each) for each in LINKED.findall(text)]
    elsewhere = tuple(link for link in found if urlsplit(link).netloc)
    wanted: set[str] = set()
    for link in found:
        if link.startswith("/static/"):
            wanted |= _needed(link)
    total = len(gzip.compress(content, 6)) + sum(_size(link) for link in wanted)
    return Weight(total, 1 + len(wanted), elsewhere)


@cache
def _needed(link: str) -> frozenset[str]:
    """Return a static file's address and those of what it names."""
    path = _file(link)
    needed = {link}
    if path.suffix in (".js", ".css"):
        for name in NAMED.findall(path.read_text()):
            there = urljoin(link, name)
            if there.startswith("/static/") and there != link and finders.find(there[8:]):
                needed |= _needed(there)
    return frozenset(needed)


@cache
def _size(link: str) -> int:
    return len(gzip.compress(_file(link).read_bytes(), 9))


def _file(link: str) -> Path:
    found = finders.find(urlsplit(link).path.removeprefix("/static/"))
    assert found, f"{link} is no file of ours"
    return Path(found)
