"""The addresses (contract.md): each app brings its own; Wagtail answers what is left."""

from django.conf import settings
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts import urls as accounts_urls
from config import surfaces, views

handler400 = "config.middleware.bad_request"
handler500 = "config.views.our_mistake"

urlpatterns = [
    *(re_path(pattern, views.nothing_here) for pattern in surfaces.elsewhere(settings.SURFACE)),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("staff/", include(accounts_urls.office)),
    path("my/", include(accounts_urls.own)),
    path("", include("complaints.urls")),
    path("", include("registry.urls")),
    path("", include("certification.urls")),
    re_path(r"^admin/(?:login|logout|password_reset)(?:/.*)?$", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("_util/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/failwhale/", views.nothing_here),  # Wagtail's page that breaks on purpose
    path("admin/", include(wagtailadmin_urls)),
    path("learn/", include("courses.urls")),
    path("documents/", include(wagtaildocs_urls)),
    *staticfiles_urlpatterns(),
    path("", include(wagtail_urls)),
]
