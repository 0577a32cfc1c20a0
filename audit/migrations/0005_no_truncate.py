"""The triggers anew: on PostgreSQL the ledger refuses TRUNCATE too."""

from django.db import migrations

from audit import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_entries_about_a_person'),
    ]

    operations = [
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
