"""Log-in and account."""

from django.urls import path

from accounts.views import log_in, passkeys, security

urlpatterns = [
    path("login/", log_in.login, name="login"),
    path("verify/", log_in.verify, name="verify"),
    path("logout/", log_in.logout, name="logout"),
    path("password/", log_in.password_forgotten, name="password_forgotten"),
    path("password/sent/", log_in.password_sent, name="password_sent"),
    path("password/change/", log_in.password_change, name="password_change"),
    path("password/<uuid:uid>/<str:token>/", log_in.password_set, name="password_set"),
    path("security/", security.security, name="security"),
    path("security/address/", security.confirm_address, name="confirm_address"),
    path("security/app/", security.add_app, name="add_app"),
    path("security/passkey/", security.add_passkey, name="add_passkey"),
    path("security/codes/", security.recovery_codes, name="recovery_codes"),
    path("security/<str:kind>/<int:pk>/remove/", security.remove_device, name="remove_device"),
    path("security/sessions/others/end/", security.end_other_sessions, name="end_other_sessions"),
    path("security/sessions/<str:mark>/end/", security.end_session, name="end_session"),
    path("passkeys/add/begin/", passkeys.BeginRegistration.as_view(), name="passkey_add_begin"),
    path("passkeys/add/complete/", passkeys.CompleteRegistration.as_view(), name="passkey_add_complete"),
    path("passkeys/give/begin/", passkeys.BeginAuthentication.as_view(), name="passkey_give_begin"),
    path("passkeys/give/complete/", passkeys.CompleteAuthentication.as_view(), name="passkey_give_complete"),
    path("invitation/<str:token>/", log_in.invitation, name="invitation"),
]
