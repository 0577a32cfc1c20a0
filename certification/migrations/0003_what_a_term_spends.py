"""A term names the review it spent; a statement names its edition. The tables are rewritten, so the guards go and come back."""

import django.db.models.deletion
from django.db import migrations, models

from certification import guards


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0002_guards"),
        ("cms", "0001_initial"),
        ("courses", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(guards.remove, guards.install),
        migrations.AddField(
            model_name="statement",
            name="edition",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cms.edition"),
        ),
        migrations.AlterField(
            model_name="statement",
            name="edition",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cms.edition"),
        ),
        migrations.AddField(
            model_name="term",
            name="review",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.completion"
            ),
        ),
        migrations.AlterField(
            model_name="term",
            name="statement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="terms",
                to="certification.statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                condition=models.Q(voided_at=None), fields=["review"], name="one_review_earns_one_renewal"
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                condition=models.Q(voided_at=None), fields=["statement"], name="one_statement_serves_one_term"
            ),
        ),
        migrations.RunPython(guards.install, guards.remove),
    ]
