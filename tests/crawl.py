"""Walk through the product as a signed-in person does: follow every link of every page.

No address is typed: what a person can't reach from the home page isn't found. Of each address's
name and set of parameters a few are opened, so that the walk ends on any amount of data.
"""

import html
import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

LINK = re.compile(r'(?:href|hx-get|src)="(/[^"]*)"')
NEVER = ("/static/", "/accounts/logout/", "/admin/")


def walk(
    client: Client, *, start: str = "/", each: int = 2, most: int = 400
) -> Iterator[tuple[str, str, HttpResponseBase]]:
    """Yield the name, the address and the answer of each page found, breadth first."""
    waiting, seen, opened = deque([start]), {start}, Counter()
    while waiting and sum(opened.values()) < most:
        address = waiting.popleft()
        kind = _kind(address)
        if kind is None or opened[kind] >= each:
            continue
        opened[kind] += 1
        answer = client.get(address)
        yield kind[0], address, answer
        if answer.status_code in (301, 302, 303):
            found = [answer["Location"]]
        else:
            found = [html.unescape(link) for link in LINK.findall(text(answer))]
        for link in found:
            there = urlsplit(urljoin(address, link))
            whole = there.path + (f"?{there.query}" if there.query else "")
            if not there.netloc and whole not in seen and not whole.startswith(NEVER):
                seen.add(whole)
                waiting.append(whole)


def text(answer: HttpResponseBase) -> str:
    """Return all that an answer says: the parts of a workbook unpacked, bytes as Latin-1."""
    if isinstance(answer, HttpResponse):
        content = answer.content
    else:
        content = b"".join(answer.streaming_content)
        answer.streaming_content = [content]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    if content[:4] == b"%PDF":
        return _pdf(content)
    return content.decode("utf-8", "replace")


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def _kind(address: str) -> tuple[str, frozenset[str]] | None:
    parts = urlsplit(address)
    try:
        return resolve(parts.path).view_name, frozenset(parse_qs(parts.query))
    except Resolver404:
        return None
