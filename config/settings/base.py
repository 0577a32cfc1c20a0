"""What every way of running shares. Each value that differs between installations comes from the environment (.env.example)."""

import os
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from config import logs
from config.reading import Told
from config.surfaces import Surface

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

env = Told(os.environ)

DEBUG = env.switch("DEBUG")
SERVES_THE_PUBLIC = False
# Which addresses this process serves: only "all" and "sealed" hold the keys of cases (config/surfaces.py).
SURFACE = env.one_of("SURFACE", Surface, Surface.ALL)
SITE_URL = env.site("SITE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
WAGTAILADMIN_BASE_URL = SITE_URL
TRUSTED_PROXIES = env("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "config",
    "demo",
    "complaints",
    "registry",
    "certification",
    "courses",
    "cms",
    "accounts",
    "outbox",
    "audit",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.PeopleInAdminConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_otp",
    "django_otp_webauthn",
]

MIDDLEWARE = [
    "config.middleware.RequestId",
    "config.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.Bounds",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.RequireSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.NoNul",
    "config.redirects.RedirectMovedPages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.menu.chrome",
            ],
        },
    }
]

# Form fields are drawn from templates/ too, where those of the admin's pickers stand without scripts (config/office.py).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "site.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-20000;PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=67108864;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL")}
SESSION_ENGINE = "accounts.sessions"
OFFICE_IDLE_MINUTES = env.whole("OFFICE_IDLE_MINUTES", 30, least=5, most=240)
OFFICE_HOURS = env.whole("OFFICE_HOURS", 8, least=1, most=24)
COACH_IDLE_DAYS = env.whole("COACH_IDLE_DAYS", 14, least=1, most=90)
COACH_DAYS = env.whole("COACH_DAYS", 30, least=1, most=90)
SESSION_COOKIE_AGE = COACH_DAYS * 24 * 60 * 60  # the longest of any log-in; accounts/rules.py ends each sooner
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "config.cookies.Messages"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "django_otp_webauthn.backends.WebAuthnBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/my/"
LOGOUT_REDIRECT_URL = "/"
# Passkeys belong to a host name for ever, and browsers make none for a bare address: a demonstration has them at localhost.
OTP_WEBAUTHN_ORIGIN = SITE_URL.replace("//127.0.0.1", "//localhost")
OTP_WEBAUTHN_RP_ID = urlsplit(OTP_WEBAUTHN_ORIGIN).hostname or "localhost"
OTP_WEBAUTHN_RP_NAME = "Attest"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [OTP_WEBAUTHN_ORIGIN]
OTP_WEBAUTHN_HELPER_CLASS = "accounts.passkeys.Helper"
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""  # a refused passkey is told to its person; the log would get a whole traceback
PASSWORD_RESET_TIMEOUT = 14 * 24 * 60 * 60  # the longest life of any link; accounts/links.py sets each
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.strength.NotMadeOfKnownWords"},
    {"NAME": "accounts.strength.NotBreached"},
]
BREACHED_PASSWORDS_FILE = env("BREACHED_PASSWORDS_FILE", default="")

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "America/New_York")

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGE = env.folder("STORAGE_URL", VAR_DIR)
MEDIA_URL = "/media/"
MEDIA_ROOT = STORAGE / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STORAGE / "documents"}},
    "sealed": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STORAGE / "sealed"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "office@example.org")
OFFICE_EMAIL = parseaddr(env.sender("OFFICE_EMAIL", DEFAULT_FROM_EMAIL))[1]
vars().update(env.mail("EMAIL_URL", VAR_DIR / "mail"))
# Shorter than the lease of an outbox message (outbox/tasks.py): a mute mail server must not look like a dead worker.
EMAIL_TIMEOUT = 20

CELERY_BROKER_URL = env.queue("BROKER_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE

# The second place of the ledger's anchors (audit/anchors.py).
LEDGER_ANCHORS = env.file("LEDGER_ANCHORS", VAR_DIR / "ledger_anchors")

# Who issues: on certificates, under letters, on every page. A document keeps the name it was made with.
ASSOCIATION_NAME = env("ASSOCIATION_NAME", default="Attest")
WAGTAIL_SITE_NAME = ASSOCIATION_NAME
WAGTAILADMIN_LOGIN_URL = "login"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # an address is confirmed before it is used to log in
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.forms.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png"]
WAGTAILDOCS_EXTENSIONS = ["pdf", "txt"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send no origin with a form either, and the form would be refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail's previews say SAMEORIGIN themselves
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# The file that moves the day of a demonstration (audit/clock.py); None where days are real.
DEMO_CLOCK_FILE: Path | None = None

env.refuse()

LOGGING = logs.settings(readable=True)
