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


def _columns(connection: Any, table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _split(script: str) -> list[str]:
    """The statements of a script for SQLite, which takes one at a time; those of a trigger end at END."""
    statements, statement = [], ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if line.endswith("END;") or (line.endswith(";") and "CREATE TRIGGER" not in statement):
            statements.append(statement)
            statement = ""
    return statements


def creating(connection: Any) -> list[str]:
    """The statements that put the guards in place; repeating them changes nothing."""
    if connection.vendor == "postgresql":
        return [POSTGRES, *(POSTGRES_TABLE.format(table=table) for table in FROZEN), POSTGRES_OVERLAP]
    statements = _split(SQLITE_OVERLAP)
    for table in FROZEN:
        names = [name for name in _columns(connection, table) if name != "voided_at"]
        unchanged = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in names)
        statements += _split(SQLITE_TABLE.format(table=table, unchanged=unchanged))
    return statements


def dropping(connection: Any) -> list[str]:
    """The statements that take the guards away."""
    if connection.vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_only_voids ON {table}" for table in FROZEN]
    names = [f"{table}_{guard}" for table in FROZEN for guard in ("only_voids", "no_delete")]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in [*names, "terms_do_not_overlap"]]


def expected(vendor: str) -> set[str]:
    """The names of the triggers that must stand."""
    if vendor == "postgresql":
        return {f"{table}_only_voids" for table in FROZEN}
    return {f"{table}_{guard}" for table in FROZEN for guard in ("only_voids", "no_delete")} | {"terms_do_not_overlap"}


def install(apps: Any, schema_editor: Any) -> None:
    """Put the guards in place, for a migration's RunPython."""
    for statement in creating(schema_editor.connection):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    for statement in dropping(schema_editor.connection):
        schema_editor.execute(statement, params=None)
