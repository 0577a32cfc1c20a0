"""The embedded default: SQLite, files and keys under var/, mail as files. What `make demo` runs."""

from config.keys import embedded_key
from config.settings.base import *
from config.settings.base import DEBUG, STORAGES, SURFACE, VAR_DIR, env

SECRET_KEY = env("SECRET_KEY", default="") or embedded_key(VAR_DIR / "keys", "secret_key")
LEDGER_KEY = env("LEDGER_KEY", default="") or embedded_key(VAR_DIR / "keys", "ledger_key")
FIELD_KEYS = env("FIELD_KEYS", default="") or embedded_key(VAR_DIR / "keys", "field_keys")
LIMITER_KEY = env("LIMITER_KEY", default="") or embedded_key(VAR_DIR / "keys", "limiter_key")
CASE_KEYS = RECEIPT_PEPPER = ""
if SURFACE.holds_case_keys:
    CASE_KEYS = env("CASE_KEYS", default="") or embedded_key(VAR_DIR / "keys", "case_keys")
    RECEIPT_PEPPER = env("RECEIPT_PEPPER", default="") or embedded_key(VAR_DIR / "keys", "receipt_pepper")
DEMO_CLOCK_FILE = VAR_DIR / "demo_clock"

# Static files straight from their folders: nothing to collect before a first look, and an edit is seen at once where DEBUG is on.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
