"""Who holds which office on this site."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_second_factor'),
    ]

    operations = [
        migrations.CreateModel(
            name='Roles',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='roles', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('staff', models.BooleanField(default=False)),
                ('author', models.BooleanField(default=False)),
                ('auditor', models.BooleanField(default=False)),
                ('site_administrator', models.BooleanField(default=False)),
                ('holds_case_role', models.BooleanField(default=False, help_text='Is appointed to a case (accounts.roles.note_case_role).')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('auditor', False), models.Q(('author', False), ('holds_case_role', False), ('site_administrator', False), ('staff', False)), _connector='OR'), name='auditor_holds_no_other_office'), models.CheckConstraint(condition=models.Q(('site_administrator', False), ('holds_case_role', False), _connector='OR'), name='site_administrator_holds_no_case_role'), models.CheckConstraint(condition=models.Q(('auditor', False), ('author', False), ('holds_case_role', False), ('site_administrator', False), ('staff', False), _negated=True), name='a_row_of_roles_holds_an_office')],
            },
        ),
    ]
