"""Addresses of signing in. allauth finds its pages by these names.

Nobody signs up: that address says so, since mails to unknown addresses name it."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path

from accounts.doors import Door
from accounts.views import organisations, signin, stepup
from accounts.views.base import behind

ENTRANCE = Door(public="the way in: tells nobody who has an account")
OWN = Door(own_account=True)

ours = [
    path("organisations/", organisations.Choice.as_view(), name="organisations"),
    path("second-factor/", stepup.SecondFactor.as_view(), name="second_factor"),
    path("confirm/", stepup.StepUp.as_view(), name="step_up"),
    path("resume/<uuid:token>/", stepup.Resume.as_view(), name="resume"),
    path("2fa/totp/code.svg", signin.QrCode.as_view(), name="totp_qr"),
]

urlpatterns = [
    path("", include((ours, "accounts"))),
    path("login/", behind(account.login, ENTRANCE), name="account_login"),
    path("signup/", signin.ByInvitation.as_view(), name="account_signup"),
    path("logout/", behind(account.logout, ENTRANCE), name="account_logout"),
    path("inactive/", behind(account.account_inactive, ENTRANCE), name="account_inactive"),
    path(
        "login/code/",
        behind(account.request_login_code, ENTRANCE),
        name="account_request_login_code",
    ),
    path(
        "login/code/confirm/",
        behind(account.confirm_login_code, ENTRANCE),
        name="account_confirm_login_code",
    ),
    path(
        "confirm-email/",
        behind(account.email_verification_sent, ENTRANCE),
        name="account_email_verification_sent",
    ),
    path(
        "password/reset/", behind(account.password_reset, ENTRANCE), name="account_reset_password"
    ),
    path(
        "password/reset/confirm/",
        behind(account.confirm_password_reset_code, ENTRANCE),
        name="account_confirm_password_reset_code",
    ),
    path(
        "password/reset/complete/",
        behind(account.complete_password_reset, ENTRANCE),
        name="account_complete_password_reset",
    ),
    path(
        "password/reset/done/",
        behind(account.password_reset_from_key_done, ENTRANCE),
        name="account_password_reset_completed",
    ),
    path("2fa/authenticate/", behind(mfa.authenticate, ENTRANCE), name="mfa_authenticate"),
    path(
        "2fa/webauthn/login/", behind(webauthn.login_webauthn, ENTRANCE), name="mfa_login_webauthn"
    ),
    path("reauthenticate/", behind(signin.by_password, OWN), name="account_reauthenticate"),
    path("2fa/reauthenticate/", behind(signin.by_code, OWN), name="mfa_reauthenticate"),
    path(
        "2fa/webauthn/reauthenticate/",
        behind(signin.by_passkey, OWN),
        name="mfa_reauthenticate_webauthn",
    ),
    path("email/", behind(account.email, OWN), name="account_email"),
    path("password/change/", behind(account.password_change, OWN), name="account_change_password"),
    path("password/set/", behind(account.password_set, OWN), name="account_set_password"),
    path("sessions/", behind(signin.list_usersessions, OWN), name="usersessions_list"),
    path("2fa/", behind(mfa.index, OWN), name="mfa_index"),
    path("2fa/totp/activate/", behind(signin.activate_totp, OWN), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", behind(totp.deactivate_totp, OWN), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        behind(recovery.view_recovery_codes, OWN),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        behind(recovery.generate_recovery_codes, OWN),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        behind(recovery.download_recovery_codes, OWN),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", behind(webauthn.list_webauthn, OWN), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", behind(signin.add_webauthn, OWN), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        behind(webauthn.remove_webauthn, OWN),
        name="mfa_remove_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        behind(signin.edit_webauthn, OWN),
        name="mfa_edit_webauthn",
    ),
]
