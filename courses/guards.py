"""Triggers: versions, papers, answers handed in and the kind of a quiz that was sat stay as they are.

A migration that rebuilds these tables installs them again.
"""

from typing import Any

REFUSALS = {
    "courses_version_stays": ("BEFORE UPDATE", "courses_questionversion", ""),
    "courses_version_is_kept": ("BEFORE DELETE", "courses_questionversion", ""),
    "courses_paper_stays": ("BEFORE UPDATE", "courses_attempt", "OLD.paper <> NEW.paper"),
    "courses_attempt_is_kept": ("BEFORE DELETE", "courses_attempt", ""),
    "courses_answer_is_in_time": ("BEFORE INSERT", "courses_answer", "{closed}"),
    "courses_answer_stays": ("BEFORE UPDATE", "courses_answer", "{closed}"),
    "courses_answer_is_kept": ("BEFORE DELETE", "courses_answer", ""),
    "courses_quiz_stays": ("BEFORE UPDATE", "courses_modulepage", "OLD.quiz <> NEW.quiz AND {sat}"),
}
# TRUNCATE asks no trigger of a row, so on PostgreSQL every table whose rows are kept has one of its own; SQLite knows no TRUNCATE.
EMPTYING = {f"{table}_is_not_emptied": ("BEFORE TRUNCATE", table, "") for when, table, _ in REFUSALS.values() if when == "BEFORE DELETE"}
SAT = "EXISTS (SELECT 1 FROM courses_attempt WHERE module_id = OLD.page_ptr_id)"
CLOSED = "EXISTS (SELECT 1 FROM courses_attempt WHERE id = NEW.attempt_id AND submitted_at IS NOT NULL)"


def refusals(vendor: str) -> dict[str, tuple[str, str, str]]:
    """Each trigger of this kind of database by its name: when it is asked, of which table, and on which condition it refuses."""
    return REFUSALS if vendor == "sqlite" else {**REFUSALS, **EMPTYING}


def creating(vendor: str) -> list[str]:
    """The statements that put the guards in place."""
    statements = []
    for name, (when, table, condition) in refusals(vendor).items():
        test = condition.format(closed=CLOSED, sat=SAT)
        if vendor == "sqlite":
            clause = f" WHEN {test}" if test else ""
            statements.append(f"CREATE TRIGGER {name} {when} ON {table}{clause} BEGIN SELECT RAISE(ABORT, '{name}'); END")
            continue
        raising = f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
        body = f"IF {test} THEN {raising} END IF; RETURN NEW;" if test else raising
        statements.append(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        each = "STATEMENT" if name in EMPTYING else "ROW"
        statements.append(f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()")
    return statements


def install(apps: Any, schema_editor: Any) -> None:
    """For a migration's RunPython; repeating it changes nothing."""
    remove(apps, schema_editor)
    for statement in creating(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    for name, (_, table, _) in refusals(schema_editor.connection.vendor).items():
        on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


def standing(connection: Any) -> set[str]:
    """The names of the triggers that are in the database and at work."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}
