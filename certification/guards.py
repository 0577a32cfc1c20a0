"""Triggers that keep dated rows as they were recorded, and terms apart. A migration that alters the tables installs them again."""

from typing import Any

FROZEN = ("certification_term", "certification_sanction")

POSTGRES = """
CREATE OR REPLACE FUNCTION certification_only_voids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'dated_rows_are_never_deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL AND to_jsonb(NEW) - 'voided_at' = to_jsonb(OLD) - 'voided_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'dated_rows_are_only_voided' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
POSTGRES_TABLE = """
DROP TRIGGER IF EXISTS {table}_only_voids ON {table};
CREATE TRIGGER {table}_only_voids BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION certification_only_voids();
"""
POSTGRES_OVERLAP = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE certification_term DROP CONSTRAINT IF EXISTS terms_do_not_overlap;
ALTER TABLE certification_term ADD CONSTRAINT terms_do_not_overlap
    EXCLUDE USING gist (certificate_id WITH =, daterange(first_day, last_day, '[]') WITH &&) WHERE (voided_at IS NULL);
"""
SQLITE_TABLE = """
DROP TRIGGER IF EXISTS {table}_only_voids;
CREATE TRIGGER {table}_only_voids BEFORE UPDATE ON {table}
WHEN NOT (OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL AND {unchanged})
BEGIN SELECT RAISE(ABORT, 'dated_rows_are_only_voided'); END;
DROP TRIGGER IF EXISTS {table}_no_delete;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'dated_rows_are_never_deleted'); END;
"""
SQLITE_OVERLAP = """
DROP TRIGGER IF EXISTS terms_do_not_overlap;
CREATE TRIGGER terms_do_not_overlap BEFORE INSERT ON certification_term
WHEN NEW.voided_at IS NULL AND EXISTS (
    SELECT 1 FROM certification_term WHERE certificate_id = NEW.certificate_id AND voided_at IS NULL
    AND first_day <= NEW.last_day AND NEW.first_day <= last_day)
BEGIN SELECT RAISE(ABORT, 'terms_do_not_overlap'); END;
"""


def _columns(schema_editor: Any, table: str) -> list[str]:
    with schema_editor.connection.cursor() as cursor:
        return [column.name for column in schema_editor.connection.introspection.get_table_description(cursor, table)]


def _run(schema_editor: Any, script: str) -> None:
    """Every statement of a script; triggers hold semicolons, so SQLite's are split at END."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(script, params=None)
        return
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if line.endswith("END;") or (line.endswith(";") and "CREATE TRIGGER" not in statement):
            schema_editor.execute(statement, params=None)
            statement = ""


def install(apps: Any, schema_editor: Any) -> None:
    """Put the guards in place, for a migration's RunPython; repeating it changes nothing."""
    if schema_editor.connection.vendor == "postgresql":
        _run(schema_editor, POSTGRES)
        for table in FROZEN:
            _run(schema_editor, POSTGRES_TABLE.format(table=table))
        _run(schema_editor, POSTGRES_OVERLAP)
        return
    for table in FROZEN:
        names = [name for name in _columns(schema_editor, table) if name != "voided_at"]
        unchanged = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in names)
        _run(schema_editor, SQLITE_TABLE.format(table=table, unchanged=unchanged))
    _run(schema_editor, SQLITE_OVERLAP)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    if schema_editor.connection.vendor == "postgresql":
        for table in FROZEN:
            _run(schema_editor, f"DROP TRIGGER IF EXISTS {table}_only_voids ON {table};")
        return
    for table in FROZEN:
        _run(schema_editor, f"DROP TRIGGER IF EXISTS {table}_only_voids;\nDROP TRIGGER IF EXISTS {table}_no_delete;")
    _run(schema_editor, "DROP TRIGGER IF EXISTS terms_do_not_overlap;")
