"""Addresses of the registry in the API."""

from django.urls import path

from rights.api import assets, avails, claims, conflicts, gate, works

urlpatterns = [
    path("avails", avails.Avails.as_view(), name="avails"),
    path("works", works.Works.as_view(), name="works"),
    path("works/<uuid:pk>/claims", claims.OfWork.as_view(), name="work_claims"),
    path("claims", claims.OfHolder.as_view(), name="claims"),
    path("claims/<uuid:pk>", claims.OneClaim.as_view(), name="claim"),
    path("claims/<uuid:pk>/end", claims.End.as_view(), name="claim_end"),
    path("claims/<uuid:pk>/transfer", claims.Transfer.as_view(), name="claim_transfer"),
    path("claims/<uuid:pk>/correct", claims.Correct.as_view(), name="claim_correct"),
    path("claims/<uuid:pk>/owner", claims.Owner.as_view(), name="claim_owner"),
    path("claims/<uuid:pk>/withdraw", claims.Withdraw.as_view(), name="claim_withdraw"),
    path("conflicts", conflicts.Conflicts.as_view(), name="conflicts"),
    path("conflicts/<uuid:pk>", conflicts.OneConflict.as_view(), name="conflict"),
    path("conflicts/<uuid:pk>/decision", conflicts.Decision.as_view(), name="conflict_decision"),
    path("assets", assets.Assets.as_view(), name="assets"),
    path("assets/<uuid:pk>", assets.Detail.as_view(), name="asset"),
    path("assets/<uuid:pk>/preview", assets.Preview.as_view(), name="asset_preview"),
    path("gate/decisions", gate.Decisions.as_view(), name="gate_decisions"),
]
