"""Nothing of a course comes or goes by a date: what was scheduled and would never have happened is forgotten."""

from django.db import migrations

NO_DATE = {"go_live_at": None, "expire_at": None}


def forget(apps, schema_editor):
    for name in ("CatalogPage", "CoursePage", "ModulePage", "LessonPage", "Question"):
        apps.get_model("courses", name).objects.update(**NO_DATE)
    ours = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="courses")
    apps.get_model("wagtailcore", "Revision").objects.filter(content_type__in=ours).update(approved_go_live_at=None)


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_what_completions_rest_on"), ("wagtailcore", "0098_apitoken"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
