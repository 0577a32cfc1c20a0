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
SAT = "EXISTS (SELECT 1 FROM courses_attempt WHERE module_id = OLD.page_ptr_id)"
CLOSED = "EXISTS (SELECT 1 FROM courses_attempt WHERE id = NEW.attempt_id AND submitted_at IS NOT NULL)"


def creating(vendor: str) -> list[str]:
    """The statements that put the guards in place."""
    statements = []
    for name, (when, table, condition) in REFUSALS.items():
        test = condition.format(closed=CLOSED, sat=SAT)
        if vendor == "sqlite":
            clause = f" WHEN {test}" if test else ""
            statements.append(f"CREATE TRIGGER {name} {when} ON {table}{clause} BEGIN SELECT RAISE(ABORT, '{name}'); END")
            continue
        raising = f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
        body = f"IF {test} THEN {raising} END IF; RETURN NEW;" if test else raising
        statements.append(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        statements.append(f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    return statements


def install(apps: Any, schema_editor: Any) -> None:
    """For a migration's RunPython; repeating it changes nothing."""
    remove(apps, schema_editor)
    for statement in creating(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the guards away, before a migration rewrites the tables."""
    for name, (_, table, _) in REFUSALS.items():
        on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)
