"""Log-in and account; the office's screens about people and one's own data, which config/urls.py puts under /staff/ and /my/."""

from django.urls import path

from accounts.views import address, data, inbox, invite, log_in, passkeys, people, security, staff

urlpatterns = [
    path("login/", log_in.login, name="login"),
    path("verify/", log_in.second_factor, name="second_factor"),
    path("logout/", log_in.logout, name="logout"),
    path("password/", log_in.password_forgotten, name="password_forgotten"),
    path("password/sent/", log_in.password_sent, name="password_sent"),
    path("password/change/", log_in.password_change, name="password_change"),
    path("password/<uuid:uid>/<str:token>/", log_in.password_set, name="password_set"),
    path("security/", security.security, name="security"),
    path("security/change-address/", address.change_address, name="change_address"),
    path("address/<str:token>/", address.address_change, name="address_change"),
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

office = [
    path("roles/", staff.roles_held, name="roles"),
    path("roles/<uuid:uid>/", staff.person_roles, name="person_roles"),
    path("roles/<uuid:uid>/grant/<str:role>/", staff.grant_role, name="grant_role"),
    path("roles/<uuid:uid>/withdraw/<str:role>/", staff.withdraw_role, name="withdraw_role"),
    path("roles/<uuid:uid>/second-factor/", staff.reset_factors, name="reset_factors"),
    path("invite/", invite.invite_person, name="invite_person"),
    path("invite/table/", invite.invite_people, name="invite_people"),
    path("people/<uuid:uid>/address/", people.person_address, name="person_address"),
    path("people/<uuid:uid>/log-in/", people.person_log_in, name="person_log_in"),
    path("proposals/", staff.proposals_waiting, name="proposals"),
    path("proposals/<uuid:uid>/", staff.proposal, name="proposal"),
    path("proposals/<uuid:uid>/withdraw/", staff.withdraw_proposal, name="withdraw_proposal"),
    path("erasures/", data.erasure_requests, name="erasure_requests"),
    path("erasures/<uuid:uid>/note/", data.note_erasure, name="note_erasure"),
    path("erasures/<uuid:uid>/back/", data.withdraw_erasure, name="withdraw_erasure"),
    path("erasures/<uuid:uid>/propose/", data.propose_erasure, name="propose_erasure"),
]

own = [
    path("messages/", inbox.my_messages, name="my_messages"),
    path("messages/<uuid:uid>/", inbox.message, name="message"),
    path("messages/<uuid:uid>/pdf/", inbox.message_pdf, name="message_pdf"),
    path("data/", data.my_data, name="my_data"),
    path("data/copy/", data.ask_for_copy, name="ask_for_copy"),
    path("data/copy/<uuid:uid>/", data.download_copy, name="download_copy"),
    path("data/forget/", data.be_forgotten, name="be_forgotten"),
    path("data/forget/no/", data.stay, name="stay"),
]
