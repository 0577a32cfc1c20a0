"""The two groups that people of the office and authors are in, with leave to enter Wagtail's admin."""

from django.db import migrations

GROUPS = ["Staff", "Authors"]


def create(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    admin, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    enter, _ = Permission.objects.get_or_create(content_type=admin, codename="access_admin", defaults={"name": "Can access Wagtail admin"})
    for name in GROUPS:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(enter)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_name_words"), ("auth", "0012_alter_user_first_name_max_length"), ("wagtailadmin", "0001_create_admin_access_permissions")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
