"""Refusals of the API as problem documents (RFC 9457)."""

import json
from typing import Any

from django.db import transaction
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from foundation.tenancy import current_org
from kernel.errors import DomainError

MEDIA_TYPE = "application/problem+json"


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of ``error`` and undo what the request wrote; None for a bug."""
    if isinstance(error, DomainError):
        plain = json.loads(json.dumps(error.problem(), default=str))
        response: Response | None = Response(plain, status=error.status)
    else:
        response = exception_handler(error, context)
        if response is not None:
            response.data = _problem(error, response)
    if response is None:
        return None
    if wait := getattr(error, "extra", {}).get("retry_after"):
        response["Retry-After"] = str(wait)
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    if current_org() is not None:  # the transaction around this request
        transaction.set_rollback(True)
    response.content_type = MEDIA_TYPE
    return response


def _problem(error: Exception, response: Response) -> dict[str, Any]:
    codes = error.get_codes() if isinstance(error, APIException) else "not_found"
    code = codes if isinstance(codes, str) else "invalid"
    problem = {
        "type": f"urn:mediatrack:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": response.status_code,
        "code": code,
    }
    data = response.data
    if isinstance(data, dict) and set(data) == {"detail"}:
        return {**problem, "detail": str(data["detail"])}
    return {**problem, "detail": "Some of what was sent can't be taken.", "errors": data}
