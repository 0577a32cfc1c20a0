"""Log-ins that last: Django's session in the database, with whose it is and when it was begun and last used."""

import hashlib
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from accounts.models.people import User


class Session(AbstractBaseSession):
    """A session of the browser; `user` is set while somebody is logged in."""

    # No constraint: a session is written while the database may not yet have been told of the person, and nobody is ever deleted.
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, db_constraint=False, related_name="sessions")
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=60, blank=True, help_text="Such as Firefox on Windows, as the browser says.")

    @property
    def mark(self) -> str:
        """What names this session on a page: its key must not stand there."""
        return hashlib.sha256(f"accounts.sessions:{self.session_key}".encode()).hexdigest()[:32]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_module(settings.SESSION_ENGINE).SessionStore  # type: ignore[no-any-return]
