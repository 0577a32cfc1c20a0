"""What a browser posts from the editor of an edition, and the people who do it."""

from typing import Any

from django.urls import reverse

from cms.models import Edition
from tests.factories.accounts import AuthorFactory, StaffFactory


def author(email: str = "author@example.org"):
    return AuthorFactory(email=email)


def reviewer(email: str = "reviewer@example.org"):
    return StaffFactory(email=email)


def office(email: str = "office@example.org"):
    return StaffFactory(email=email)


def url(view: str, edition: Edition, *args: Any) -> str:
    return reverse(f"wagtailsnippets_cms_edition:{view}", args=[edition.pk, *args])


def form_of(edition: Edition, *, reworded: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """The form as the editor would post it, in the newest wording but for `reworded` (clause -> wording) and single fields."""
    newest = edition.newest()
    wordings = newest.in_order()
    data: dict[str, Any] = {
        "name": newest.name,
        "wordings-TOTAL_FORMS": len(wordings),
        "wordings-INITIAL_FORMS": len(wordings),
        "wordings-MIN_NUM_FORMS": 0,
        "wordings-MAX_NUM_FORMS": 1000,
    }
    for place, wording in enumerate(wordings):
        data |= row(place, wording.clause_id, (reworded or {}).get(wording.clause_id, wording.body), pk=wording.pk)
    return {**data, **changes}


def row(place: int, clause: str, body: str, *, pk: Any = "") -> dict[str, Any]:
    """One wording of the form; without `pk` a new one."""
    return {
        f"wordings-{place}-id": pk or "",
        f"wordings-{place}-clause": clause,
        f"wordings-{place}-body": body,
        f"wordings-{place}-ORDER": place + 1,
        f"wordings-{place}-DELETE": "",
    }


def place_of(data: dict[str, Any], clause: str) -> int:
    return next(int(key.split("-")[1]) for key, value in data.items() if key.endswith("-clause") and value == clause)
