"""The site, and the floors it is measured against."""

from django.urls import path

from config.urls import urlpatterns as site
from tests.bench import floor

urlpatterns = [
    path("bench/empty/", floor.empty),
    path("bench/lookup/<str:number>/", floor.lookup),
    *site,
]
