"""What a command says where it cannot go on: a sentence for whoever typed it. Errors of the program itself keep their trace."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, OperationalError

UNMIGRATED = ("no such table", "no such column", "does not exist", "has no column")
UNDONE = "What was not finished was not kept."


def sentence(problem: BaseException) -> str | None:
    """The words for a fault of the surroundings (settings, database, disk), or None for one of the program."""
    if isinstance(problem, ImproperlyConfigured):
        return str(problem)
    if isinstance(problem, DatabaseError | InterfaceError):
        return of_database(problem)
    if isinstance(problem, OSError) and problem.filename is not None:
        return f"{problem.filename}: {problem.strerror}. {UNDONE}"
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.strerror}. {UNDONE}"
    return None


def of_database(problem: Exception) -> str | None:
    """For a database that is not reached, not migrated or full. Any other error in it is the program's, and may tell of a person."""
    said = str(problem).strip().partition("\n")[0]
    if any(words in said for words in UNMIGRATED):
        return f"The database is not what this version needs ({said}). Run first:  manage.py migrate\n{UNDONE}"
    if isinstance(problem, OperationalError | InterfaceError):
        return f"The database cannot be used (DATABASE_URL): {said}\n{UNDONE}"
    return None
