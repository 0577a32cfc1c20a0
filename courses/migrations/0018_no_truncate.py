"""The triggers anew: on PostgreSQL versions, attempts and answers refuse TRUNCATE too (courses/guards.py)."""

from django.db import migrations

from courses import guards


class Migration(migrations.Migration):
    dependencies = [("courses", "0017_grants_end")]

    operations = [migrations.RunPython(guards.install, migrations.RunPython.noop)]
