"""The list of invariants and its command."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from audit import invariants


def sentences():
    return [sentence for sentence, _ in invariants.broken()]


@pytest.fixture
def listed(monkeypatch):
    monkeypatch.setattr(invariants, "INVARIANTS", dict(invariants.INVARIANTS))


def test_everything_holds_of_an_untouched_ledger(five):
    assert sentences() == []


def test_a_broken_ledger_breaks_its_invariant(five, intrude):
    intrude("UPDATE audit_entry SET actor_id = '9' WHERE id = %s", five[0].pk)

    assert "The ledger is intact" in sentences()


def test_a_trigger_that_is_gone_breaks_its_invariant(db, intrude):
    assert ("The ledger refuses change and removal", "the trigger audit_entry_stays is gone") in list(invariants.broken())


def test_the_command_prints_each_finding_and_ends_with_an_error(five, intrude, capsys):
    intrude("UPDATE audit_entry SET actor_id = '9' WHERE id = %s", five[0].pk)

    with pytest.raises(CommandError):
        call_command("check_invariants")

    assert f"The ledger is intact: entry {five[0].pk} (seal 1) was changed: its actor was" in capsys.readouterr().out


def test_the_command_says_how_many_invariants_hold(five, capsys):
    call_command("check_invariants")

    assert capsys.readouterr().out == f"All {len(invariants.INVARIANTS)} invariants hold.\n"


def test_a_check_that_cannot_run_breaks_its_sentence_and_stops_no_other(db, listed):
    @invariants.invariant("Pigs fly")
    def pigs():
        raise LookupError("a name that must not be shown")

    assert list(invariants.broken()) == [("Pigs fly", "could not be checked: LookupError")]


def test_a_database_that_cannot_be_asked_is_said_once_and_breaks_no_sentence(db, listed):
    @invariants.invariant("Pigs fly")
    def pigs():
        raise OperationalError("no such table: pigs")

    with pytest.raises(OperationalError):
        list(invariants.broken())


def test_a_sentence_is_said_once(listed):
    with pytest.raises(ValueError, match="two invariants say"):
        invariants.invariant("The ledger is intact")(list)
