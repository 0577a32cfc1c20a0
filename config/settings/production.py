"""For an association's server. Every secret comes from the environment; an unsafe one stops the start (config/checks.py)."""

from pathlib import Path

from config import logs
from config.checks import UNSET
from config.settings.base import *
from config.settings.base import env

SERVES_THE_PUBLIC = True
LOGGING = logs.settings(readable=False)
SECRET_KEY = env("SECRET_KEY", default="") or UNSET
LEDGER_KEY = env("LEDGER_KEY", default="") or UNSET
FIELD_KEYS = env("FIELD_KEYS", default="") or UNSET
LIMITER_KEY = env("LIMITER_KEY", default="") or UNSET
CASE_KEYS = env("CASE_KEYS", default="") or UNSET
RECEIPT_PEPPER = env("RECEIPT_PEPPER", default="") or UNSET
LEDGER_ANCHORS = Path(env("LEDGER_ANCHORS", default="") or UNSET)
ASSOCIATION_NAME = env("ASSOCIATION_NAME", default="") or UNSET
WAGTAIL_SITE_NAME = ASSOCIATION_NAME
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
