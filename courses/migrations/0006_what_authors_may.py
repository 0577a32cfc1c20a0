"""What the group of authors may do: write, move and publish pages and questions, and draft editions. They remove nothing for good."""

from django.db import migrations

AUTHORS = "Authors"
PAGES = ["add_page", "change_page", "publish_page"]
MODELS = {
    ("courses", "question"): ["view", "add", "change", "publish"],
    ("cms", "edition"): ["view", "change", "publish"],
    ("cms", "clause"): ["view", "change"],
}


def grant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Page = apps.get_model("wagtailcore", "Page")

    def permission(app, model, codename):
        kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
        words = f"Can {codename.replace('_', ' ')}"
        return Permission.objects.get_or_create(content_type=kind, codename=codename, defaults={"name": words})[0]

    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=AUTHORS)
    for (app, model), verbs in MODELS.items():
        group.permissions.add(*(permission(app, model, f"{verb}_{model}") for verb in verbs))
    for root in Page.objects.filter(depth=1):
        for codename in PAGES:
            apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
                group=group, page=root, permission=permission("wagtailcore", "page", codename)
            )


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0005_editions"),
        ("cms", "0003_pages"),
        ("accounts", "0003_groups"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
