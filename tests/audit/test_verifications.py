"""Verifications: asked for by a person or the schedule, carried out by the worker, one at a time."""

from datetime import timedelta

import pytest

from audit import actions, chain, clock, log, tasks, verifications
from audit.models import Entry, Verification

pytestmark = pytest.mark.django_db


def test_what_was_asked_for_is_carried_out_and_is_on_the_record(five, ana):
    asked = verifications.ask(by=ana)
    tasks.verify()

    asked.refresh_from_db()
    assert (asked.count, asked.findings, asked.number, asked.asked_by) == (0, [], 5, str(ana.pk))
    assert asked.ended_at is not None
    assert [entry.actor_id for entry in Entry.objects.filter(action=actions.VERIFICATION_ASKED.name)] == [str(ana.pk)]
    assert log.history(asked).last().detail.facts == {"findings": 0, "last_seal": 5}


def test_while_one_waits_no_other_is_added(five, ana, ben):
    assert verifications.ask(by=ana) == verifications.ask(by=ben) == verifications.ask(by=None)
    assert Verification.objects.count() == 1


def test_one_that_a_worker_is_at_is_left_to_it_and_begun_anew_once_the_worker_must_be_gone(five, ana):
    asked = verifications.ask(by=ana)
    Verification.objects.filter(pk=asked.pk).update(begun_at=clock.now() - timedelta(minutes=59))
    assert verifications.run() is None

    Verification.objects.filter(pk=asked.pk).update(begun_at=clock.now() - timedelta(minutes=61))
    assert verifications.run() == asked


def test_nothing_to_do_is_no_work(five, django_assert_num_queries):
    with django_assert_num_queries(1):
        tasks.verify()


def test_the_nightly_one_needs_nobody_to_ask(five):
    tasks.verify_nightly()

    row = Verification.objects.get()
    assert (row.asked_by, row.count) == ("", 0)
    assert not Entry.objects.filter(action=actions.VERIFICATION_ASKED.name).exists()


def test_of_many_findings_the_first_are_kept_and_the_others_counted(ana, noted, counted, intrude, monkeypatch):
    monkeypatch.setattr(verifications, "KEPT", 3)
    for _ in range(8):
        log.record(noted, ana, by=ana)
    chain.seal()
    intrude("UPDATE audit_entry SET actor_id = '9'")
    monkeypatch.setattr(verifications.log, "record", lambda *args, **facts: None)

    verifications.ask(by=None)
    row = verifications.run()
    assert (row.count, len(row.findings)) == (8, 3)
    assert row.findings[0].startswith("entry ")
