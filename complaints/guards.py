"""Triggers: what is sealed changes in the one way that it may, and no row of it is removed.

A migration that rebuilds one of these tables takes them away first and installs them again.
"""

from typing import Any

# Of each table: what may change, and on which condition; every other column stays as it was written.
MAY_CHANGE = {
    "complaints_casekey": (("wrapped", "version", "destroyed_at"), "OLD.destroyed_at IS NULL"),
    "complaints_paper": (("sealed",), "NEW.sealed IS NULL AND {destroyed}"),
    "complaints_receipt": (("replaced_at", "ends_on"), "OLD.replaced_at IS NULL"),
    "complaints_evidence": (
        ("sealed_name", "sealed_digest", "state", "refused_for", "disclosed_on", "relied_on"),
        "((NEW.sealed_name IS NULL AND NEW.sealed_digest IS NULL AND {destroyed})"
        " OR (NEW.sealed_name IS NOT DISTINCT FROM OLD.sealed_name AND NEW.sealed_digest IS NOT DISTINCT FROM OLD.sealed_digest))"
        " AND (NEW.state = OLD.state OR OLD.state = 'pending')"
        " AND (OLD.disclosed_on IS NULL OR NEW.disclosed_on IS NOT DISTINCT FROM OLD.disclosed_on)"
        " AND (OLD.relied_on IS NULL OR NEW.relied_on IS NOT DISTINCT FROM OLD.relied_on)",
    ),
    "complaints_erasure": ((), "1 = 0"),
}
DESTROYED = "EXISTS (SELECT 1 FROM complaints_casekey k WHERE k.case_id = OLD.case_id AND k.destroyed_at IS NOT NULL)"
# SQLite's REPLACE would remove a row without a word: what no two rows share.
UNIQUE = {
    "complaints_casekey": ("case_id",),
    "complaints_paper": ("id", "uid"),
    "complaints_receipt": ("id", "mac"),
    "complaints_evidence": ("id", "uid"),
    "complaints_erasure": ("id", "case_uid"),
}


def expected(vendor: str) -> dict[str, str]:
    """The triggers that must stand, by name, each with its table. TRUNCATE asks no trigger of a row; SQLite knows no TRUNCATE."""
    kinds = ("stays", "is_kept", "is_not_replaced") if vendor == "sqlite" else ("stays", "is_kept", "is_not_emptied")
    return {f"{table}_{kind}": table for table in MAY_CHANGE for kind in kinds}


def creating(connection: Any) -> list[str]:
    """The statements that put the guards in place, on tables as they are in the database now."""
    return [statement for table in MAY_CHANGE for statement in _of_table(connection, table)]


def _of_table(connection: Any, table: str) -> list[str]:
    test = f"NOT ({_allowed(connection, table)})"
    if connection.vendor == "sqlite":
        there = " OR ".join(f"{name} = NEW.{name}" for name in UNIQUE[table])
        refusals = [
            (f"{table}_stays", f"BEFORE UPDATE ON {table} WHEN {test}"),
            (f"{table}_is_kept", f"BEFORE DELETE ON {table}"),
            (f"{table}_is_not_replaced", f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {there})"),  # noqa: S608
        ]
        return [f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{name}'); END" for name, when in refusals]
    statements = []
    for name, when, each in [
        (f"{table}_stays", "BEFORE UPDATE", "ROW"),
        (f"{table}_is_kept", "BEFORE DELETE", "ROW"),
        (f"{table}_is_not_emptied", "BEFORE TRUNCATE", "STATEMENT"),
    ]:
        raising = f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
        body = f"IF {test} THEN {raising} END IF; RETURN NEW;" if name.endswith("_stays") else raising
        statements.append(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        statements.append(f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()")
    return statements


def _allowed(connection: Any, table: str) -> str:
    """When an update may pass: what may not change did not, and the condition holds."""
    changing, condition = MAY_CHANGE[table]
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    same = [f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in columns if name not in changing]
    return " AND ".join([*same, condition.format(destroyed=DESTROYED)])


def install(apps: Any, schema_editor: Any) -> None:
    """For a migration's RunPython; repeating it changes nothing."""
    remove(apps, schema_editor)
    for statement in creating(schema_editor.connection):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    vendor = schema_editor.connection.vendor
    for name, table in expected(vendor).items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{'' if vendor == 'sqlite' else f' ON {table}'}", params=None)


def standing(connection: Any) -> set[str]:
    """The names of the triggers that are in the database and at work."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}
