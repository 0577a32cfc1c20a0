"""Where the public checks a coach, and where an auditor checks the ledger."""

from django.urls import path

from registry import api, auditor, views

urlpatterns = [
    path("registry/", views.registry, name="registry"),
    path("registry/<str:number>/", views.registry_certificate, name="registry_certificate"),
    path("v/<str:code>/", views.verify, name="verify"),
    path("staff/ledger/", auditor.ledger, name="ledger"),
    path("staff/ledger/verification/", auditor.ledger_verification, name="ledger_verification"),
    path("staff/ledger/entries/", auditor.ledger_entries, name="ledger_entries"),
    path("staff/ledger/recorded/", auditor.ledger_recorded, name="ledger_recorded"),
    path("staff/ledger/actions/", auditor.ledger_actions, name="ledger_actions"),
    path("api/v1/registry/<str:number>", api.api_certificate, name="api_certificate"),
    path("api/<path:rest>", api.api_nothing, name="api_nothing"),
]
