"""Every address of the product."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.api import description
from accounts.views import changes, clients, events, home, mail, outbox, people, teams
from catalog.views import editing, works
from config import api
from foundation import health, reports
from holders.views import holders, societies
from integrations.views import imports, review, tables, uploads, wizard
from licenses.views import deeds as license_deeds
from licenses.views import editor as license_editor
from licenses.views import licenses
from notifications.views import notices
from rights.views import claims, conflicts, documents, limits, near, registering, sums
from rights.views import holders as holder_claims
from rights.views import works as registry
from royalties.views import (
    deal_editor,
    deal_payees,
    deal_whatif,
    deals,
    exceptions,
    exceptions_together,
    portal,
    publishing,
    rules,
    runs,
    sales,
    statement_files,
    statements,
)
from royalties.views import holders as holder_money
from royalties.views import works as work_money
from territories.views import own, places

handler400 = "foundation.pages.errors.bad_request"
handler403 = "foundation.pages.errors.forbidden"
handler404 = "foundation.pages.errors.not_found"
handler500 = "foundation.pages.errors.failed"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("workerz", health.worker, name="workerz"),
    path("csp-reports", reports.csp_reports, name="csp_reports"),
    path("beatz", health.beat, name="beatz"),
    path("", home.Home.as_view(), name="home"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api.addresses, "api"))),
    path("api/docs/", description.Docs.as_view(), name="api_docs"),
    path("imports/", imports.List.as_view(), name="imports"),
    path("imports/new/", wizard.New.as_view(), name="import_new"),
    path("imports/uploads/", uploads.Begin.as_view(), name="import_uploads"),
    path("imports/uploads/<uuid:pk>/", uploads.One.as_view(), name="import_upload"),
    path("imports/<uuid:pk>/", imports.One.as_view(), name="import"),
    path("imports/<uuid:pk>/look/", wizard.Detect.as_view(), name="import_detect"),
    path("imports/<uuid:pk>/map/", wizard.Map.as_view(), name="import_map"),
    path("imports/<uuid:pk>/check/", wizard.Check.as_view(), name="import_check"),
    path("imports/<uuid:pk>/progress/", wizard.Progress.as_view(), name="import_progress"),
    path("imports/<uuid:pk>/correct/", wizard.Fix.as_view(), name="import_fix"),
    path("imports/<uuid:pk>/corrections/", wizard.Correct.as_view(), name="import_correct"),
    path("imports/<uuid:pk>/review/", review.Review.as_view(), name="import_review"),
    path("imports/<uuid:pk>/take-back/", imports.TakeBack.as_view(), name="import_take_back"),
    path(
        "imports/<uuid:pk>/errors/<slug:kind>/", imports.ErrorsFile.as_view(), name="import_errors"
    ),
    path("tables/", tables.List.as_view(), name="tables"),
    path("tables/new/", tables.New.as_view(), name="table_new"),
    path("tables/standing/", tables.Standing.as_view(), name="table_standing"),
    path("tables/<uuid:pk>/", tables.One.as_view(), name="table"),
    path("tables/<uuid:pk>/map/", tables.Map.as_view(), name="table_map"),
    path("tables/<uuid:pk>/take/", tables.Take.as_view(), name="table_take"),
    path("tables/<uuid:pk>/take-back/", tables.TakeBack.as_view(), name="table_take_back"),
    path("tables/<uuid:pk>/errors/", tables.Errors.as_view(), name="table_errors"),
    path("sales/<uuid:pk>/", sales.One.as_view(), name="sales_file"),
    path("licenses/", licenses.List.as_view(), name="licenses"),
    path("licenses/new/", license_editor.New.as_view(), name="license_new"),
    path("licenses/calendar/", licenses.Calendar.as_view(), name="license_calendar"),
    path("licenses/<uuid:pk>/", licenses.One.as_view(), name="license"),
    path("licenses/<uuid:pk>/edit/", license_editor.Edit.as_view(), name="license_edit"),
    path("licenses/<uuid:pk>/sign/", license_deeds.Sign.as_view(), name="license_sign"),
    path("licenses/<uuid:pk>/decline/", license_deeds.Decline.as_view(), name="license_decline"),
    path("licenses/<uuid:pk>/end/", license_deeds.End.as_view(), name="license_end"),
    path(
        "licenses/<uuid:pk>/instalments/<uuid:instalment>/paid/",
        license_deeds.Paid.as_view(),
        name="license_paid",
    ),
    path(
        "licenses/<uuid:pk>/versions/<slug:number>/",
        licenses.Document.as_view(),
        name="license_document",
    ),
    path("works/<uuid:pk>/licenses/", licenses.OfWork.as_view(), name="work_licenses"),
    path("deals/", deals.List.as_view(), name="deals"),
    path("deals/new/", deal_editor.New.as_view(), name="deal_new"),
    path("deals/check/", deal_editor.Check.as_view(), name="deal_check"),
    path("deals/<uuid:pk>/", deals.One.as_view(), name="deal"),
    path("deals/<uuid:pk>/edit/", deal_editor.Edit.as_view(), name="deal_edit"),
    path("deals/<uuid:pk>/sign/", deal_editor.Sign.as_view(), name="deal_sign"),
    path("deals/<uuid:pk>/payees/", deal_payees.Payees.as_view(), name="deal_payees"),
    path("deals/<uuid:pk>/diff/", deals.Diff.as_view(), name="deal_diff"),
    path("deals/<uuid:pk>/versions/<slug:number>/", deals.Document.as_view(), name="deal_document"),
    path("deals/<uuid:pk>/what-if/", deal_whatif.WhatIf.as_view(), name="deal_what_if"),
    path(
        "deals/<uuid:pk>/what-if/<slug:side>/<slug:payee>/",
        deal_whatif.Working.as_view(),
        name="deal_what_if_working",
    ),
    path("exceptions/", exceptions.List.as_view(), name="exceptions"),
    path(
        "exceptions/together/", exceptions_together.Together.as_view(), name="exceptions_together"
    ),
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
    path(
        "runs/<uuid:pk>/payees/<uuid:holder>/<str:currency>/receipts/<uuid:result>/",
        runs.PayeeReceipts.as_view(),
        name="run_payee_receipts",
    ),
    path("portal/", portal.Portal.as_view(), name="portal"),
    path("portal/words/", portal.Glossary.as_view(), name="glossary"),
    path("statements/", statements.List.as_view(), name="statements"),
    path("statements/publish/", publishing.PublishMany.as_view(), name="statements_publish"),
    path("statements/hold/", publishing.HoldMany.as_view(), name="statements_hold"),
    path("statements/calendar/", publishing.Calendar.as_view(), name="publish_calendar"),
    path("statements/calendar/<slug:period>/", publishing.Day.as_view(), name="publish_day"),
    path("statements/<uuid:pk>/publish/", publishing.Publish.as_view(), name="statement_publish"),
    path("statements/<uuid:pk>/hold/", publishing.Hold.as_view(), name="statement_hold"),
    path("statements/<uuid:pk>/release/", publishing.Release.as_view(), name="statement_release"),
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
    path("works/", registry.List.as_view(), name="works"),
    path("works/<uuid:pk>/", works.One.as_view(), name="work"),
    path("works/new/", registering.New.as_view(), name="work_new"),
    path("works/<uuid:pk>/edit/", editing.Edit.as_view(), name="work_edit"),
    path("works/<uuid:pk>/claims/new/", claims.New.as_view(), name="claim_new"),
    path("works/<uuid:pk>/claims/<uuid:claim>/", claims.One.as_view(), name="claim"),
    path(
        "works/<uuid:pk>/claims/<uuid:claim>/transfer/",
        claims.Transfer.as_view(),
        name="claim_transfer",
    ),
    path(
        "works/<uuid:pk>/claims/<uuid:claim>/correct/",
        claims.Correct.as_view(),
        name="claim_correct",
    ),
    path("works/<uuid:pk>/claims/<uuid:claim>/end/", claims.End.as_view(), name="claim_end"),
    path(
        "works/<uuid:pk>/claims/<uuid:claim>/take-back/",
        claims.Withdraw.as_view(),
        name="claim_withdraw",
    ),
    path("works/<uuid:pk>/claims/<uuid:claim>/owner/", claims.Owner.as_view(), name="claim_owner"),
    path(
        "works/<uuid:pk>/restrictions/new/",
        limits.NewRestriction.as_view(),
        name="restriction_new",
    ),
    path("works/<uuid:pk>/restrictions/<uuid:limit>/", limits.One.as_view(), name="restriction"),
    path("works/<uuid:pk>/holds/new/", limits.NewHold.as_view(), name="hold_new"),
    path("works/<uuid:pk>/holds/<uuid:limit>/", limits.Hold.as_view(), name="hold"),
    path("works/<uuid:pk>/documents/new/", documents.New.as_view(), name="document_new"),
    path("works/<uuid:pk>/documents/<uuid:document>/", documents.One.as_view(), name="document"),
    path(
        "works/<uuid:pk>/documents/<uuid:document>/file/",
        documents.File.as_view(),
        name="document_file",
    ),
    path("works/shares/", sums.Sum.as_view(), name="shares_sum"),
    path("near-conflicts/", near.List.as_view(about="over"), name="near_conflicts"),
    path("near-conflicts/unclaimed/", near.List.as_view(about="unclaimed"), name="near_unclaimed"),
    path("near-conflicts/gaps/", near.List.as_view(about="gaps"), name="near_gaps"),
    path("conflicts/", conflicts.List.as_view(), name="conflicts"),
    path("conflicts/<uuid:pk>/", conflicts.One.as_view(), name="conflict"),
    path("works/<uuid:pk>/rights/", registry.Rights.as_view(), name="work_rights"),
    path("works/<uuid:pk>/deals/", work_money.Deals.as_view(), name="work_deals"),
    path("works/<uuid:pk>/revenue/", work_money.Revenue.as_view(), name="work_revenue"),
    path("works/<uuid:pk>/timeline/", works.Timeline.as_view(), name="work_timeline"),
    path("works/<uuid:pk>/changelog/", works.Changelog.as_view(), name="work_changelog"),
    path("holders/", holders.List.as_view(), name="holders"),
    path("holders/new/", holders.New.as_view(), name="holder_new"),
    path("holders/<uuid:pk>/", holders.One.as_view(), name="holder"),
    path("holders/<uuid:pk>/edit/", holders.Edit.as_view(), name="holder_edit"),
    path("holders/<uuid:pk>/works/", holder_claims.Works.as_view(), name="holder_works"),
    path("holders/<uuid:pk>/deals/", holder_money.Deals.as_view(), name="holder_deals"),
    path(
        "holders/<uuid:pk>/statements/",
        holder_money.Statements.as_view(),
        name="holder_statements",
    ),
    path("holders/<uuid:pk>/changelog/", holders.Changelog.as_view(), name="holder_changelog"),
    path("holders/<uuid:pk>/portal/", holders.Portal.as_view(), name="holder_portal"),
    path("holders/<uuid:pk>/portal/<uuid:access>/", holders.PortalEnd.as_view(), name="portal_end"),
    path("societies/", societies.List.as_view(), name="societies"),
    path("territories/", places.Tree.as_view(), name="territories"),
    path("territories/groups/", places.Groups.as_view(), name="territory_groups"),
    path("territories/own/", own.Own.as_view(), name="own_places"),
    path("territories/tester/", places.Tester.as_view(), name="territory_tester"),
    path("territories/rates/", places.Rates.as_view(), name="territory_rates"),
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
