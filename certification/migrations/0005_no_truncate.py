"""The triggers anew: on PostgreSQL terms, sanctions and holds refuse TRUNCATE too (certification/guards.py)."""

from django.db import migrations

from certification import guards


class Migration(migrations.Migration):
    dependencies = [("certification", "0004_holds_and_bounds")]

    operations = [migrations.RunPython(guards.install, migrations.RunPython.noop)]
