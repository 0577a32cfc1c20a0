"""The notice after a deed travels in a cookie that is bound to this host, like the session."""

from django.conf import settings
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookie(CookieStorage):
    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        """Browsers take `__Host-` only with Secure, for the path / and without a domain."""
        return "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"


class Messages(FallbackStorage):
    """In the cookie, and in the session what does not fit into it."""

    storage_classes: tuple[type[BaseStorage], ...] = (HostCookie, SessionStorage)
