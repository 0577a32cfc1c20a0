"""Each invariant of the texts finds what breaks it."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.invariants import INVARIANTS
from cms import guards, invariants
from cms.models import Clause, Edition, Wording
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
    assert list(invariants.triggers_stand()) == [f"the trigger {name} is gone" for name in sorted(guards.refusals(connection.vendor))]


def test_they_can_be_put_back(unguarded):
    run(guards.creating(connection.vendor))

    assert list(invariants.triggers_stand()) == []


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("table", ["cms_edition", "cms_wording", "cms_clause", "cms_text"])
def test_the_texts_are_not_emptied_at_a_stroke_not_by_way_of_what_they_point_to_either(table):
    cms.texts()
    cms.published()
    rows = [model.objects.count() for model in (Edition, Wording, Clause)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="a table whose rows are kept is not emptied"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")

    assert [model.objects.count() for model in (Edition, Wording, Clause)] == rows


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL can switch a trigger off")
@pytest.mark.parametrize("name", sorted(guards.refusals("postgresql")))
def test_a_guard_that_is_switched_off_is_named_as_one_that_is_gone(name):
    cms.texts()
    _, table, _, _ = guards.refusals("postgresql")[name]
    run(["SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE {table} DISABLE TRIGGER {name}"])

    assert list(invariants.triggers_stand()) == [f"the trigger {name} is gone"]


@pytest.mark.parametrize("clause", ["GP-01", "CE-00.1"])
def test_a_wording_that_is_not_its_editions_to_word_is_found(unguarded, clause):
    draft = cms.draft()
    Wording.objects.create(edition=draft, clause_id=clause, body="Stray.")

    assert list(invariants.wordings_are_at_home()) == [f"edition {draft.pk} words {clause}, which is not its to word, or with no words"]


def test_a_published_edition_with_a_piece_left_over_is_found(unguarded):
    edition = cms.published()
    Edition.objects.filter(pk=edition.pk).update(placement={"unplaced": [{"section": "scope", "position": 210, "body": "Left over."}]})

    assert list(invariants.published_editions_are_whole()) == [f"edition {edition.pk} is published, and a piece of it has no clause"]
