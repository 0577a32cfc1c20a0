"""Log-in and account; and the office's screens about people, which config/urls.py puts under /staff/."""

from django.urls import path

from accounts import staff, views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password_forgotten, name="password_forgotten"),
    path("password/sent/", views.password_sent, name="password_sent"),
    path("password/change/", views.password_change, name="password_change"),
    path("password/<uuid:uid>/<str:token>/", views.password_set, name="password_set"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]

office = [
    path("roles/", staff.roles_held, name="roles"),
    path("roles/<uuid:uid>/", staff.person_roles, name="person_roles"),
    path("roles/<uuid:uid>/grant/<str:role>/", staff.grant_role, name="grant_role"),
    path("roles/<uuid:uid>/withdraw/<str:role>/", staff.withdraw_role, name="withdraw_role"),
    path("roles/<uuid:uid>/second-factor/", staff.reset_factors, name="reset_factors"),
    path("proposals/", staff.proposals_waiting, name="proposals"),
    path("proposals/<uuid:uid>/", staff.proposal, name="proposal"),
    path("proposals/<uuid:uid>/withdraw/", staff.withdraw_proposal, name="withdraw_proposal"),
]
