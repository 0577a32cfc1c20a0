"""Triggers on versions, papers and answers (courses/guards.py)."""

from django.db import migrations

from courses import guards


class Migration(migrations.Migration):
    dependencies = [("courses", "0003_digests_and_unused_attempts")]

    operations = [migrations.RunPython(guards.install, guards.remove)]
