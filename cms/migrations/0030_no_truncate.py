"""The triggers anew: on PostgreSQL editions, wordings and clauses refuse TRUNCATE too (cms/guards.py)."""

from django.db import migrations

from cms import guards


class Migration(migrations.Migration):
    dependencies = [("cms", "0006_editions_are_reviewed")]

    operations = [migrations.RunPython(guards.install, migrations.RunPython.noop)]
