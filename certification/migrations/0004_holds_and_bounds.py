"""Holds are dated rows that are only voided; the numbers of a scheme have bounds. The tables are rewritten, so the guards go and come back."""

import certification.models
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from certification import guards


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0003_what_a_term_spends'),
        ('cms', '0004_promises'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(guards.remove, guards.install),
        migrations.AlterModelOptions(
            name='hold',
            options={'ordering': ['first_day', 'pk']},
        ),
        migrations.RemoveConstraint(
            model_name='scheme',
            name='a_term_lasts_a_year_or_more',
        ),
        migrations.AddField(
            model_name='hold',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='certification.hold'),
        ),
        migrations.AddField(
            model_name='hold',
            name='voided_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='statement',
            name='reauthenticated_at',
            field=models.DateTimeField(help_text='When the password was typed: within five minutes before signing.', null=True),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='late_period_days',
            field=models.PositiveSmallIntegerField(default=90, help_text='Days after the end of a term, days of suspension not counted; 0 to 365. Three months are time to notice and to do what is missing. The certificate has lapsed, and its holder can still renew; afterwards the office reinstates it.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(365)]),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='material_grace_days',
            field=models.PositiveSmallIntegerField(default=60, help_text='Days after a Code edition with a change in substance came into force; 0 to 365. Nobody loses work just done. So long reviews of the edition before still count.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(365)]),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='reminder_days',
            field=models.JSONField(blank=True, default=certification.models.default_reminders, help_text='Days before the end of a term, negative ones after it; -365 to 364. Early ones leave time for the course, late ones catch who forgot. Each is sent once a term, to those with something left to do.', validators=[certification.models.are_reminders]),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='review_valid_days',
            field=models.PositiveSmallIntegerField(default=365, help_text='Days from a completed review to the grant, days of suspension not counted; 30 to 1830. After a year the Code should be read again. An older review no longer counts for a renewal.', validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(1830)]),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='statement_text',
            field=models.TextField(default='I have studied the Code of Ethics, version {code_version}, in force since {code_date}. I answered the final quiz by myself. I know that the Code applies to all my work as a certified coach. I know that a breach is a reason to review my certificate and that a review may end in its removal. I will keep to the Code.', help_text='What a coach signs before a renewal; {code_version} and {code_date} are filled in. Statements signed keep their text.', max_length=2000, validators=[certification.models.is_statement]),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='term_years',
            field=models.PositiveSmallIntegerField(default=2, help_text='Years; 1 to 10. The Code says two. Terms granted from now on end the day before this anniversary of their first day; terms granted before stay as they are.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)]),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='window_opens_days',
            field=models.PositiveSmallIntegerField(default=180, help_text='Days before the end of a term; 1 to 364. Half a year leaves room for the course. From then on the holder can renew, and the new term follows the old one without a gap.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(364)]),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_scheme_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('term_years__gte', 1), ('term_years__lte', 10)), name='a_term_lasts_one_to_ten_years'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('window_opens_days__gte', 1), ('window_opens_days__lte', 364)), name='renewal_opens_within_the_last_year_of_a_term'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('late_period_days__gte', 0), ('late_period_days__lte', 365)), name='late_renewal_ends_within_a_year'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('review_valid_days__gte', 30), ('review_valid_days__lte', 1830)), name='a_review_counts_a_month_to_five_years'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('material_grace_days__gte', 0), ('material_grace_days__lte', 365)), name='older_reviews_count_a_year_at_most'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('statement_text__contains', '{code_version}'), ('statement_text__contains', '{code_date}')), name='a_statement_names_the_edition_and_its_day'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('reauthenticated_at', None), ('reauthenticated_at__lte', models.F('signed_at')), _connector='OR'), name='a_password_is_typed_before_signing'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('voided_at', None), ('voided_at__gte', models.F('recorded_at')), _connector='OR'), name='hold_is_voided_after_it_was_recorded'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('voided_at', None), ('voided_at__gte', models.F('recorded_at')), _connector='OR'), name='sanction_is_voided_after_it_was_recorded'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(('voided_at', None), ('voided_at__gte', models.F('recorded_at')), _connector='OR'), name='term_is_voided_after_it_was_recorded'),
        ),
        migrations.RunPython(guards.install, guards.remove),
    ]
