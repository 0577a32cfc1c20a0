"""manage.py rotate_keys: encrypts anew under the first of FIELD_KEYS and the first of CASE_KEYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import rotation as accounts
from accounts.models.fields import LostKey
from complaints import crypto
from complaints import rotation as cases


class Command(BaseCommand):
    help = "Encrypt anew under the first of FIELD_KEYS and of CASE_KEYS. Can be stopped and run again at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many were encrypted anew, and which keys may go; CommandError where a key is missing, or rows are left."""
        self.secrets_of_accounts()
        if settings.SURFACE.holds_case_keys:
            self.keys_of_cases()
        else:
            self.stdout.write(f"CASE_KEYS: not here (SURFACE={settings.SURFACE}). Run it where cases are served, too.")

    def secrets_of_accounts(self) -> None:
        for model, column in accounts.columns():
            name = f"{model._meta.label}.{column}"
            try:
                done = accounts.rotate(model, column)
            except LostKey:
                raise CommandError(
                    f"{name}: a row was encrypted with a key that FIELD_KEYS does not hold. Put that key back, after the others. "
                    "What was encrypted anew before stays so; the rest was not changed."
                ) from None
            if left := accounts.left(model, column):
                raise CommandError(f"{name}: {left} rows are left under an older key. Run it again; drop no key before.")
            self.stdout.write(f"{name}: {done} encrypted anew, none left under an older key.")

    def keys_of_cases(self) -> None:
        try:
            done = cases.rotate()
        except crypto.LostKey as lost:
            raise CommandError(
                f"Keys of cases: one is wrapped under {cases.which(lost.version)}. Put that key back, after the others. "
                "What was wrapped anew before stays so; the rest was not changed."
            ) from None
        except crypto.Unopened:
            raise CommandError(
                "Keys of cases: one does not open, though its version is in CASE_KEYS: it was changed or moved in the database. "
                "What was wrapped anew before stays so; the rest was not changed."
            ) from None
        for version, keys in cases.counts().items():
            self.stdout.write(f"Keys of cases under {cases.which(version)}: {keys}")
        if left := sum(keys for version, keys in cases.counts().items() if version != crypto.current()):
            raise CommandError(f"Keys of cases: {left} are left under an older key. Run it again; drop no key before.")
        self.stdout.write(f"Keys of cases: {done} wrapped anew, none left under an older key.")
        for version in cases.droppable():
            self.stdout.write(f"{cases.which(version)} wraps nothing any more and may go.")
