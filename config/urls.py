"""Every address of the product."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.api import urls as accounts_api
from accounts.views import changes, clients, events, home, mail, outbox, people, teams
from foundation import health, reports
from integrations.views import imports, wizard
from notifications.views import notices
from royalties.views import exceptions, rules, runs, sales, statement_files, statements

handler400 = "foundation.pages.errors.bad_request"
handler403 = "foundation.pages.errors.forbidden"
handler404 = "foundation.pages.errors.not_found"
handler500 = "foundation.pages.errors.failed"

# Each app adds its API's addresses here: their names become "api:…".
api = [
    *accounts_api.urlpatterns,
]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("workerz", health.worker, name="workerz"),
    path("csp-reports", reports.csp_reports, name="csp_reports"),
    path("beatz", health.beat, name="beatz"),
    path("", home.Home.as_view(), name="home"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api, "api"))),
    path("imports/", imports.List.as_view(), name="imports"),
    path("imports/new/", wizard.New.as_view(), name="import_new"),
    path("imports/<uuid:pk>/", imports.One.as_view(), name="import"),
    path("imports/<uuid:pk>/look/", wizard.Detect.as_view(), name="import_detect"),
    path("imports/<uuid:pk>/map/", wizard.Map.as_view(), name="import_map"),
    path("imports/<uuid:pk>/check/", wizard.Check.as_view(), name="import_check"),
    path("imports/<uuid:pk>/progress/", wizard.Progress.as_view(), name="import_progress"),
    path("imports/<uuid:pk>/correct/", wizard.Fix.as_view(), name="import_fix"),
    path("imports/<uuid:pk>/corrections/", wizard.Correct.as_view(), name="import_correct"),
    path("imports/<uuid:pk>/review/", wizard.Review.as_view(), name="import_review"),
    path("imports/<uuid:pk>/take-back/", imports.TakeBack.as_view(), name="import_take_back"),
    path(
        "imports/<uuid:pk>/errors/<slug:kind>/", imports.ErrorsFile.as_view(), name="import_errors"
    ),
    path("sales/<uuid:pk>/", sales.One.as_view(), name="sales_file"),
    path("exceptions/", exceptions.List.as_view(), name="exceptions"),
    path("exceptions/again/", exceptions.Again.as_view(), name="exceptions_again"),
    path("exceptions/rules/", rules.List.as_view(), name="match_rules"),
    path("exceptions/rules/<uuid:pk>/", rules.One.as_view(), name="match_rule"),
    path("exceptions/<slug:key>/", exceptions.One.as_view(), name="exception"),
    path("runs/", runs.Board.as_view(), name="runs"),
    path("runs/start/", runs.Start.as_view(), name="run_start"),
    path("runs/<uuid:pk>/", runs.One.as_view(), name="run"),
    path("runs/<uuid:pk>/post/", runs.Post.as_view(), name="run_post"),
    path(
        "runs/<uuid:pk>/payees/<uuid:holder>/<str:currency>/",
        runs.Payee.as_view(),
        name="run_payee",
    ),
    path(
        "runs/<uuid:pk>/payees/<uuid:holder>/<str:currency>/rows/",
        runs.PayeeRows.as_view(),
        name="run_payee_rows",
    ),
    path(
        "runs/<uuid:pk>/payees/<uuid:holder>/<str:currency>/lines/<uuid:result>/",
        runs.PayeeLines.as_view(),
        name="run_payee_lines",
    ),
    path(
        "runs/<uuid:pk>/payees/<uuid:holder>/<str:currency>/working/<uuid:result>/",
        runs.PayeeWorking.as_view(),
        name="run_payee_working",
    ),
    path("statements/", statements.List.as_view(), name="statements"),
    path("statements/<uuid:pk>/", statements.One.as_view(), name="statement"),
    path("statements/<uuid:pk>/rows/", statements.Rows.as_view(), name="statement_rows"),
    path(
        "statements/<uuid:pk>/lines/<uuid:result>/",
        statements.Lines.as_view(),
        name="statement_lines",
    ),
    path(
        "statements/<uuid:pk>/working/<uuid:result>/",
        statements.Working.as_view(),
        name="statement_working",
    ),
    path(
        "statements/<uuid:pk>/receipts/<uuid:result>/",
        statements.Receipts.as_view(),
        name="statement_receipts",
    ),
    path(
        "statements/<uuid:pk>/files/<slug:kind>/",
        statement_files.File.as_view(),
        name="statement_file",
    ),
    path("", include("accounts.kit_urls")),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("changes/<uuid:pk>/", changes.Change.as_view(), name="change"),
    path("changes/<uuid:pk>/approve/", changes.Approve.as_view(), name="change_approve"),
    path("changes/<uuid:pk>/reject/", changes.Reject.as_view(), name="change_reject"),
    path("changes/<uuid:pk>/withdraw/", changes.Withdraw.as_view(), name="change_withdraw"),
    path("people/", people.List.as_view(), name="people"),
    path("people/invite/", people.Invite.as_view(), name="invite"),
    path("people/<uuid:pk>/", people.One.as_view(), name="person"),
    path("people/<uuid:pk>/roles/", people.GiveRole.as_view(), name="role_give"),
    path("people/held/<uuid:pk>/end/", people.EndRole.as_view(), name="role_end"),
    path("people/teams/", teams.List.as_view(), name="teams"),
    path("people/teams/new/", teams.New.as_view(), name="team_new"),
    path("people/teams/<uuid:pk>/", teams.One.as_view(), name="team"),
    path("people/teams/<uuid:pk>/join/", teams.Join.as_view(), name="team_join"),
    path("people/teams/<uuid:pk>/roles/", teams.GiveRole.as_view(), name="team_role_give"),
    path("people/teams/<uuid:pk>/leave/<uuid:user>/", teams.Leave.as_view(), name="team_leave"),
    path("people/roles/", teams.Roles.as_view(), name="roles"),
    path("people/roles/new/", teams.NewRole.as_view(), name="role_new"),
    path("people/roles/<uuid:pk>/", teams.OwnRole.as_view(), name="own_role"),
    path("people/clients/", clients.List.as_view(), name="clients"),
    path("people/clients/new/", clients.New.as_view(), name="client_new"),
    path("people/clients/<uuid:pk>/", clients.One.as_view(), name="client"),
    path("audit/", events.List.as_view(), name="events"),
    path("audit/verify/", events.Verify.as_view(), name="audit_verify"),
    path("audit/<uuid:pk>/", events.One.as_view(), name="event"),
    path("notifications/", notices.List.as_view(), name="notifications"),
    path("notifications/read/", notices.ReadAll.as_view(), name="notifications_read"),
    path("notifications/settings/", notices.Settings.as_view(), name="notifications_settings"),
    path("notifications/test/", notices.Test.as_view(), name="notifications_test"),
    path("notifications/stop/<str:token>/", notices.Stop.as_view(), name="notifications_stop"),
    path("notifications/<uuid:pk>/", notices.One.as_view(), name="notification"),
    path("outbox/", outbox.List.as_view(), name="outbox"),
    path("outbox/<uuid:pk>/retry/", outbox.Retry.as_view(), name="outbox_retry"),
]

if settings.DEMO:
    urlpatterns += [
        path("mail/", mail.Mail.as_view(), name="mail"),
        path("mail/<uuid:pk>/", mail.OneMail.as_view(), name="mail_one"),
    ]
