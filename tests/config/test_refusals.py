"""What a command says where settings, database or disk are in its way."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError, ProgrammingError

from config import refusals


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ImproperlyConfigured("this and that"), "this and that"),
        (OperationalError("no such table: audit_seal"), "manage.py migrate"),
        (ProgrammingError('relation "audit_seal" does not exist\nLINE 1: …'), "manage.py migrate"),
        (
            OperationalError("attempt to write a readonly database"),
            "The database cannot be used (DATABASE_URL): attempt to write a readonly database",
        ),
        (OperationalError("database or disk is full"), "The database cannot be used (DATABASE_URL): database or disk is full"),
        (PermissionError(13, "Permission denied", "/srv/file"), "/srv/file: Permission denied. What was not finished was not kept."),
        (OSError(28, "No space left on device"), "No space left on device. What was not finished was not kept."),
    ],
)
def test_faults_of_the_surroundings_have_words(problem, words):
    assert words in refusals.sentence(problem)


@pytest.mark.parametrize("problem", [KeyError("x"), ValueError("x"), OSError("x"), IntegrityError("UNIQUE constraint failed")])
def test_faults_of_the_program_keep_their_trace(problem):
    assert refusals.sentence(problem) is None
