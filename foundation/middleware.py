"""Around every request: its name and headers, and one transaction for one organisation."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string
from structlog.contextvars import bind_contextvars, clear_contextvars

from foundation.tenancy import tenant_atomic
from kernel.ids import uuid7

Handler = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponse])


class TenantMiddleware:
    """Opens ``tenant_atomic`` before the view and closes it after the response is rendered.

    Django opens its own request transaction after ``process_view`` and closes it before a
    TemplateResponse renders; a setting made there would be lost, and pages come out empty. Views
    that talk to the network opt out with ``outside_tenant``. Exceptions and 5xx answers roll back.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.organisation_of = import_string(settings.TENANT_OF_REQUEST)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        org_id = self.organisation_of(request)
        if org_id is None or _opted_out(request):
            return self.get_response(request)
        with tenant_atomic(org_id):
            response = self.get_response(request)
            if response.status_code >= 500 or getattr(request, "raised_in_tenant", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remember that the view or its rendering raised: Django turns it into an answer."""
        request.raised_in_tenant = True  # type: ignore[attr-defined]


def outside_tenant(view: View) -> View:
    """Mark a view that runs without the tenant's transaction (it talks to the network)."""
    view.outside_tenant = True  # type: ignore[attr-defined]
    return view


def _opted_out(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return True
    return bool(getattr(view, "outside_tenant", False))


class RequestMiddleware:
    """Names each request for the log and the audit, and adds the headers every answer has."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        request.request_id = uuid7()  # type: ignore[attr-defined]
        clear_contextvars()
        bind_contextvars(request_id=str(request.request_id), method=request.method)  # type: ignore[attr-defined]
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        headers["Reporting-Endpoints"] = 'csp="/csp-reports"'
        headers["X-Request-Id"] = str(request.request_id)  # type: ignore[attr-defined]
        return response
