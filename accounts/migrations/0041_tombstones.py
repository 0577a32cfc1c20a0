"""Who was forgotten stays so: the trigger on people (accounts/guards.py)."""

from django.db import migrations

from accounts import guards


class Migration(migrations.Migration):
    dependencies = [("accounts", "0040_life")]
    operations = [migrations.RunPython(guards.install, guards.remove)]
