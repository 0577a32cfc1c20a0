"""Words about a person who is forgotten are emptied, once. The tables are rewritten, so the guards go and come back."""

from django.db import migrations, models

from certification import guards


class Migration(migrations.Migration):
    dependencies = [("certification", "0005_no_truncate")]

    operations = [
        migrations.RunPython(guards.remove, guards.install),
        migrations.AddField(
            model_name="term",
            name="forgotten_at",
            field=models.DateTimeField(editable=False, help_text="When its words were emptied with its holder's name.", null=True),
        ),
        migrations.AddField(
            model_name="sanction",
            name="forgotten_at",
            field=models.DateTimeField(editable=False, help_text="When its words were emptied with its holder's name.", null=True),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(("forgotten_at", None), ("reason", ""), _connector="OR"), name="a_forgotten_term_has_no_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(("forgotten_at", None), models.Q(("public_note", ""), ("reason", "")), _connector="OR"),
                name="a_forgotten_sanction_has_no_words",
            ),
        ),
        migrations.RunPython(guards.install, guards.remove),
    ]
