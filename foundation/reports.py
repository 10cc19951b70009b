"""What browsers report of pages that break the content security policy."""

import json

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from foundation.middleware import outside_tenant

log = structlog.get_logger(__name__)
LIMIT = 16_384
FIELDS = ("effectiveDirective", "blockedURL", "sourceFile", "lineNumber", "disposition")


@outside_tenant
@csrf_exempt
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    """Log a report, in so far as it is short and has the expected form; store nothing."""
    text = request.read(LIMIT)
    try:
        reports = json.loads(text)
    except ValueError:
        reports = []
    for report in (reports if isinstance(reports, list) else [])[:10]:
        body = report.get("body") if isinstance(report, dict) else None
        if isinstance(body, dict):
            log.warning("csp.violation", **{name: str(body.get(name))[:200] for name in FIELDS})
    return HttpResponse(status=204)
