"""The API's own description: the OpenAPI document, and the page that people read."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_resolver
from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.views.base import Page
from foundation.api import openapi, schema
from foundation.api.operations import operation

PUBLIC = "it describes the API and holds no data"
ABOUT = {
    "info": {
        "title": "MediaTrack Pro",
        "version": "1",
        "summary": "Media rights and royalties: works, claims, deals, sales, runs, statements.",
        "description": "Every POST has an Idempotency-Key; every change an If-Match; lists are "
        "pages by cursor; refusals are problem documents. docs/api.md tells it in full.",
        "license": {"name": "Proprietary", "url": "https://localhost/"},
    },
    "servers": [{"url": "/"}],
}


@cache
def document() -> dict[str, Any]:
    """Return the document of every address under ``api:``; made once a process."""
    return openapi.document(openapi.inside(get_resolver(), "api"), about=ABOUT)


class OpenApi(ApiView):
    """The document."""

    group = "Description"
    public = PUBLIC

    @operation("Read this description (OpenAPI 3.1)", gives=schema.ANYTHING, tagged=True)
    def get(self, request: Request) -> dict[str, Any]:
        """Answer with it."""
        return document()


class Docs(Page):
    """The same for people, as a page."""

    public = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show every operation by chapter."""
        told = document()
        chapters: dict[str, list[dict[str, Any]]] = {}
        for path, methods in told["paths"].items():
            for method, each in methods.items():
                if method in openapi.METHODS:
                    row = openapi.readable(path, method, each, told["components"]["schemas"])
                    chapters.setdefault(each["tags"][0], []).append(row)
        return render(request, "accounts/api_docs.html", {"chapters": sorted(chapters.items())})
