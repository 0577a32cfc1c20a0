"""Triggers that keep published wording as it was published, and clauses what they are. A migration that rebuilds these tables
installs them again."""

from typing import Any

FROZEN = "text_id", "name", "slug", "state", "in_force_on", "weight", "demonstration"
WORDING = "the wording of a published edition is frozen"
ELSEWHERE = "a wording belongs to a clause of the text of its edition, and not to a teaching claim"
PUBLISHED = "EXISTS (SELECT 1 FROM cms_edition e WHERE e.id IN ({rows}) AND e.state = 'published')"
FOREIGN = (
    "EXISTS (SELECT 1 FROM cms_edition e, cms_clause c WHERE e.id = NEW.edition_id AND c.id = NEW.clause_id "
    "AND (c.text_id <> e.text_id OR c.cites_id IS NOT NULL))"
)
CHANGED = "(" + " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FROZEN) + ")"

# name: (event, table, condition, words)
REFUSALS = {
    "cms_wording_added": ("INSERT", "cms_wording", PUBLISHED.format(rows="NEW.edition_id"), WORDING),
    "cms_wording_changed": ("UPDATE", "cms_wording", PUBLISHED.format(rows="OLD.edition_id, NEW.edition_id"), WORDING),
    "cms_wording_removed": ("DELETE", "cms_wording", PUBLISHED.format(rows="OLD.edition_id"), WORDING),
    "cms_wording_of_its_text": ("INSERT", "cms_wording", FOREIGN, ELSEWHERE),
    "cms_wording_stays_in_its_text": ("UPDATE", "cms_wording", FOREIGN, ELSEWHERE),
    "cms_edition_changed": ("UPDATE", "cms_edition", f"OLD.state = 'published' AND {CHANGED}", "a published edition is frozen"),
    "cms_edition_stays_in_its_text": ("UPDATE", "cms_edition", "OLD.text_id <> NEW.text_id", "an edition stays with its text"),
    "cms_edition_removed": ("DELETE", "cms_edition", "OLD.state = 'published'", "a published edition is kept"),
    "cms_clause_renamed": ("UPDATE", "cms_clause", "OLD.id <> NEW.id", "the id of a clause never changes"),
    "cms_clause_stays_in_its_text": ("UPDATE", "cms_clause", "OLD.text_id <> NEW.text_id", "a clause stays in its text"),
    "cms_clause_removed": ("DELETE", "cms_clause", "", "a clause is kept, so that its id is never given again"),
}
# TRUNCATE asks no trigger of a row, so on PostgreSQL every table whose rows are kept has one of its own; SQLite knows no TRUNCATE.
EMPTYING = {
    f"{table}_is_not_emptied": ("TRUNCATE", table, "", "a table whose rows are kept is not emptied")
    for event, table, _, _ in REFUSALS.values()
    if event == "DELETE"
}


def refusals(vendor: str) -> dict[str, tuple[str, str, str, str]]:
    """Each trigger of this kind of database by its name: the event, the table, the condition on which it refuses, and its words."""
    return REFUSALS if vendor == "sqlite" else {**REFUSALS, **EMPTYING}


def creating(vendor: str) -> list[str]:
    """The statements that put the guards in place."""
    statements = []
    for name, (event, table, condition, words) in refusals(vendor).items():
        if vendor == "sqlite":
            when = f"WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')} " if condition else ""
            statements.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
            continue
        refusing = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
        body = f"IF {condition} THEN {refusing} END IF;" if condition else refusing
        row = "OLD" if event == "DELETE" else "NEW"
        each = "STATEMENT" if event == "TRUNCATE" else "ROW"
        statements.append(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN {row}; END $$")
        statements.append(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()")
    return statements


def dropping(vendor: str) -> list[str]:
    """The statements that take the guards away."""
    on = "" if vendor == "sqlite" else " ON {table}"
    return [f"DROP TRIGGER IF EXISTS {name}{on.format(table=table)}" for name, (_, table, _, _) in refusals(vendor).items()]


def standing(connection: Any) -> set[str]:
    """The names of the triggers that are in the database and at work."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def install(apps: Any, schema_editor: Any) -> None:
    """For a migration's RunPython; repeating it changes nothing."""
    vendor = schema_editor.connection.vendor
    for statement in [*dropping(vendor), *creating(vendor)]:
        schema_editor.execute(statement, params=None)
