"""Each invariant of the texts finds what breaks it."""

import pytest
from django.db import connection

from audit.invariants import INVARIANTS
from cms import guards, invariants
from cms.models import Edition, Wording
from tests.factories import cms

pytestmark = pytest.mark.django_db
CHECKS = (invariants.wordings_are_at_home, invariants.published_editions_are_whole, invariants.triggers_stand)


@pytest.fixture
def unguarded():
    """The triggers out of the way, as a hand in the database could put them."""
    cms.texts()
    run(guards.dropping(connection.vendor))


def run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_a_sound_database_has_no_findings():
    cms.texts()
    cms.draft()
    cms.published("third")

    assert [list(check()) for check in CHECKS] == [[], [], []]
    assert "Published wording refuses change, and clauses stay what they are" in INVARIANTS


def test_missing_guards_are_named(unguarded):
    assert list(invariants.triggers_stand()) == [f"the trigger {name} is gone" for name in sorted(guards.REFUSALS)]


def test_they_can_be_put_back(unguarded):
    run(guards.creating(connection.vendor))

    assert list(invariants.triggers_stand()) == []


@pytest.mark.parametrize("clause", ["GP-01", "CE-00.1"])
def test_a_wording_that_is_not_its_editions_to_word_is_found(unguarded, clause):
    draft = cms.draft()
    Wording.objects.create(edition=draft, clause_id=clause, body="Stray.")

    assert list(invariants.wordings_are_at_home()) == [f"edition {draft.pk} words {clause}, which is not its to word, or with no words"]


def test_a_published_edition_with_a_piece_left_over_is_found(unguarded):
    edition = cms.published()
    Edition.objects.filter(pk=edition.pk).update(placement={"unplaced": [{"section": "scope", "position": 210, "body": "Left over."}]})

    assert list(invariants.published_editions_are_whole()) == [f"edition {edition.pk} is published, and a piece of it has no clause"]
