"""The triggers that keep the ledger append-only, on SQLite and on PostgreSQL.

SQLite drops a table's triggers when a migration rebuilds the table: a migration that changes a column of the ledger ends with `install`.
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

WORDS = "the ledger is append-only"
TABLES = {"audit_entry": ("id", "uid"), "audit_seal": ("number", "entry_id"), "audit_detail": ("entry_id",), "audit_dailyanchor": ("day",)}
FORGETTING = """OLD.forgotten_at IS NULL AND NEW.forgotten_at IS NOT NULL AND NEW.entry_id = OLD.entry_id
    AND NEW.salt = '' AND CAST(NEW.facts AS text) = '{}'"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, anew where they stand already. A table that a later migration makes waits for that one."""
    with connection.cursor() as cursor:
        tables = [table for table in TABLES if table in connection.introspection.table_names(cursor)]
        for statement in [*dropping(connection.vendor), *creating(connection.vendor, tables)]:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration backwards, and for tests that play the intruder."""
    with connection.cursor() as cursor:
        for statement in dropping(connection.vendor):
            cursor.execute(statement)


def creating(vendor: str, tables: Sequence[str] = tuple(TABLES)) -> list[str]:
    """The statements that make every trigger of the ledger, or those of some of its tables."""
    return _creating_sqlite(tables) if vendor == "sqlite" else _creating_postgresql(tables)


def dropping(vendor: str) -> list[str]:
    """The statements that drop every trigger of the ledger, whether it is there or not."""
    if vendor == "sqlite":
        names = [f"{table}_{what}" for table in TABLES for what in ("stays", "is_not_changed", "is_not_replaced")]
        return [f"DROP TRIGGER IF EXISTS {name}" for name in [*names, "audit_entry_waits"]]
    pairs = [(table, f"{table}_{what}") for table in TABLES for what in ("stays", "is_not_changed", "is_not_emptied")]
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}" for table, name in [*pairs, ("audit_entry", "audit_entry_waits")]]


def standing(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of the ledger's triggers that are in the database and at work."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgname LIKE 'audit_%'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def expected(vendor: str) -> set[str]:
    """The names of the triggers that ought to stand."""
    return {statement.split()[2] for statement in creating(vendor) if statement.startswith("CREATE TRIGGER")}


def _creating_sqlite(tables: Sequence[str]) -> list[str]:
    """SQLite's REPLACE removes rows without asking the triggers on DELETE, so an insert over a row is refused as well."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    statements = ["CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry BEGIN INSERT INTO audit_unsealed VALUES (NEW.id); END"]
    for table in tables:
        unless = f"WHEN NOT ({FORGETTING}) " if table == "audit_detail" else ""
        statements += [
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table} {unless}{refuse}",
            f"CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table} WHEN {_taken(table, TABLES[table])} {refuse}",
        ]
    return statements


def _taken(table: str, keys: Sequence[str]) -> str:
    same = " OR ".join(f"{key} = NEW.{key}" for key in keys)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608


def _creating_postgresql(tables: Sequence[str]) -> list[str]:
    """TRUNCATE asks no trigger of a row, so it has one of its own."""
    statements = [
        f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        """CREATE OR REPLACE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO audit_unsealed (entry_id) VALUES (NEW.id); RETURN NULL; END $$""",
        "CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_wait()",
    ]
    for table in tables:
        unless = f"WHEN (NOT ({FORGETTING})) " if table == "audit_detail" else ""
        statements += [
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
            f"CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table} FOR EACH ROW {unless}EXECUTE FUNCTION audit_refuse()",
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_refuse()",
        ]
    return statements
