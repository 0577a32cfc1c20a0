"""What an installation is told by its environment. What cannot be meant is refused in words, all of it at once.

A value is never repeated where it may hold a password.
"""

from collections.abc import Callable, Mapping
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

ON = ("1", "true", "yes", "on")
ZONES = Path("/usr/share/zoneinfo")  # where Django looks a zone up, if the folder is there
DATABASES = ("postgres", "postgresql", "sqlite")
CACHES = tuple(environ.Env.CACHE_SCHEMES)
QUEUES = ("redis", "rediss", "amqp", "amqps", "filesystem", "memory")
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
MAILS = (*PORTS, "filemail", "consolemail", "memorymail", "dummymail")  # not smtps, which some read as the second and some as the third

Word = TypeVar("Word", bound=StrEnum)


class Told:
    """The settings in an environment. Each is asked for by its name; `refuse` raises what was wrong with any of them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.reasons: list[str] = []

    def refuse(self) -> None:
        """Raise ImproperlyConfigured with every reason."""
        if self.reasons:
            raise ImproperlyConfigured("These settings cannot be used, so nothing was done:\n- " + "\n- ".join(self.reasons))

    def __call__(self, name: str, default: str = "") -> str:
        """What is said, without spaces around it. A setting that says nothing is one that is not set."""
        return self.environment.get(name, "").strip() or default

    def switch(self, name: str) -> bool:
        """Whether it is on; off where anything else is said."""
        return self(name).lower() in ON

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within these bounds."""
        said = self(name, str(default))
        if not (said.isascii() and said.isdecimal() and least <= int(said) <= most):
            self.reasons.append(f"{name} is no whole number from {least} to {most}")
            return default
        return int(said)

    def one_of(self, name: str, words: type[Word], default: Word) -> Word:
        """One of a closed list of words, in small letters."""
        said = self(name, default.value).lower()
        if said not in {word.value for word in words}:
            self.reasons.append(f"{name} is none of: {', '.join(word.value for word in words)}")
            return default
        return words(said)

    def names(self, name: str, default: list[str]) -> list[str]:
        """Names separated by commas."""
        return [part.strip() for part in self(name).split(",") if part.strip()] or default

    def zone(self, name: str, default: str) -> str:
        """A time zone that Python and Django know."""
        zone = self(name, default)
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, LookupError):
            known = False
        else:
            known = zone != "localtime" and (not ZONES.exists() or (ZONES / zone).is_file())
        if not known:
            self.reasons.append(f"{name}={zone} is no time zone of this system: one like America/New_York is needed")
        return zone

    def site(self, name: str, default: str) -> str:
        """The address of the site: scheme and host, and a port where it is not the usual one."""
        address = self(name, default).rstrip("/")
        try:
            parts = urlsplit(address)
            fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        except ValueError:
            fits = False
        if not fits or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            self.reasons.append(f"{name} is no address of a site: https:// and a host name are needed, and nothing behind it")
        return address

    def sender(self, name: str, default: str) -> str:
        """An e-mail address, with or without a name before it."""
        sender = self(name, default)
        before, at, host = parseaddr(sender)[1].partition("@")
        if not (before and at and host) or not sender.isprintable():
            self.reasons.append(f"{name} is no e-mail address")
        return sender

    def database(self, name: str, default: Path) -> dict[str, Any]:
        """PostgreSQL or an SQLite file; the SQLite file `default` where nothing is said."""
        embedded = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
        wanted = "postgres://USER:PASSWORD@HOST:PORT/NAME, or sqlite:////PATH,"
        found = self._url(name, DATABASES, environ.Env.db_url_config, wanted) or embedded
        if not found.get("NAME"):
            self.reasons.append(f"{name} names no database: {wanted} is needed")
        return found

    def cache(self, name: str) -> dict[str, Any]:
        """Redis as a rule; the table `cache` of the database where nothing is said."""
        embedded = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
        return self._url(name, CACHES, environ.Env.cache_url_config, "redis://HOST:PORT/NUMBER") or embedded

    def queue(self, name: str) -> str:
        """The address of a broker that Celery knows; folders of files where nothing is said."""
        self._url(name, QUEUES, urlsplit, "redis://HOST:PORT/NUMBER")
        return self(name, "filesystem://localhost")

    def mail(self, name: str, folder: Path) -> dict[str, Any]:
        """How letters leave, as Django's settings; into `folder` where nothing is said."""
        wanted = "smtp+tls://USER:PASSWORD@HOST:PORT"
        found = self._url(name, MAILS, environ.Env.email_url_config, wanted) or environ.Env.email_url_config("filemail://")
        scheme, _, rest = self(name).partition("://")
        if scheme.startswith("smtp") and not found["EMAIL_HOST"]:
            self.reasons.append(f"{name} names no host: {wanted} is needed")
        path = unquote(rest) if scheme == "filemail" else ""
        return {**found, "EMAIL_PORT": found["EMAIL_PORT"] or PORTS.get(scheme), "EMAIL_FILE_PATH": path or str(folder)}

    def folder(self, name: str, default: Path) -> Path:
        """A folder of this machine, given by its whole path or as file:///PATH."""
        said = self(name)
        path = unquote(said.removeprefix("file://")) if said.startswith("file://") else said
        if path and not path.startswith("/"):
            self.reasons.append(f"{name} is no folder of this machine: file:///PATH is needed; storage on other machines is not supported")
        return Path(path) if path else default

    def file(self, name: str, default: Path) -> Path:
        """A file of this machine, given by its whole path."""
        path = self(name)
        if path and (not path.startswith("/") or path.endswith("/")):
            self.reasons.append(f"{name} is no file of this machine: its whole path is needed, such as /mnt/elsewhere/name")
        return Path(path) if path else default

    def _url(self, name: str, schemes: Any, parse: Callable[[str], Any], wanted: str) -> Any:
        """What `parse` makes of the address, or None where nothing is said or it cannot be read."""
        said = self(name)
        if not said:
            return None
        try:
            if urlsplit(said).scheme in schemes:
                urlsplit(said).port  # noqa: B018 - raises for a port that is no number
                return parse(said)
        except (ValueError, ImproperlyConfigured):
            pass
        self.reasons.append(f"{name} cannot be read: {wanted} is needed")
        return None
