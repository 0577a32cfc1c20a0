"""Triggers that keep proposals as they were made, let none be done with fewer signatures than it needs, and keep tombstones as they are.

A migration that alters the tables installs them again: SQLite drops a table's triggers when it rebuilds the table.
"""

from typing import Any

PROPOSAL, SIGNATURE, USER = "accounts_proposal", "accounts_signature", "accounts_user"
ENDING = ("state", "ended_at", "ended_why")
FORGETTING = ("payload", "document", "ended_why", "forgotten_at")
TOMBSTONE = f"{USER}_stays_forgotten"
NAMES = [
    f"{PROPOSAL}_stays",
    f"{PROPOSAL}_is_not_changed",
    f"{SIGNATURE}_stays",
    f"{SIGNATURE}_is_not_changed",
    f"{SIGNATURE}_fits",
    TOMBSTONE,
]

SIGNED = f"(SELECT COUNT(*) FROM {SIGNATURE} WHERE proposal_id = OLD.id) = OLD.needed"  # noqa: S608
OPENING = f"EXISTS (SELECT 1 FROM {PROPOSAL} WHERE id = NEW.proposal_id AND state = 'open' AND NEW.number <= needed)"  # noqa: S608
# What may change: an open proposal ends, done only with every signature; one that has ended is forgotten, once.
ENDS = f"OLD.state = 'open' AND NEW.state <> 'open' AND (NEW.state <> 'done' OR {SIGNED})"
FORGETS = """OLD.state <> 'open' AND OLD.forgotten_at IS NULL AND NEW.forgotten_at IS NOT NULL
    AND NEW.document = '' AND CAST(NEW.payload AS text) = '{}'"""

REFUSING = """
CREATE OR REPLACE FUNCTION accounts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
CHANGING = """
CREATE OR REPLACE FUNCTION accounts_proposal_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {changes} THEN RETURN NEW; END IF;
    RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
SIGNING = f"""
CREATE OR REPLACE FUNCTION accounts_signature_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {OPENING} THEN RETURN NEW; END IF;
    RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def creating(connection: Any) -> list[str]:
    """The statements that put the guards in place, where none stands. That of tombstones waits for the column."""
    with connection.cursor() as cursor:
        has_tombstones = any(column.name == "erased_at" for column in connection.introspection.get_table_description(cursor, USER))
    made = _postgresql() if connection.vendor == "postgresql" else _sqlite(connection)
    return made if has_tombstones else [statement for statement in made if TOMBSTONE not in statement]


def dropping(vendor: str) -> list[str]:
    """The statements that take the guards away, whether they stand or not."""
    tables = {name: next(table for table in (PROPOSAL, SIGNATURE, USER) if name.startswith(table)) for name in NAMES}
    on = {name: f" ON {table}" if vendor == "postgresql" else "" for name, table in tables.items()}
    return [f"DROP TRIGGER IF EXISTS {name}{on[name]}" for name in NAMES]


def standing(connection: Any) -> set[str]:
    """The names of the guards that are in the database and at work."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()} & set(NAMES)


def install(apps: Any, schema_editor: Any) -> None:
    """Put the guards in place, for a migration's RunPython."""
    connection = schema_editor.connection
    for statement in [*dropping(connection.vendor), *creating(connection)]:
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    for statement in dropping(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def _postgresql() -> list[str]:
    def kept(but: tuple[str, ...]) -> str:
        less = "".join(f" - '{name}'" for name in but)
        return f"(to_jsonb(NEW){less}) = (to_jsonb(OLD){less})"

    return [
        REFUSING,
        CHANGING.format(changes=f"({ENDS} AND {kept(ENDING)}) OR ({FORGETS} AND {kept(FORGETTING)})"),
        SIGNING,
        *(
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION accounts_refuse()"
            for table in (PROPOSAL, SIGNATURE)
        ),
        f"CREATE TRIGGER {PROPOSAL}_is_not_changed BEFORE UPDATE ON {PROPOSAL} FOR EACH ROW EXECUTE FUNCTION accounts_proposal_changes()",
        f"CREATE TRIGGER {SIGNATURE}_is_not_changed BEFORE UPDATE ON {SIGNATURE} FOR EACH ROW EXECUTE FUNCTION accounts_refuse()",
        f"CREATE TRIGGER {SIGNATURE}_fits BEFORE INSERT ON {SIGNATURE} FOR EACH ROW EXECUTE FUNCTION accounts_signature_fits()",
        f"CREATE TRIGGER {TOMBSTONE} BEFORE UPDATE ON {USER} FOR EACH ROW "
        "WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse()",
    ]


def _sqlite(connection: Any) -> list[str]:
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, PROPOSAL)]

    def kept(but: tuple[str, ...]) -> str:
        return " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns if name not in but)

    changes = f"({ENDS} AND {kept(ENDING)}) OR ({FORGETS} AND {kept(FORGETTING)})"
    refused = {
        f"{PROPOSAL}_stays": f"BEFORE DELETE ON {PROPOSAL}",
        f"{PROPOSAL}_is_not_changed": f"BEFORE UPDATE ON {PROPOSAL} WHEN NOT ({changes})",
        f"{SIGNATURE}_stays": f"BEFORE DELETE ON {SIGNATURE}",
        f"{SIGNATURE}_is_not_changed": f"BEFORE UPDATE ON {SIGNATURE}",
        f"{SIGNATURE}_fits": f"BEFORE INSERT ON {SIGNATURE} WHEN NOT {OPENING}",
        TOMBSTONE: f"BEFORE UPDATE ON {USER} WHEN OLD.erased_at IS NOT NULL",
    }
    return [f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{name}'); END" for name, when in refused.items()]
