"""A draft words clauses of its own text alone, and a clause is never removed: in the database itself."""

from django.db import migrations

from cms import guards


class Migration(migrations.Migration):
    dependencies = [("cms", "0004_promises")]
    operations = [migrations.RunPython(guards.install, migrations.RunPython.noop)]
