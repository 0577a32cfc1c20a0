"""Triggers that keep proposals and signatures (accounts/guards.py)."""

from django.db import migrations

from accounts import guards


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_proposals")]
    operations = [migrations.RunPython(guards.install, guards.remove)]
