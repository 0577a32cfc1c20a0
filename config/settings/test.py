"""For the test suite: fixed keys, a cheap password hash, mail in memory, plain static files."""

import os
import tempfile
from pathlib import Path

from config.settings.base import *
from config.settings.base import DATABASES, STORAGES, VAR_DIR

SECRET_KEY = "for-tests-only"  # noqa: S105
LEDGER_KEY = "0" * 64
FIELD_KEYS = "1" * 64
LIMITER_KEY = "2" * 64
CASE_KEYS = "3" * 64
RECEIPT_PEPPER = "4" * 64
LEDGER_ANCHORS = Path(tempfile.gettempdir()) / f"attest-test-{os.getpid()}-anchors"
SITE_URL = "http://testserver"
OTP_WEBAUTHN_RP_ID = "localhost"
OTP_WEBAUTHN_ALLOWED_ORIGINS = ["http://localhost"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if "CACHE_URL" not in os.environ:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "documents": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "sealed": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
CELERY_BROKER_URL = os.environ.get("BROKER_URL", "memory://")
DEMO_CLOCK_FILE = VAR_DIR / "test-demo-clock"

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;"
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"attest-test-{os.getpid()}.sqlite3")}
