"""The triggers: what is sealed changes in the one way that it may, on either engine. Each attempt stands in its own savepoint."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit import clock
from audit.invariants import broken
from complaints import guards, papers, receipts
from complaints.facts import Party
from complaints.models import CaseKey, Erasure, Evidence, Paper, Receipt
from tests.complaints.unguarded import unguarded
from tests.factories.complaints import case_with_story

pytestmark = pytest.mark.django_db


def refused(sql):
    with pytest.raises(IntegrityError, match="complaints_"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def evidence(case, **fields):
    return Evidence.objects.create(
        case=case, party=Party.COMPLAINANT.value, sealed_name=b"n", sealed_digest=b"d", size=1, **{"state": "pending", **fields}
    )


@pytest.fixture
def case():
    case, _ = case_with_story()
    receipts.issue(case, by=None, at=clock.now())
    evidence(case)
    evidence(case, state="accepted")
    evidence(case, state="accepted", disclosed_on="2031-01-01", relied_on="2031-01-02")
    return case


@pytest.mark.parametrize(
    "change",
    [
        "complaints_paper SET sealed = NULL",
        "complaints_paper SET sealed = 'x'" if connection.vendor == "sqlite" else "complaints_paper SET sealed = 'x'::bytea",
        "complaints_paper SET kind = 'note'",
        "complaints_paper SET party = 'office'",
        "complaints_paper SET case_id = case_id + 1",
        "complaints_paper SET made_at = CURRENT_TIMESTAMP",
        "complaints_casekey SET case_id = case_id + 1",
        "complaints_casekey SET made_at = CURRENT_TIMESTAMP",
        "complaints_receipt SET mac = 'x'",
        "complaints_receipt SET case_id = case_id + 1",
        "complaints_evidence SET sealed_name = NULL",
        "complaints_evidence SET sealed_digest = NULL",
        "complaints_evidence SET size = 2",
        "complaints_evidence SET party = 'office'",
        "complaints_evidence SET state = 'pending' WHERE state = 'accepted'",
        "complaints_evidence SET state = 'refused', refused_for = 'size' WHERE disclosed_on IS NULL AND state = 'accepted'",
        "complaints_evidence SET disclosed_on = '2031-02-02' WHERE disclosed_on IS NOT NULL",
        "complaints_evidence SET relied_on = NULL WHERE relied_on IS NOT NULL",
    ],
)
def test_what_was_written_stays(case, change):
    refused(f"UPDATE {change}")


@pytest.mark.parametrize("table", list(guards.MAY_CHANGE))
def test_no_row_is_removed(case, table):
    Erasure.objects.create(case_uid=case.uid, erased_at=clock.now())

    refused(f"DELETE FROM {table}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has REPLACE")
@pytest.mark.parametrize("table", list(guards.MAY_CHANGE))
def test_no_row_is_replaced(case, table):
    Erasure.objects.create(case_uid=case.uid, erased_at=clock.now())

    refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("table", list(guards.MAY_CHANGE))
def test_nothing_can_be_emptied_at_a_stroke(case, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    refused(f"TRUNCATE {table} CASCADE")


def test_a_destroyed_key_does_not_come_back(case):
    wrapped = CaseKey.objects.get(case=case)
    papers.destroy_key(case, by=None, at=clock.now())

    for change in ({"wrapped": wrapped.wrapped, "version": wrapped.version, "destroyed_at": None}, {"destroyed_at": clock.now()}):
        with pytest.raises(IntegrityError, match="complaints_casekey_stays"), transaction.atomic():
            CaseKey.objects.filter(case=case).update(**change)


def test_words_of_an_erased_case_do_not_come_back(case):
    sealed = Paper.objects.get(case=case).sealed
    papers.destroy_key(case, by=None, at=clock.now())

    with pytest.raises(IntegrityError, match="complaints_paper_stays"), transaction.atomic():
        Paper.objects.filter(case=case).update(sealed=sealed)
    with pytest.raises(IntegrityError, match="complaints_evidence_stays"), transaction.atomic():
        Evidence.objects.filter(case=case).update(sealed_name=b"n")
    assert not Evidence.objects.exclude(sealed_name=None).exists()


def test_a_replaced_code_does_not_come_back(case):
    receipts.replace(Receipt.objects.get(case=case), at=clock.now())

    with pytest.raises(IntegrityError, match="complaints_receipt_stays"), transaction.atomic():
        Receipt.objects.exclude(replaced_at=None).update(replaced_at=None)


def test_a_line_of_the_list_of_erasures_stays(case):
    papers.destroy_key(case, by=None, at=clock.now())

    refused("UPDATE complaints_erasure SET erased_at = CURRENT_TIMESTAMP")


@pytest.mark.parametrize(
    "fields",
    [
        {"wrapped": None},
        {"version": ""},
        {"wrapped": b"x", "version": "", "destroyed_at": "2031-01-01T00:00:00Z"},
        {"wrapped": None, "version": "abc", "destroyed_at": "2031-01-01T00:00:00Z"},
    ],
)
def test_a_key_is_there_or_destroyed(case, fields):
    with pytest.raises(IntegrityError, match="a_key_is_there_or_destroyed"), transaction.atomic():
        CaseKey.objects.filter(case=case).update(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "refused"}, "a_refused_file_says_why"),
        ({"state": "accepted", "refused_for": "size"}, "a_refused_file_says_why"),
        ({"state": "refused", "refused_for": "size", "disclosed_on": "2031-01-01"}, "a_refused_file_is_shown_to_nobody"),
        ({"state": "lost"}, "a_file_stands_in_a_known_state"),
    ],
)
def test_a_file_stands_as_it_may(case, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        evidence(case, **fields)


def test_one_code_of_a_case_opens(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        receipts.issue(case, by=None, at=clock.now())


def findings(sentence):
    return [finding for said, finding in broken() if said == sentence]


SEALED = "Whoever reads the words of a case needs its key, and of an erased case nothing is left"


def test_a_guard_that_is_gone_is_found():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER complaints_paper_stays" + ("" if connection.vendor == "sqlite" else " ON complaints_paper"))

    assert findings("What is sealed refuses change and removal") == ["the trigger complaints_paper_stays is gone"]


def test_nothing_is_found_where_nothing_is_wrong(case):
    papers.destroy_key(case_with_story()[0], by=None, at=clock.now())

    assert not [finding for said, finding in broken() if "sealed" in said or "erased" in said]


def test_words_without_a_key_are_found(case):
    with unguarded():
        CaseKey.objects.filter(case=case).delete()

    pk = Paper.objects.get().pk
    assert f"paper {pk} belongs to a case without a key" in findings(SEALED)
    assert any(finding.startswith("evidence") and "belongs to a case without a key" in finding for finding in findings(SEALED))


def test_words_and_names_that_outlived_their_key_are_found(case):
    with unguarded():
        CaseKey.objects.filter(case=case).update(wrapped=None, version="", destroyed_at=clock.now())

    files = Evidence.objects.values_list("pk", flat=True)
    assert set(findings(SEALED)) == {
        f"paper {Paper.objects.get().pk} of an erased case still has its words",
        *(f"file {pk} of an erased case still has its name" for pk in files),
        f"case {case.pk} was erased and is not on the list of erasures",
    }


def test_a_case_that_a_restored_backup_opens_again_is_found(case):
    Erasure.objects.create(case_uid=case.uid, erased_at=clock.now())

    assert findings(SEALED) == [f"case {case.pk} is on the list of erasures and has a key: run manage.py replay_erasures"]


def test_an_erased_state_with_a_key_is_found(case):
    type(case).objects.filter(pk=case.pk).update(state="ERASED")

    assert findings("A case that was erased has no key") == [f"case {case.pk} is erased, and its key is there"]
