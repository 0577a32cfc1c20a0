"""Numbers fit each other, in the database too; a table that is written anew gets its guards again."""

import courses.models.content
import courses.models.fields
import django.core.validators
from django.conf import settings
from django.db import migrations, models

from courses import guards


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0004_promises'),
        ('courses', '0014_readable_numbers'),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='coursepage',
            name='attempts_allowed',
            field=models.PositiveSmallIntegerField(default=3, help_text='In one run through the course. After the last only staff open another, with a reason.', validators=[django.core.validators.MinValueValidator(1, 'Write 1 or more.'), django.core.validators.MaxValueValidator(20, 'Write 20 or less.')], verbose_name='attempts at the final quiz'),
        ),
        migrations.AlterField(
            model_name='coursepage',
            name='open_days',
            field=models.PositiveSmallIntegerField(default=30, help_text='Then it is submitted as it stands, if any answer was saved.', validators=[django.core.validators.MinValueValidator(1, 'Write 1 or more.'), django.core.validators.MaxValueValidator(365, 'Write 365 or less.')], verbose_name='days an attempt stays open'),
        ),
        migrations.AlterField(
            model_name='coursepage',
            name='wait_hours',
            field=courses.models.fields.HoursField(default=courses.models.content.three_waits, help_text='The hours that pass before the first, the second, the third attempt and so on, separated by commas: 0, 24, 72.', verbose_name='hours before each attempt'),
        ),
        migrations.AlterField(
            model_name='modulepage',
            name='blueprint',
            field=courses.models.fields.SectionsField(blank=True, default=dict, help_text='A section and a number on each line, such as “scope: 7”; together as many as are drawn. The sections are: scope, confidentiality, standards, code, boundary-with-therapy, principles. Empty: from the whole module.', verbose_name='how many from which section'),
        ),
        migrations.AlterField(
            model_name='modulepage',
            name='draw',
            field=models.PositiveSmallIntegerField(default=4, help_text='0: this module asks nothing.', validators=[django.core.validators.MinValueValidator(0, 'Write 0 or more.'), django.core.validators.MaxValueValidator(200, 'Write 200 or less.')], verbose_name='questions drawn'),
        ),
        migrations.AlterField(
            model_name='question',
            name='section',
            field=models.SlugField(choices=[('scope', 'Scope of practice'), ('confidentiality', 'Confidentiality'), ('standards', 'Practice standards'), ('code', 'How the Code binds us'), ('boundary-with-therapy', 'The border with therapy'), ('principles', 'Guiding principles')], help_text='The part of the quiz it is drawn for.', max_length=40),
        ),
        migrations.AddConstraint(
            model_name='coursepage',
            constraint=models.CheckConstraint(condition=models.Q(('attempts_allowed__range', (1, 20)), ('open_days__range', (1, 365))), name='attempts_and_days_keep_within_bounds', violation_error_message='From 1 to 20 attempts, and from 1 to 365 days.'),
        ),
        migrations.AddConstraint(
            model_name='modulepage',
            constraint=models.CheckConstraint(condition=models.Q(('draw', 0), ('pass_points__gte', 1), _connector='OR'), name='quiz_asks_for_a_point', violation_error_message='A quiz that asks something needs a point at least.'),
        ),
        migrations.AddConstraint(
            model_name='modulepage',
            constraint=models.CheckConstraint(condition=models.Q(('min_critical__lte', models.F('draw'))), name='critical_questions_fit_into_the_quiz', violation_error_message='More critical questions are asked for than questions are drawn.'),
        ),
        migrations.AlterConstraint(
            model_name='modulepage',
            name='quiz_can_be_passed',
            constraint=models.CheckConstraint(condition=models.Q(('pass_points__lte', models.F('draw'))), name='quiz_can_be_passed', violation_error_message='More points are needed than questions are drawn.'),
        ),
        migrations.RunPython(guards.install, migrations.RunPython.noop),
    ]
