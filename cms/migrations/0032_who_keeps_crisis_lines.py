"""The office keeps the crisis lines, and so do those who review pages."""

from django.db import migrations

GROUPS = ("Staff", "Moderators")
VERBS = ("view", "add", "change", "delete")


def give(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _ = ContentType.objects.get_or_create(app_label="cms", model="crisisline")
    for name in GROUPS:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for verb in VERBS:
            right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=kind, codename=f"{verb}_crisisline", defaults={"name": f"Can {verb} crisis line"}
            )
            group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [("cms", "0031_crisis_lines")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
