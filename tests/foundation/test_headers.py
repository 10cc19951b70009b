"""Every answer carries its name and the headers that keep browsers strict."""

import json

import pytest
from django.test import Client
from structlog.testing import capture_logs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/nowhere"])
def test_every_answer_is_named_strict_and_kept_nowhere(address):
    headers = Client().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "report-to csp" in policy
    assert headers["Reporting-Endpoints"] == 'csp="/csp-reports"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-Id"]) == 36


def test_a_browsers_report_is_logged_and_cut():
    report = {"body": {"effectiveDirective": "script-src", "blockedURL": "x" * 500}}
    with capture_logs() as logged:
        answer = Client().post(
            "/csp-reports", json.dumps([report, "junk"]), content_type="application/reports+json"
        )
    assert answer.status_code == 204
    (line,) = [entry for entry in logged if entry["event"] == "csp.violation"]
    assert (line["effectiveDirective"], len(line["blockedURL"])) == ("script-src", 200)


def test_junk_is_answered_alike():
    answer = Client().post("/csp-reports", b"\xff{", content_type="text/plain")
    assert answer.status_code == 204
