"""The one door for words: sealed when they are written, on the record when they are read, gone when the key is."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from audit import clock, log
from audit.models import Entry
from complaints import actions, crypto, papers
from complaints.facts import PaperKind, Party, Purpose
from complaints.models import CaseKey, Erasure, Evidence, Paper
from complaints.receipts import find, issue
from outbox.models import OutboxMessage
from tests.complaints.unguarded import unguarded
from tests.factories.accounts import StaffFactory
from tests.factories.complaints import STORY, CaseFactory, case_with_story

pytestmark = pytest.mark.django_db


def raw(paper):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM complaints_paper WHERE id = %s", [paper.pk])
        return bytes(cursor.fetchone()[0])


def put(paper, sealed):
    with unguarded():
        Paper.objects.filter(pk=paper.pk).update(sealed=sealed)
    paper.refresh_from_db()


def test_words_are_kept_sealed_and_read_as_they_were_written():
    case, paper = case_with_story("Grüße, 手紙 — and a\nsecond line")

    assert "手紙".encode() not in raw(paper)
    assert papers.read_for_machine([Paper.objects.get(pk=paper.pk)]) == ["Grüße, 手紙 — and a\nsecond line"]
    assert CaseKey.objects.get(case=case).version == crypto.current()


def test_all_papers_of_a_case_have_one_key_and_no_two_cases_the_same():
    one, _ = case_with_story()
    papers.write(one, PaperKind.NOTE, "A note", by=StaffFactory())
    other, _ = case_with_story()

    assert CaseKey.objects.count() == 2
    assert papers.key_of(one) != papers.key_of(other)


def test_who_reads_stands_in_the_ledger_with_ids_and_no_word():
    case, paper = case_with_story()
    reader = StaffFactory()

    assert papers.read(paper, by=reader, why=Purpose.TRIAGE) == STORY

    (entry,) = log.history(case).filter(action="audit.read")
    assert (entry.actor_id, entry.subject_id) == (str(reader.pk), str(case.pk))
    assert entry.detail.facts == {"why": "triage", "papers": [str(paper.uid)]}


def test_what_is_shown_at_a_time_is_one_entry():
    case, paper = case_with_story()
    note = papers.write(case, PaperKind.NOTE, "A note", by=StaffFactory())

    assert papers.read_all([note, paper], by=StaffFactory(), why=Purpose.REVIEW) == ["A note", STORY]
    assert papers.read_all([], by=StaffFactory(), why=Purpose.REVIEW) == []
    assert Entry.objects.filter(action="audit.read").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_reading_asks_as_many_statements_for_one_paper_as_for_three(count, django_assert_num_queries):
    case, _ = case_with_story()
    shown = [papers.write(case, PaperKind.NOTE, "A note", by=None) for _ in range(count)]
    reader = StaffFactory()

    with django_assert_num_queries(3):
        papers.read_all(shown, by=reader, why=Purpose.REVIEW)


def test_papers_of_two_cases_are_not_read_as_one():
    shown = [case_with_story()[1], case_with_story()[1]]

    with pytest.raises(ValueError, match="unpack"):
        papers.read_all(shown, by=StaffFactory(), why=Purpose.REVIEW)
    assert not Entry.objects.filter(action="audit.read").exists()


def test_what_the_system_reads_for_itself_is_no_entry():
    _, paper = case_with_story()

    papers.read_for_machine([paper])

    assert not Entry.objects.filter(action="audit.read").exists()


def test_a_reading_that_fails_is_on_the_record_all_the_same():
    case, paper = case_with_story()
    put(paper, raw(paper)[:-1] + bytes([raw(paper)[-1] ^ 1]))

    with pytest.raises(crypto.Unopened) as found:
        papers.read(paper, by=StaffFactory(), why=Purpose.TRIAGE)

    assert str(paper.uid) not in str(found.value)
    assert log.history(case).filter(action="audit.read").count() == 1


def test_words_moved_to_another_row_or_case_do_not_open():
    case, paper = case_with_story()
    beside = papers.write(case, PaperKind.NOTE, "A note", by=None)
    _, elsewhere = case_with_story()

    for target in (beside, elsewhere):
        put(target, raw(paper))
        with pytest.raises(crypto.Unopened):
            papers.read_for_machine([target])


def test_a_key_moved_to_another_case_does_not_open_its_words():
    case, _ = case_with_story()
    other, paper = case_with_story()
    held = CaseKey.objects.get(case=case)

    CaseKey.objects.filter(case=other).update(wrapped=held.wrapped, version=held.version)

    with pytest.raises(crypto.Unopened):
        papers.read_for_machine([paper])


def test_a_process_without_the_keys_reads_and_writes_nothing(settings):
    case, paper = case_with_story()
    settings.CASE_KEYS = ""

    with pytest.raises(crypto.LostKey):
        papers.read_for_machine([paper])
    with pytest.raises(crypto.LostKey):
        papers.write(case, PaperKind.NOTE, "x", by=None)
    with pytest.raises(crypto.LostKey):
        papers.write(CaseFactory(), PaperKind.NOTE, "x", by=None)
    assert Paper.objects.count() == 1


def test_a_paper_tells_whose_words_they_are_and_of_what():
    step = uuid4()
    paper = papers.write(CaseFactory(), PaperKind.STEP_VALUES, json.dumps({"a": 1}), by=StaffFactory(), of=step)

    found = Paper.objects.get(of=step)
    assert (found, found.party, found.kind) == (paper, Party.OFFICE.value, "step_values")


def test_whoever_complained_reads_what_is_theirs_and_on_no_record():
    case, paper = case_with_story()
    receipt = find(issue(case, by=None, at=clock.now()), on=clock.today())

    assert papers.read_for_complainant([paper], receipt=receipt) == [STORY]
    assert not Entry.objects.filter(action="audit.read").exists()


def test_whoever_complained_reads_nothing_of_the_office_the_coach_or_another_case():
    case, _ = case_with_story()
    receipt = find(issue(case, by=None, at=clock.now()), on=clock.today())
    others = [
        papers.write(case, PaperKind.NOTE, "A note", by=None),
        papers.write(case, PaperKind.RESPONSE, "An answer", by=None, party=Party.RESPONDENT),
        case_with_story()[1],
    ]

    for paper in others:
        with pytest.raises(papers.NotYours):
            papers.read_for_complainant([paper], receipt=receipt)


def test_an_erased_case_is_read_by_nobody_and_takes_nothing_more():
    case, paper = case_with_story()
    receipt = find(issue(case, by=None, at=clock.now()), on=clock.today())
    office, at = StaffFactory(), clock.now()

    assert papers.destroy_key(case, by=office, at=at)

    paper = Paper.objects.get(pk=paper.pk)
    attempts = [
        lambda: papers.read(paper, by=office, why=Purpose.REVIEW),
        lambda: papers.read_for_machine([paper]),
        lambda: papers.read_for_complainant([paper], receipt=receipt),
        lambda: papers.write(case, PaperKind.NOTE, "x", by=office),
        lambda: papers.key_of(case),
    ]
    for attempt in attempts:
        with pytest.raises(papers.Erased):
            attempt()
    held = CaseKey.objects.get(case=case)
    assert (held.wrapped, held.version, held.destroyed_at) == (None, "", at)
    assert papers.is_erased(case)


def test_of_an_erased_case_the_tombstone_is_left_and_the_list_of_erasures_knows_it():
    case, _ = case_with_story()
    office = StaffFactory()

    papers.destroy_key(case, by=office, at=clock.now())

    assert Paper.objects.filter(case=case, kind="narrative", sealed=None).count() == 1
    assert Erasure.objects.get().case_uid == case.uid
    (entry,) = log.history(case).filter(action=actions.KEY_DESTROYED.name)
    assert (entry.actor_id, entry.detail.facts) == (str(office.pk), {})
    assert sorted(OutboxMessage.objects.values_list("kind", "subject_id")) == [
        ("complaints.list_erasure", str(case.uid)),
        ("complaints.remove_files", str(case.uid)),
    ]


def test_erasing_twice_is_erasing_once():
    case, _ = case_with_story()
    papers.destroy_key(case, by=None, at=clock.now())

    assert not papers.destroy_key(case, by=None, at=clock.now() + timedelta(days=1))
    assert Erasure.objects.count() == log.history(case).filter(action=actions.KEY_DESTROYED.name).count() == 1


def test_a_case_in_which_nothing_was_told_can_be_erased_too():
    case = CaseFactory()

    assert papers.destroy_key(case, by=None, at=clock.now())
    with pytest.raises(papers.Erased):
        papers.write(case, PaperKind.NOTE, "x", by=None)


def test_erasing_one_case_leaves_the_others():
    case, _ = case_with_story()
    _, other = case_with_story()

    papers.destroy_key(case, by=None, at=clock.now())

    assert papers.read_for_machine([other]) == [STORY]
    assert not Evidence.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="looks into SQLite's own file")
@pytest.mark.django_db(transaction=True)
def test_on_sqlite_the_wrapped_key_is_not_left_in_the_file():
    case, _ = case_with_story()
    wrapped = bytes(CaseKey.objects.get(case=case).wrapped)

    def file():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(connection.settings_dict["NAME"], "rb") as database:
            return database.read()

    assert wrapped in file()
    papers.destroy_key(case, by=None, at=clock.now())
    assert wrapped not in file()
