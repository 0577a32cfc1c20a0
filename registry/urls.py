"""Where the public checks a coach."""

from django.urls import path

from registry import api, views

urlpatterns = [
    path("registry/", views.registry, name="registry"),
    path("registry/<str:number>/", views.registry_certificate, name="registry_certificate"),
    path("v/<str:code>/", views.verify, name="verify"),
    path("api/v1/registry/<str:number>", api.api_certificate, name="api_certificate"),
    path("api/<path:rest>", api.api_nothing, name="api_nothing"),
]
