"""Addresses of money in the API."""

from django.urls import path

from royalties.api import (
    compliance,
    deals,
    exceptions,
    ledger,
    questions,
    runs,
    sources,
    statements,
)

urlpatterns = [
    path("compliance", compliance.Compliance.as_view(), name="compliance"),
    path("deals", deals.Deals.as_view(), name="deals"),
    path("deals/check", deals.Check.as_view(), name="deal_check"),
    path("deals/<uuid:pk>", deals.OneDeal.as_view(), name="deal"),
    path("deals/<uuid:pk>/versions/<slug:number>", deals.Version.as_view(), name="deal_version"),
    path("deals/<uuid:pk>/signature", deals.Signature.as_view(), name="deal_signature"),
    path("exceptions", exceptions.Exceptions.as_view(), name="exceptions"),
    path("exceptions/<slug:key>", exceptions.OneException.as_view(), name="exception"),
    path("exceptions/<slug:key>/decide", exceptions.Decide.as_view(), name="exception_decide"),
    path(
        "exceptions/<slug:key>/decision", exceptions.Decision.as_view(), name="exception_decision"
    ),
    path("exceptions/<slug:key>/undo", exceptions.UndoDecision.as_view(), name="exception_undo"),
    path("questions", questions.Questions.as_view(), name="questions"),
    path("questions/<uuid:pk>", questions.OneQuestion.as_view(), name="question"),
    path("questions/<uuid:pk>/answer", questions.Answer.as_view(), name="question_answer"),
    path("questions/<uuid:pk>/close", questions.Close.as_view(), name="question_close"),
    path("sources", sources.Sources.as_view(), name="sources"),
    path("runs", runs.Runs.as_view(), name="runs"),
    path("runs/<uuid:pk>", runs.OneRun.as_view(), name="run"),
    path("runs/<uuid:pk>/review", runs.Review.as_view(), name="run_review"),
    path("runs/<uuid:pk>/approval", runs.Approval.as_view(), name="run_approval"),
    path("runs/<uuid:pk>/post", runs.Post.as_view(), name="run_post"),
    path("statements", statements.Statements.as_view(), name="statements"),
    path("statements/<uuid:pk>", statements.OneStatement.as_view(), name="statement"),
    path("statements/<uuid:pk>/publish", statements.Publish.as_view(), name="statement_publish"),
    path("statements/<uuid:pk>/hold", statements.Hold.as_view(), name="statement_hold"),
    path("statements/<uuid:pk>/release", statements.Release.as_view(), name="statement_release"),
    path(
        "statements/<uuid:pk>/files/<slug:kind>", statements.File.as_view(), name="statement_file"
    ),
    path("ledger/entries", ledger.Entries.as_view(), name="entries"),
    path("ledger/entries/<uuid:pk>", ledger.OneEntry.as_view(), name="entry"),
]
