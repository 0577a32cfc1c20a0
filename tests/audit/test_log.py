"""Writing, reading and forgetting."""

from datetime import date
from uuid import UUID

import pytest

from audit import chain, log
from audit.models import Detail, Entry
from audit.registered import Action, Forget, register


def test_an_entry_says_who_did_what_to_which_row(ana, ben, noted):
    entry = log.record(noted, ben, by=ana, until=date(2028, 5, 3))

    assert (entry.action, entry.subject_kind, entry.subject_id) == ("tests.noted", "accounts.user", str(ben.pk))
    assert (entry.actor_id, entry.about_id) == (str(ana.pk), str(ben.pk))
    assert entry.detail.facts == {"until": "2028-05-03"}


def test_an_entry_holds_no_words_of_its_details(ana, noted):
    entry = log.record(noted, ana, by=None, name="Ana Lima")

    columns = Entry.objects.filter(pk=entry.pk).values_list()[0]
    assert not any("Ana" in str(column) for column in columns)
    assert entry.actor_id == ""


def test_the_same_details_twice_have_two_digests(ana, noted):
    first, second = (log.record(noted, ana, by=ana, name="Ana") for _ in range(2))

    assert first.detail_digest != second.detail_digest


def test_an_action_outside_the_closed_list_is_refused(ana):
    with pytest.raises(ValueError, match="not on the list"):
        log.record(Action("tests.invented", "", Forget.KEEP), ana, by=ana)

    assert not Entry.objects.exists()


def test_an_action_that_only_bears_a_listed_name_is_refused(ana, noted):
    with pytest.raises(ValueError, match="not on the list"):
        log.record(Action(noted.name, "", Forget.KEEP), ana, by=ana)


def test_details_that_may_be_forgotten_must_say_whom_they_are_about(ana, noted, counted):
    with pytest.raises(ValueError, match="whom its details are about"):
        log.record(noted, Entry(pk=77), by=ana, name="Ben")

    assert not Entry.objects.exists()
    assert log.record(counted, Entry(pk=77), by=ana).about_id == ""


def test_a_name_cannot_be_registered_twice(noted):
    with pytest.raises(ValueError, match="registered twice"):
        register(noted.name, "", forget=Forget.KEEP)


def test_a_row_among_the_facts_is_refused_because_its_text_may_name_somebody(ana, noted):
    with pytest.raises(TypeError, match="give its id"):
        log.record(noted, ana, by=ana, holder=ana)

    assert not Entry.objects.exists()


def test_details_read_back_from_the_database_still_fit_their_digest(ana, noted):
    facts = {"share": 0.1, "large": 1e22, "whole": 3.0, "id": UUID(int=7), "text": "Zoë \u200c 名", "none": None, "list": [True, 1]}
    log.record(noted, ana, by=ana, **facts)
    chain.seal()

    assert list(log.verify()) == []


def test_recording_takes_two_statements(ana, noted, django_assert_num_queries):
    with django_assert_num_queries(2):
        log.record(noted, ana, by=ana, name="Ana")


def test_several_entries_take_two_statements_and_keep_their_order(ana, ben, noted, counted, django_assert_num_queries):
    with django_assert_num_queries(2):
        log.write(log.note(noted, ana, by=ben, name="Ana"), log.note(counted, Entry(pk=77), by=ana, turn=2), log.note(noted, ben, by=None))
    chain.seal()

    told = [(entry.subject_id, entry.actor_id, entry.detail.facts) for entry in Entry.objects.order_by("pk")]
    assert told == [(str(ana.pk), str(ben.pk), {"name": "Ana"}), ("77", str(ana.pk), {"turn": 2}), (str(ben.pk), "", {})]
    assert list(log.verify()) == []
    assert len(set(Detail.objects.values_list("salt", flat=True))) == 3


def test_a_note_adds_nothing_before_it_is_written(ana, noted):
    log.note(noted, ana, by=ana)

    assert not Entry.objects.exists()


def test_the_history_of_a_row_is_read_in_one_statement(five, ana, django_assert_num_queries):
    with django_assert_num_queries(1):
        turns = [entry.detail.facts["turn"] for entry in log.history(ana)]

    assert turns == [1, 2, 3, 4, 5]


def test_a_forgotten_person_leaves_entries_without_details_and_the_chain_verifies(five, ana):
    assert log.forget(ana) == 5
    chain.seal()

    assert set(Detail.objects.filter(entry__in=five).values_list("salt", flat=True)) == {""}
    assert all(detail.facts == {} and detail.forgotten_at for detail in Detail.objects.filter(entry__in=five))
    assert Entry.objects.filter(pk__in=[entry.pk for entry in five]).count() == 5
    assert list(log.verify()) == []


def test_forgetting_is_itself_on_the_record(five, ana, ben):
    log.forget(ana, by=ben)

    last = log.history(ana).last()
    assert (last.action, last.actor_id, last.detail.facts) == ("audit.details_forgotten", str(ben.pk), {"details": 5})


def test_forgetting_twice_empties_nothing_more(five, ana):
    log.forget(ana)

    assert log.forget(ana) == 0


def test_details_of_an_action_that_keeps_them_are_kept(ana, counted):
    entry = log.record(counted, ana, by=ana, attempts=3)
    log.forget(ana)

    assert Detail.objects.get(entry=entry).facts == {"attempts": 3}


def test_what_was_done_to_somebody_else_is_forgotten_with_that_person_and_not_with_the_clerk(ana, ben, noted):
    entry = log.record(noted, Entry(pk=77), by=ana, about=ben, name="Ben")

    log.forget(ana)
    assert Detail.objects.get(entry=entry).facts == {"name": "Ben"}

    log.forget(ben)
    assert Detail.objects.get(entry=entry).facts == {}


def test_forgetting_one_person_leaves_the_others(five, ana, ben, noted):
    entry = log.record(noted, ben, by=ben, name="Ben")
    log.forget(ana)

    assert Detail.objects.get(entry=entry).facts == {"name": "Ben"}
