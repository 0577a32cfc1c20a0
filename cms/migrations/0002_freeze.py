"""A published edition is frozen in the database itself: its wordings, what it says of itself, and every clause's id."""

from django.db import migrations

FROZEN = "text_id", "name", "slug", "state", "in_force_on", "weight", "demonstration"

# name: (event, table, condition, words)
TRIGGERS = {
    "cms_wording_added": ("INSERT", "cms_wording", "EXISTS (SELECT 1 FROM cms_edition e WHERE e.id = NEW.edition_id AND e.state = 'published')",
                          "the wording of a published edition is frozen"),
    "cms_wording_changed": ("UPDATE", "cms_wording", "EXISTS (SELECT 1 FROM cms_edition e WHERE e.id IN (OLD.edition_id, NEW.edition_id) AND e.state = 'published')",
                            "the wording of a published edition is frozen"),
    "cms_wording_removed": ("DELETE", "cms_wording", "EXISTS (SELECT 1 FROM cms_edition e WHERE e.id = OLD.edition_id AND e.state = 'published')",
                            "the wording of a published edition is frozen"),
    "cms_edition_changed": ("UPDATE", "cms_edition", "OLD.state = 'published' AND (" + " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in FROZEN) + ")",
                            "a published edition is frozen"),
    "cms_edition_removed": ("DELETE", "cms_edition", "OLD.state = 'published'", "a published edition is kept"),
    "cms_clause_renamed": ("UPDATE", "cms_clause", "OLD.id <> NEW.id", "the id of a clause never changes"),
}


def raise_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, (event, table, condition, words) in TRIGGERS.items():
        if vendor == "sqlite":
            condition = condition.replace("IS DISTINCT FROM", "IS NOT")
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END")
        else:
            back = "OLD" if event == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
                f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {back}; END $$"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def drop_triggers(apps, schema_editor):
    for name, (_, table, _, _) in TRIGGERS.items():
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("cms", "0001_initial")]
    operations = [migrations.RunPython(raise_triggers, drop_triggers)]
