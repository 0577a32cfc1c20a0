"""Triggers and the exclusion of overlapping terms (certification/guards.py)."""

from django.db import migrations

from certification import guards


class Migration(migrations.Migration):
    dependencies = [("certification", "0001_initial")]

    operations = [migrations.RunPython(guards.install, guards.remove)]
