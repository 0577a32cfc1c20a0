"""A signature rests on a second factor, and the constraint says so; plainer words beside two rules."""

import certification.models
import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0010_another_route_after_the_end'),
        ('cms', '0030_no_truncate'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='statement',
            name='a_password_is_typed_before_signing',
        ),
        migrations.AlterField(
            model_name='scheme',
            name='material_grace_days',
            field=models.PositiveSmallIntegerField(default=60, help_text='Days after a new edition of the Code with a material change came into force; 0 to 365. A coach who has just completed the review keeps it. During these days, reviews of the edition before still count.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(365)]),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='reminder_days',
            field=models.JSONField(blank=True, default=certification.models.default_reminders, help_text='Days before the end of a term; with a minus sign, days after it; -365 to 364. Early reminders leave time for the course; late ones reach those who forgot. Each is sent once a term, to coaches who still have something to do.', validators=[certification.models.are_reminders]),
        ),
        migrations.AlterField(
            model_name='statement',
            name='reauthenticated_at',
            field=models.DateTimeField(help_text='When who signs last showed that it is them, by a second factor: within five minutes before signing.', null=True),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('reauthenticated_at', None), ('reauthenticated_at__lte', models.F('signed_at')), _connector='OR'), name='a_second_factor_comes_before_signing'),
        ),
    ]
