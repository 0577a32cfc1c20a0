"""Editions go through Wagtail's own review: its first workflow is asked for them, its moderators may read, change and approve them,
and the office, which publishes them, may read them."""

from django.db import migrations

MODERATORS = "Moderators"
WORKFLOW = "Moderators approval"
RIGHTS = [
    (MODERATORS, "edition", ["view", "change", "publish"]),
    (MODERATORS, "clause", ["view", "change"]),
    ("Staff", "edition", ["view"]),
    ("Staff", "clause", ["view"]),
]


def ask_for_review(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    for name, model, verbs in RIGHTS:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        kind, _ = ContentType.objects.get_or_create(app_label="cms", model=model)
        for verb in verbs:
            right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=kind, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {model}"}
            )
            group.permissions.add(right)
    edition, _ = ContentType.objects.get_or_create(app_label="cms", model="edition")
    apps.get_model("wagtailcore", "WorkflowContentType").objects.get_or_create(
        content_type_id=edition.pk, defaults={"workflow_id": workflow(apps).pk}
    )


def workflow(apps):
    """The workflow that Wagtail comes with, or one like it where it was taken away."""
    known = apps.get_model("wagtailcore", "Workflow").objects.filter(name=WORKFLOW, active=True).first()
    if known:
        return known
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="wagtailcore", model="groupapprovaltask")
    task = apps.get_model("wagtailcore", "GroupApprovalTask").objects.create(name=WORKFLOW, content_type_id=kind.pk, active=True)
    task.groups.add(apps.get_model("auth", "Group").objects.get(name=MODERATORS))
    made = apps.get_model("wagtailcore", "Workflow").objects.create(name=WORKFLOW, active=True)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(workflow_id=made.pk, task_id=task.pk, sort_order=0)
    return made


def ask_no_more(apps, schema_editor):
    apps.get_model("wagtailcore", "WorkflowContentType").objects.filter(
        content_type__app_label="cms", content_type__model="edition"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0005_clauses_of_their_text"),
        ("accounts", "0003_groups"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(ask_for_review, ask_no_more)]
