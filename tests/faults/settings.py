"""The settings of an installation that will be killed: its own folder, database, broker, documents and mail."""

import os
from pathlib import Path

import environ

from config.settings.test import *  # noqa: F403
from config.settings.test import CASE_KEYS, DATABASES, INSTALLED_APPS, STORAGES

VAR_DIR = Path(os.environ["FAULTS_DIR"])
INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.effects"]
if url := os.environ.get("FAULTS_DATABASE"):
    DATABASES = {"default": environ.Env.db_url_config(url)}
else:
    DATABASES["default"]["NAME"] = VAR_DIR / "site.sqlite3"
STORAGES = {
    **STORAGES,
    "documents": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "documents"}},
    "sealed": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "sealed"}},
}
CASE_KEYS = os.environ.get("FAULTS_CASE_KEYS", CASE_KEYS)
LEDGER_ANCHORS = VAR_DIR / "anchors"
STATIC_ROOT = VAR_DIR / "static"
DEMO_CLOCK_FILE = VAR_DIR / "demo-clock"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
CELERY_BROKER_URL = os.environ.get("FAULTS_BROKER", "filesystem://localhost")
CELERY_TASK_DEFAULT_QUEUE = f"faults-{VAR_DIR.name}"
