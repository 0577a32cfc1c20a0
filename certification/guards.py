"""Triggers that keep dated rows as they were recorded, terms apart, and a scheme's reminders within bounds.

A migration that alters one of these tables takes them away first and installs them again.
"""

from typing import Any

from certification import facts

# Each table with what two current rows may not share besides their id: SQLite's REPLACE would remove the other without a word.
FROZEN = {
    "certification_term": ["review_id = NEW.review_id", "statement_id = NEW.statement_id"],
    "certification_sanction": [
        "(source_reference <> '' AND certificate_id = NEW.certificate_id AND source_reference = NEW.source_reference"
        " AND kind = NEW.kind AND interim = NEW.interim)"
    ],
    "certification_hold": [],
}
# What is emptied once, in the statement that says when, for a person who is forgotten (kept.py). Nothing else of the row changes in it.
WORDS = {"certification_term": ["reason"], "certification_sanction": ["reason", "public_note"]}
FORGETTING = "forgotten_at"
OVERLAP = "terms_do_not_overlap"
REMINDERS = "reminders_are_days_within_a_year_each_once"
BOUNDS = {"least": facts.REMINDERS.least, "most": facts.REMINDERS.most, "name": REMINDERS}
# TRUNCATE asks no trigger of a row, so it has one of its own; SQLite knows no TRUNCATE.
POSTGRES_FROZEN = ("only_voids", "is_not_emptied")
SQLITE_FROZEN = ("only_voids", "no_delete", "no_replace")
SQLITE_REMINDERS = (f"{REMINDERS}_insert", f"{REMINDERS}_update")

POSTGRES = """
CREATE OR REPLACE FUNCTION certification_only_voids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'dated_rows_are_never_deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL AND to_jsonb(NEW) - 'voided_at' = to_jsonb(OLD) - 'voided_at' THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) ->> 'forgotten_at' IS NULL AND to_jsonb(NEW) ->> 'forgotten_at' IS NOT NULL
        AND to_jsonb(NEW) ->> 'reason' = '' AND COALESCE(to_jsonb(NEW) ->> 'public_note', '') = ''
        AND to_jsonb(NEW) - '{forgotten_at,reason,public_note}'::text[] = to_jsonb(OLD) - '{forgotten_at,reason,public_note}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'dated_rows_are_only_voided' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
POSTGRES_TABLE = """
DROP TRIGGER IF EXISTS {table}_only_voids ON {table};
CREATE TRIGGER {table}_only_voids BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION certification_only_voids();
DROP TRIGGER IF EXISTS {table}_is_not_emptied ON {table};
CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION certification_only_voids();
"""
POSTGRES_OVERLAP = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE certification_term DROP CONSTRAINT IF EXISTS terms_do_not_overlap;
ALTER TABLE certification_term ADD CONSTRAINT terms_do_not_overlap
    EXCLUDE USING gist (certificate_id WITH =, daterange(first_day, last_day, '[]') WITH &&) WHERE (voided_at IS NULL);
"""
POSTGRES_REMINDERS = """
CREATE OR REPLACE FUNCTION certification_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_typeof(NEW.reminder_days) <> 'array'
        OR EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.reminder_days) AS day
                   WHERE jsonb_typeof(day) <> 'number' OR day::text !~ '^-?[0-9]+$' OR day::text::numeric NOT BETWEEN {least} AND {most})
        OR (SELECT count(DISTINCT day) <> count(*) FROM jsonb_array_elements(NEW.reminder_days) AS day)
    THEN
        RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS {name} ON certification_scheme;
CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON certification_scheme FOR EACH ROW EXECUTE FUNCTION certification_reminders();
"""
SQLITE_TABLE = """
DROP TRIGGER IF EXISTS {table}_only_voids;
CREATE TRIGGER {table}_only_voids BEFORE UPDATE ON {table}
WHEN NOT (OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL AND {unchanged}){unless_forgotten}
BEGIN SELECT RAISE(ABORT, 'dated_rows_are_only_voided'); END;
DROP TRIGGER IF EXISTS {table}_no_delete;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'dated_rows_are_never_deleted'); END;
DROP TRIGGER IF EXISTS {table}_no_replace;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, 'dated_rows_are_never_replaced'); END;
"""
SQLITE_OVERLAP = """
DROP TRIGGER IF EXISTS terms_do_not_overlap;
CREATE TRIGGER terms_do_not_overlap BEFORE INSERT ON certification_term
WHEN NEW.voided_at IS NULL AND EXISTS (
    SELECT 1 FROM certification_term WHERE certificate_id = NEW.certificate_id AND voided_at IS NULL
    AND first_day <= NEW.last_day AND NEW.first_day <= last_day)
BEGIN SELECT RAISE(ABORT, 'terms_do_not_overlap'); END;
"""
SQLITE_REMINDER = """
DROP TRIGGER IF EXISTS {name}_{when};
CREATE TRIGGER {name}_{when} BEFORE {when} ON certification_scheme
WHEN json_type(NEW.reminder_days) <> 'array'
    OR EXISTS (SELECT 1 FROM json_each(NEW.reminder_days) WHERE type <> 'integer' OR value NOT BETWEEN {least} AND {most})
    OR (SELECT count(DISTINCT value) <> count(*) FROM json_each(NEW.reminder_days))
BEGIN SELECT RAISE(ABORT, '{name}'); END;
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
    """The statements that put the guards in place; repeating them changes nothing. A table that cannot be voided yet waits."""
    columns = {table: names for table in FROZEN if "voided_at" in (names := _columns(connection, table))}
    if connection.vendor == "postgresql":
        tables = [POSTGRES_TABLE.format(table=table) for table in columns]
        return [POSTGRES, *tables, POSTGRES_OVERLAP, POSTGRES_REMINDERS.format(**BOUNDS)]
    statements = _split(SQLITE_OVERLAP)
    for when in ("insert", "update"):
        statements += _split(SQLITE_REMINDER.format(**BOUNDS, when=when))
    for table, names in columns.items():
        told = {
            "unchanged": _unchanged(names, but=["voided_at"]),
            "unless_forgotten": f" AND NOT ({_forgets(table, names)})" if FORGETTING in names else "",
            "same": _same(table, names),
        }
        statements += _split(SQLITE_TABLE.format(table=table, **told))
    return statements


def _unchanged(columns: list[str], *, but: list[str]) -> str:
    return " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns if name not in but)


def _forgets(table: str, columns: list[str]) -> str:
    empty = " AND ".join(f"NEW.{name} = ''" for name in WORDS[table])
    others = _unchanged(columns, but=[FORGETTING, *WORDS[table]])
    return f"OLD.{FORGETTING} IS NULL AND NEW.{FORGETTING} IS NOT NULL AND {empty} AND {others}"


def _same(table: str, columns: list[str]) -> str:
    """When a new row would take the place of one that is there."""
    shared = [condition for condition in FROZEN[table] if condition.startswith("(") or condition.split(" ")[0] in columns]
    current = [f"(voided_at IS NULL AND NEW.voided_at IS NULL AND {condition})" for condition in shared]
    return " OR ".join(["id = NEW.id", *current])


def dropping(connection: Any) -> list[str]:
    """The statements that take the guards away; the constraint that keeps terms apart on PostgreSQL stays."""
    if connection.vendor == "postgresql":
        names = [f"DROP TRIGGER IF EXISTS {table}_{guard} ON {table}" for table in FROZEN for guard in POSTGRES_FROZEN]
        return [*names, f"DROP TRIGGER IF EXISTS {REMINDERS} ON certification_scheme"]
    frozen = [f"{table}_{guard}" for table in FROZEN for guard in SQLITE_FROZEN]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in [*frozen, OVERLAP, *SQLITE_REMINDERS]]


def expected(vendor: str) -> set[str]:
    """The names of the triggers that must stand, and of the constraint that keeps terms apart."""
    if vendor == "postgresql":
        return {*(f"{table}_{guard}" for table in FROZEN for guard in POSTGRES_FROZEN), OVERLAP, REMINDERS}
    return {*(f"{table}_{guard}" for table in FROZEN for guard in SQLITE_FROZEN), OVERLAP, *SQLITE_REMINDERS}


def standing(connection: Any) -> set[str]:
    """The names of the guards that are in the database and at work."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
        "UNION SELECT conname FROM pg_constraint WHERE contype = 'x'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def install(apps: Any, schema_editor: Any) -> None:
    """Put the guards in place, for a migration's RunPython."""
    for statement in creating(schema_editor.connection):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    for statement in dropping(schema_editor.connection):
        schema_editor.execute(statement, params=None)
