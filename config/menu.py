"""What the page's head and foot need: the menus, the association's name, the demonstration's day."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import SimpleLazyObject

from accounts import access, inbox, roles
from accounts.facts import Offices
from accounts.models import User
from audit import clock

Link = tuple[str, str]

MENU = [("/registry/", "Check a coach"), ("/code/", "Code of Ethics"), ("/learn/", "Courses")]
MY = [
    ("/my/", "Overview"),
    ("/my/renewal/", "Renewal"),
    ("/my/certificates/", "Certificates"),
    ("/my/listing/", "Public entry"),
    ("/my/messages/", "Messages"),
    ("/my/data/", "My data"),
    ("/accounts/security/", "Security"),
    ("/accounts/password/change/", "Password"),
]
FOOTER = (
    ("Texts", (("/principles/", "Guiding principles"), ("/code/", "Code of Ethics"), ("/therapy-or-coaching/", "Therapy or coaching"))),
    ("Certification", (("/registry/", "Check a coach"), ("/learn/", "Courses"), ("/my/", "My page"))),
    ("If something went wrong", (("/complaints/", "A coach broke the Code"), ("/complaints/follow-up/", "Come back with your code"))),
    ("This site", (("/privacy/", "Privacy"), ("/accessibility/", "Accessibility"))),
)


def chrome(request: HttpRequest) -> dict[str, Any]:
    days = clock.demo_days()
    unread = cache(lambda: inbox.unread(request.user) if isinstance(request.user, User) else 0)
    return {
        "site_name": settings.ASSOCIATION_NAME,
        "menu": tuple((href, label, request.path.startswith(href)) for href, label in MENU),
        "my_menu": SimpleLazyObject(lambda: my_menu(request.path, unread=unread)),
        "unread": unread,
        "office": SimpleLazyObject(lambda: office(request.user)),
        "footer": FOOTER,
        "office_email": settings.OFFICE_EMAIL,
        "is_demo": settings.DEMO_CLOCK_FILE is not None,
        "demo_days": days,
        "demo_today": clock.today() if days else None,
    }


def office(user: Any) -> str:
    """Where somebody who holds an office begins."""
    if access.may_work_in_office(user):
        return reverse("office")
    if access.may_audit(user):
        return reverse("ledger")
    if roles.offices_of(user) == Offices(has_case_role=True):
        return reverse("casework")
    return reverse("roles") if access.may_see_roles(user) else reverse("wagtailadmin_home")


def my_menu(path: str, *, unread: Callable[[], int]) -> list[tuple[str, str, bool]]:
    """The menu of a person's own pages, on those pages: address, label, and whether it is this page."""
    if not path.startswith(("/my/", "/accounts/security/", "/accounts/password/change/")):
        return []
    new = {"/my/messages/": f" ({waiting} new)"} if (waiting := unread()) else {}
    return [
        (href, label + new.get(href, ""), path == href or (href != "/my/" and path.startswith(href)))
        for href, label in MY
        if answered(href)
    ]


@cache
def answered(path: str) -> bool:
    """Whether an address of ours stands behind the path; a page made in Wagtail does not count."""
    return resolve(path).url_name != "wagtail_serve"
