"""What the page's head and foot need: the menus, the association's name, the demonstration's day."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from audit import clock

MENU = [("/registry/", "Check a coach"), ("/code/", "Code of Ethics"), ("/learn/", "Courses")]
FOOTER = [
    ("Texts", [("/principles/", "Guiding principles"), ("/code/", "Code of Ethics"), ("/therapy-or-coaching/", "Therapy or coaching")]),
    ("Certification", [("/registry/", "Check a coach"), ("/learn/", "Courses"), ("/accounts/login/", "Log in")]),
]


def chrome(request: HttpRequest) -> dict[str, Any]:
    days = clock.demo_days()
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "menu": [(href, label, request.path.startswith(href)) for href, label in MENU],
        "footer": FOOTER,
        "is_demo": settings.DEMO_CLOCK_FILE is not None,
        "demo_days": days,
        "demo_today": clock.today() if days else None,
    }
