"""The group of auditors, who are told by mail of what only they can look at afterwards."""

from django.db import migrations


def create(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="Auditors")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_second_factor"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
