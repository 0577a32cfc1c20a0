"""Attempts that staff opened can be taken back, and a form that is sent twice opens them once."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0016_digests_of_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='accommodation',
            name='key',
            field=models.CharField(blank=True, help_text='Of the form that it came from, so that a double click is one click.', max_length=36),
        ),
        migrations.AddField(
            model_name='accommodation',
            name='taken_back_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='accommodation',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('enrollment', 'key'), name='a_form_grants_once'),
        ),
    ]
