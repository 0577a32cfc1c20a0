"""The end of the ledger of each day, guarded like the ledger; the verifications; and indexes for whoever reads the ledger."""

from django.db import migrations, models

from audit import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_no_truncate'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyAnchor',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(help_text='Of the last seal.')),
                ('mac', models.CharField(help_text='Its code.', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('code', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(blank=True, max_length=64)),
                ('begun_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('number', models.BigIntegerField(default=0, help_text='Of the last seal when it began; 0 before the first.')),
                ('count', models.PositiveIntegerField(default=0, help_text='How many findings.')),
                ('findings', models.JSONField(default=list, help_text='The first of them, sentences with ids.')),
            ],
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['actor_id'], name='audit_entry_actor'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['action'], name='audit_entry_action'),
        ),
        migrations.AddConstraint(
            model_name='dailyanchor',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='an_anchor_holds_to_a_seal'),
        ),
        migrations.RunPython(install, remove),
    ]
