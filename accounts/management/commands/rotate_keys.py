"""manage.py rotate_keys: encrypts the secrets of accounts anew under the first of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import rotation
from accounts.models.fields import LostKey


class Command(BaseCommand):
    help = "Encrypt the secrets of accounts anew under the first of FIELD_KEYS. Can be stopped and run again at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many rows were encrypted anew in each column; CommandError where a key is missing, or rows are left."""
        for model, column in rotation.columns():
            name = f"{model._meta.label}.{column}"
            try:
                done = rotation.rotate(model, column)
            except LostKey:
                raise CommandError(
                    f"{name}: a row was encrypted with a key that FIELD_KEYS does not hold. Put that key back, after the others. "
                    "What was encrypted anew before stays so; the rest was not changed."
                ) from None
            if left := rotation.left(model, column):
                raise CommandError(f"{name}: {left} rows are left under an older key. Run it again; drop no key before.")
            self.stdout.write(f"{name}: {done} encrypted anew, none left under an older key.")
