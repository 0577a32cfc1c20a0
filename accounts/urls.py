"""Log-in and account."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password_forgotten, name="password_forgotten"),
    path("password/sent/", views.password_sent, name="password_sent"),
    path("password/change/", views.password_change, name="password_change"),
    path("password/<uuid:uid>/<str:token>/", views.password_set, name="password_set"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
