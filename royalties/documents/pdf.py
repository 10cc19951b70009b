"""A statement as a tagged PDF (PDF/UA-1), from the same template parts as the page."""

import mimetypes
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import (
    FatalURLFetchingError,
    URLFetcher,
    URLFetcherResponse,
)

from foundation.pages.surroundings import NOBODY, shown_to
from royalties.documents import sheet
from royalties.documents.asked import Asked
from royalties.models import Statement

OWN = "static:"


class NotOurs(ValueError):
    """A document names a resource that isn't one of our static files."""


class StaticFiles(URLFetcher):
    """Fetches ``static:path`` from our static files and nothing else: no network, no other file."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the file. Raises NotOurs."""
        root = (Path(settings.BASE_DIR) / "static").resolve()
        path = (root / url.removeprefix(OWN)).resolve()
        if not url.startswith(OWN) or not path.is_relative_to(root) or not path.is_file():
            raise NotOurs(f"{url[:100]} is not one of our static files.")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def write(statement: Statement, file: BinaryIO, asked: Asked) -> None:
    """Write the PDF: one per statement, the same for whoever asks, at most ``sheet.ROWS`` rows."""
    with shown_to(NOBODY):
        html = render_to_string("royalties/statement_print.html", {"sheet": sheet.of(statement)})
    file.write(printed(html, identifier=statement.sha256))


def printed(html: str, *, identifier: str) -> bytes:
    """Return HTML as a tagged PDF. Raises NotOurs when it names a resource from elsewhere."""
    fetcher = StaticFiles(fail_on_errors=True)
    try:
        made: bytes = HTML(string=html, base_url=OWN, url_fetcher=fetcher).write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode()
        )
    except FatalURLFetchingError as fatal:  # no Exception: it would take the worker with it
        raise NotOurs(str(fatal)) from fatal
    return made
