"""Triggers that refuse to change or remove what the ledger holds, and that note each new entry as unsealed."""

from django.db import migrations

from audit import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_about_and_unsealed'),
    ]

    operations = [
        migrations.RunSQL('INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_entry', migrations.RunSQL.noop),
        migrations.RunPython(install, remove),
    ]
