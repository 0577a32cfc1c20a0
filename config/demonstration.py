"""Invented people have known passwords: an installation that serves the public refuses a database that holds them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from accounts.models import User
from demo import cast

WORDS = "The database holds people of the demonstration, whose password is known to everybody. Start with an empty database."


def has_demo_people() -> bool:
    """Whether anybody of the cast is there; a database that was never migrated holds nobody."""
    try:
        return User.objects.filter(email__in=[person.email for person in cast.people().values()]).exists()
    except DatabaseError:
        return False


def refuse_demo_people() -> None:
    """Raise ImproperlyConfigured where the public would be served from such a database."""
    if settings.SERVES_THE_PUBLIC and has_demo_people():
        raise ImproperlyConfigured(WORDS)


def check(databases: Sequence[str] | None = None, **options: Any) -> list[Error]:
    """The same as a check of Django's, for `migrate` and `check --database default`."""
    asked = settings.SERVES_THE_PUBLIC and "default" in (databases or [])
    return [Error(WORDS, id="config.E001")] if asked and has_demo_people() else []
