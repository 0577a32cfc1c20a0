"""A completion names what it rests on; and a quiz that was sat stays the kind it is (courses/guards.py)."""

from django.db import migrations, models
from django.db.models import Q

from courses import guards


class Migration(migrations.Migration):
    dependencies = [("courses", "0011_words_of_courses_without_a_final")]

    operations = [
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
                condition=Q(route="quiz", attempt__isnull=False, without_final="")
                | (Q(route="read", attempt__isnull=False) & ~Q(without_final=""))
                | Q(route="other", attempt=None, without_final=""),
                name="completion_names_what_it_rests_on",
            ),
        ),
        migrations.RunPython(guards.install, migrations.RunPython.noop),
    ]
