"""A course says in words why it is complete without a final quiz, and a completion keeps the words it rests on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0006_what_authors_may")]

    operations = [
        migrations.RemoveConstraint(model_name="completion", name="completion_by_quiz_names_its_attempt"),
        migrations.AddField(
            model_name="completion",
            name="without_final",
            field=models.TextField(
                blank=True,
                help_text="Where no final quiz was in use: why the course was complete without one, as its page said that day.",
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="without_final",
            field=models.TextField(
                blank=True,
                help_text=(
                    "Why this course is complete once every lesson is read and every check is passed; each completion keeps these words. "
                    "Empty: only a passed final quiz completes it. They count while no final quiz is in use."
                ),
                max_length=500,
                verbose_name="complete without a final quiz",
            ),
        ),
        migrations.AlterField(
            model_name="completion",
            name="route",
            field=models.CharField(
                choices=[
                    ("quiz", "By the final quiz"),
                    ("read", "By reading and checks, in a course without a final quiz"),
                    ("other", "By another route"),
                ],
                default="quiz",
                max_length=5,
            ),
        ),
    ]
