"""The digest of a lesson is that of its words, and no longer of the editor's marks in them. Who had read it as it is has still read it."""

from django.db import migrations, models

from courses import blocks


def read_anew(apps, schema_editor):
    LessonMark = apps.get_model("courses", "LessonMark")
    for lesson in apps.get_model("courses", "LessonPage").objects.all():
        before = lesson.digest
        digest = blocks.digest(lesson.body.raw_data, lesson.content_warning, lesson.objectives, lesson.activity)
        apps.get_model("courses", "LessonPage").objects.filter(pk=lesson.pk).update(digest=digest)
        LessonMark.objects.filter(lesson=lesson, digest=before).update(digest=digest)


class Migration(migrations.Migration):
    dependencies = [("courses", "0015_numbers_keep_within_bounds")]

    operations = [
        migrations.AlterField(
            model_name="lessonpage",
            name="digest",
            field=models.CharField(
                default="",
                editable=False,
                help_text="SHA-256 of its words, to tell that a lesson changed since it was read.",
                max_length=64,
            ),
        ),
        migrations.RunPython(read_anew, migrations.RunPython.noop),
    ]
