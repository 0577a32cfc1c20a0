from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("certification", "0006_forgotten_words")]

    operations = [migrations.RemoveConstraint(model_name="requirementmet", name="one_other_route_waits_for_a_requirement")]
