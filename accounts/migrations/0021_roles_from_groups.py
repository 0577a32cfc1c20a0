"""Whoever was in a group or an administrator gets the role that says so; afterwards groups and flags follow from the roles alone."""

from django.db import migrations

ROLES = {"Staff": "staff", "Authors": "author"}
GROUPS = {"staff": ["Staff", "Moderators"], "author": ["Authors"]}


def from_groups(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    Roles = apps.get_model("accounts", "Roles")
    Group = apps.get_model("auth", "Group")
    groups = {role: [Group.objects.get_or_create(name=name)[0] for name in names] for role, names in GROUPS.items()}
    for person in User.objects.prefetch_related("groups"):
        held = {ROLES[group.name] for group in person.groups.all() if group.name in ROLES}
        if person.is_superuser:
            held.add("site_administrator")
        if held:
            Roles.objects.create(person=person, **dict.fromkeys(held, True))
        person.groups.set([group for role, follow in groups.items() if role in held for group in follow])
        person.user_permissions.clear()
        person.is_staff = bool(held)
        person.save(update_fields=["is_staff"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailcore", "0002_initial_data"),
    ]
    operations = [migrations.RunPython(from_groups, migrations.RunPython.noop)]
