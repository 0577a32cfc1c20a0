"""Triggers that keep rows as they were recorded: none is removed, and of a column only those named here are written, once.

A migration that alters one of these tables takes them away first and installs them again.
"""

from typing import Any

# Each table with the columns that are written later: from nothing to something, once.
WRITTEN_LATER: dict[str, tuple[str, ...]] = {
    "complaints_appointment": ("voided_at",),
    "complaints_declaration": (),
    "complaints_interest": ("voided_at",),
    "complaints_assignment": ("attested_at", "ended_at", "ended_why"),
    "complaints_exclusion": (),
}

POSTGRES = """
CREATE OR REPLACE FUNCTION complaints_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE later text[] := TG_ARGV[0]::text[]; name text; before text;
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION '%_is_not_removed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF to_jsonb(NEW) - later <> to_jsonb(OLD) - later THEN
        RAISE EXCEPTION '%_is_not_changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    FOREACH name IN ARRAY later LOOP
        before := COALESCE(to_jsonb(OLD) ->> name, '');
        IF before <> '' AND before IS DISTINCT FROM to_jsonb(NEW) ->> name THEN
            RAISE EXCEPTION '%_is_not_changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


def names(vendor: str) -> list[str]:
    """The triggers that must stand."""
    kinds = ("stays", "is_not_emptied") if vendor == "postgresql" else ("is_not_changed", "is_not_removed", "is_not_replaced")
    return [f"{table}_{kind}" for table in WRITTEN_LATER for kind in kinds]


def creating(connection: Any) -> list[str]:
    """The statements that put the guards in place, where none stands; a table that is not there yet waits."""
    with connection.cursor() as cursor:
        there = [table for table in WRITTEN_LATER if table in connection.introspection.table_names(cursor)]
        columns = {table: [one.name for one in connection.introspection.get_table_description(cursor, table)] for table in there}
    if connection.vendor == "postgresql":
        return [POSTGRES, *(statement for table in there for statement in _postgresql(table))]
    return [statement for table, names in columns.items() for statement in _sqlite(table, names)]


def dropping(connection: Any) -> list[str]:
    """The statements that take the guards away, whether they stand or not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            there = [table for table in WRITTEN_LATER if table in connection.introspection.table_names(cursor)]
        return [f"DROP TRIGGER IF EXISTS {table}_{kind} ON {table}" for table in there for kind in ("stays", "is_not_emptied")]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in names("sqlite")]


def standing(connection: Any) -> set[str]:
    """The names of the guards that are in the database and at work."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()} & set(names(connection.vendor))


def install(apps: Any, schema_editor: Any) -> None:
    """Put the guards in place, for a migration's RunPython."""
    for statement in [*dropping(schema_editor.connection), *creating(schema_editor.connection)]:
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    for statement in dropping(schema_editor.connection):
        schema_editor.execute(statement, params=None)


def _postgresql(table: str) -> list[str]:
    later = "{" + ",".join(WRITTEN_LATER[table]) + "}"
    return [
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION complaints_stays('{later}')",
        f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION complaints_stays('{later}')",
    ]


def _sqlite(table: str, columns: list[str]) -> list[str]:
    later = WRITTEN_LATER[table]
    kept = [f'NEW."{name}" IS OLD."{name}"' for name in columns if name not in later]
    once = [f'(COALESCE(OLD."{name}", \'\') = \'\' OR NEW."{name}" IS OLD."{name}")' for name in later]
    refused = {
        "is_not_changed": f"UPDATE ON {table} WHEN NOT ({' AND '.join([*kept, *once])})",
        "is_not_removed": f"DELETE ON {table}",
        # REPLACE removes a row without asking whether it may be removed.
        "is_not_replaced": f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",  # noqa: S608
    }
    return [
        f"CREATE TRIGGER {table}_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{table}_{name}'); END" for name, when in refused.items()
    ]
