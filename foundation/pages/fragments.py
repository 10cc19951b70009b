"""A page, or only the part of it that htmx asked for: a block of the same template.

Where the page shows a list, the same address gives that list as a file (``?as=csv``).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines

from foundation.pages import downloads, lists
from foundation.pages.context import shell


def wanted(request: HttpRequest) -> bool:
    """Return whether the request is for a part of a page (not for going back to one)."""
    asked = request.headers.get("HX-Request") == "true"
    return asked and request.headers.get("HX-History-Restore-Request") != "true"


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    block: str,
    status: int = 200,
) -> HttpResponse:
    """Return the whole page, or the block ``block`` of it alone where htmx asked for it.

    A block that is rendered alone sees the context, not what the template imports outside of it:
    it imports its macros itself.
    """
    table = lists.of(context, request.GET.get("list", ""))
    if table is not None and lists.wanted(request):
        return lists.Found(table)
    if table is not None and request.GET.get("as") in downloads.TYPES:
        return downloads.answer(request, table, request.GET["as"])
    if not wanted(request):
        return render(request, template, context, status=status)
    found: Any = engines["jinja2"].get_template(template)
    values = {**context, **shell(request), "request": request}
    part = found.template.blocks[block](found.template.new_context(values))
    return HttpResponse("".join(part), status=status)
