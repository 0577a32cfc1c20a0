"""What an intruder with the whole database in hand can do, and what the walk says of it."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import anchors, chain, clock, guards, log, verification
from audit.facts import Anchor
from audit.models import Detail, Entry, Seal

LONG_AGO = "2020-01-01 00:00:00+00:00" if connection.vendor == "postgresql" else "2020-01-01 00:00:00"


def found(anchor=None):
    return list(log.verify(anchor))


def made_anew(first, entry, last):
    words = "the chain was made anew without the key, or everything since was changed"
    return f"from seal {first} (entry {entry.pk}) to seal {last}, the last, no code fits: {words}"


def changed(entry):
    return f"entry {entry.pk} (seal {entry.seal.number}) was changed, or was sealed without the key"


@pytest.fixture
def third(five):
    return five[2]


def test_an_untouched_ledger_has_no_findings(five):
    assert found() == []


def test_an_empty_ledger_has_no_findings(db):
    assert found() == []


@pytest.mark.parametrize("column", ["action", "subject_kind", "subject_id", "about_id", "detail_digest"])
def test_a_changed_column_is_found(third, intrude, column):
    intrude(f"UPDATE audit_entry SET {column} = '9' WHERE id = %s", third.pk)

    assert found()[0] == changed(third)


def test_a_back_dated_entry_is_found(third, intrude):
    intrude("UPDATE audit_entry SET at = %s WHERE id = %s", LONG_AGO, third.pk)

    assert found() == [changed(third)]


def test_a_back_dated_seal_is_found(third, intrude):
    intrude("UPDATE audit_seal SET sealed_at = %s WHERE entry_id = %s", LONG_AGO, third.pk)

    assert found() == [changed(third)]


def test_two_swapped_entries_are_found(five, third, intrude):
    fourth = five[3]
    one, two = Entry.objects.filter(pk__in=[third.pk, fourth.pk]).order_by("pk").values_list("detail_digest", flat=True)
    intrude("UPDATE audit_entry SET detail_digest = %s WHERE id = %s", two, third.pk)
    intrude("UPDATE audit_entry SET detail_digest = %s WHERE id = %s", one, fourth.pk)

    assert found()[0] == f"entries {third.pk} and {fourth.pk} (seals 3 and 4) changed places, or what they say did"


def test_seals_that_were_exchanged_are_found(five, third, intrude):
    intrude("UPDATE audit_seal SET entry_id = -1 WHERE number = 3")
    intrude("UPDATE audit_seal SET entry_id = %s WHERE number = 4", third.pk)
    intrude("UPDATE audit_seal SET entry_id = %s WHERE number = 3", five[3].pk)

    assert found() == [f"entries {five[3].pk} and {third.pk} (seals 3 and 4) changed places, or what they say did"]


def test_a_renumbered_entry_is_found(third, intrude):
    intrude("UPDATE audit_entry SET id = 9000 WHERE id = %s", third.pk)
    intrude("UPDATE audit_detail SET entry_id = 9000 WHERE entry_id = %s", third.pk)
    intrude("UPDATE audit_seal SET entry_id = 9000 WHERE entry_id = %s", third.pk)

    assert found() == ["entry 9000 (seal 3) was changed, or was sealed without the key"]


def test_a_renumbered_seal_is_found(five, intrude):
    intrude("UPDATE audit_seal SET number = 50 WHERE number = 5")

    assert found()[0] == "before seal 50: 45 of the seals are missing"


def test_a_removed_entry_is_found_by_the_seal_it_leaves(third, intrude):
    intrude("DELETE FROM audit_detail WHERE entry_id = %s", third.pk)
    intrude("DELETE FROM audit_entry WHERE id = %s", third.pk)

    assert found() == [f"entry {third.pk} (seal 3) is missing"]


def test_an_entry_removed_with_its_seal_is_found_by_the_gap(third, intrude):
    for table, column in [("audit_detail", "entry_id"), ("audit_seal", "entry_id"), ("audit_entry", "id")]:
        intrude(f"DELETE FROM {table} WHERE {column} = %s", third.pk)

    assert found() == ["before seal 4: 1 of the seals are missing"]


def test_a_gap_that_was_closed_by_renumbering_is_found(third, intrude):
    for table, column in [("audit_detail", "entry_id"), ("audit_seal", "entry_id"), ("audit_entry", "id")]:
        intrude(f"DELETE FROM {table} WHERE {column} = %s", third.pk)
    intrude("UPDATE audit_seal SET number = 3 WHERE number = 4")
    intrude("UPDATE audit_seal SET number = 4 WHERE number = 5")

    assert found() == ["before seal 3: 1 of the seals were removed, and the rest was numbered anew"]


def test_a_lifted_seal_is_found(third, intrude):
    intrude("DELETE FROM audit_seal WHERE entry_id = %s", third.pk)

    assert "before seal 4: 1 of the seals are missing" in found()
    assert f"entry {third.pk} of {third.at.isoformat()} is not sealed" in found()


def test_a_chain_made_anew_without_the_key_is_found_at_its_first_entry(five, intrude, settings):
    kept, settings.LEDGER_KEY = settings.LEDGER_KEY, "guessed"
    intrude("DELETE FROM audit_seal")
    intrude("INSERT INTO audit_unsealed SELECT id FROM audit_entry")
    chain.seal()
    assert found() == []
    settings.LEDGER_KEY = kept

    assert found() == [made_anew(1, five[0], 5)]


@pytest.fixture
def under(ana, noted, settings):
    """Seals so many more entries under a LEDGER_KEY, which stays."""

    def seal(keys, entries):
        settings.LEDGER_KEY = keys
        for turn in range(entries):
            log.record(noted, ana, by=ana, turn=turn)
        chain.seal()

    return seal


def test_a_ledger_whose_key_was_replaced_twice_verifies_under_all_its_keys(under):
    under("first", 2)
    under("second,first", 2)
    under("third, second, first", 2)

    assert found() == []


def test_a_ledger_whose_key_was_replaced_without_a_new_entry_verifies(under, settings):
    under("first", 2)
    settings.LEDGER_KEY = "second,first"

    assert found() == []


def test_entries_sealed_under_a_key_that_was_thrown_away_are_found(under):
    under("first", 2)
    under("second", 1)

    assert found() == [changed(entry) for entry in Entry.objects.order_by("pk")[:2]]


def test_a_key_that_was_replaced_seals_nothing_any_more(under, settings):
    """Whoever learned the old key cannot go on with it."""
    under("first", 1)
    under("second,first", 1)
    under("first", 1)
    settings.LEDGER_KEY = "second,first"

    assert found() == [changed(Entry.objects.latest("pk"))]


def test_changed_details_are_found(third, intrude):
    intrude("UPDATE audit_detail SET facts = %s WHERE entry_id = %s", json.dumps({"name": "Eve", "turn": 3}), third.pk)

    assert found() == [f"the details of entry {third.pk} were changed"]


def test_removed_details_are_found(third, intrude):
    intrude("DELETE FROM audit_detail WHERE entry_id = %s", third.pk)

    assert found() == [f"the details of entry {third.pk} are missing"]


def test_details_emptied_without_a_forgetting_on_record_are_found(third):
    Detail.objects.filter(entry=third).update(facts={}, salt="", forgotten_at=clock.now())

    assert found() == [f"the details of entry {third.pk} were emptied, and no forgetting on record says so"]


def test_details_that_must_be_kept_and_were_emptied_are_found(ana, counted):
    entry = log.record(counted, ana, by=ana, attempts=3)
    Detail.objects.filter(entry=entry).update(facts={}, salt="", forgotten_at=clock.now())
    log.forget(ana)
    chain.seal()

    assert found() == [f"the details of entry {entry.pk} were emptied, and no forgetting on record says so"]


def test_details_written_back_after_a_forgetting_are_found(five, ana, third, request):
    log.forget(ana)
    chain.seal()
    intrude = request.getfixturevalue("intrude")
    intrude("UPDATE audit_detail SET facts = %s WHERE entry_id = %s", json.dumps({"name": "Ana"}), third.pk)

    assert found() == [f"the details of entry {third.pk} are marked as forgotten, but are not empty"]


def test_an_entry_of_an_action_nobody_registered_is_found(ana):
    entry = Entry.objects.create(action="tests.invented", subject_kind="x", subject_id="1", detail_digest="0" * 64)
    chain.seal()

    assert f"entry {entry.pk} has an action that is not on the list" in found()


def test_an_entry_that_waits_for_more_than_a_minute_is_reported(ana, noted, time_machine):
    time_machine.move_to("2026-11-23T12:00:00Z")
    entry = log.record(noted, ana, by=ana)

    time_machine.move_to("2026-11-23T12:00:59Z")
    assert found() == []

    time_machine.move_to("2026-11-23T12:01:01Z")
    assert found() == [f"entry {entry.pk} of 2026-11-23T12:00:00+00:00 is not sealed"]


def test_an_entry_that_no_sealing_step_will_find_is_reported_at_once(ana, noted, intrude):
    """The intruder took the triggers away: the new entry does not wait for a seal."""
    entry = log.record(noted, ana, by=ana)

    assert found() == [f"entry {entry.pk} of {entry.at.isoformat()} is not sealed"]


def test_an_entry_dated_before_a_sealing_step_that_did_not_see_it_is_found(ana, noted, settings, time_machine):
    settings.DEMO_CLOCK_FILE = None
    for day in ("2026-11-20", "2026-11-21"):
        time_machine.move_to(f"{day}T12:00:00Z")
        log.record(noted, ana, by=ana)
        chain.seal()
    assert found() == []

    time_machine.move_to("2026-11-19T12:00:00Z")
    entry = log.record(noted, ana, by=ana)
    time_machine.move_to("2026-11-22T12:00:00Z")
    chain.seal()

    assert found() == [f"entry {entry.pk} (seal 3) is dated 2026-11-19T12:00:00+00:00, but was added later"]


def test_a_clock_that_went_ahead_for_hours_and_was_put_back_is_no_finding(ana, noted, settings, time_machine):
    settings.DEMO_CLOCK_FILE = None
    for moment in ("2026-11-20T12:00:00Z", "2026-11-20T18:00:00Z", "2026-11-20T12:05:00Z", "2026-11-20T12:10:00Z"):
        time_machine.move_to(moment)
        log.record(noted, ana, by=ana)
        chain.seal()

    assert found() == []


def test_a_sealing_step_that_stood_still_for_days_is_no_finding(ana, noted, settings, time_machine):
    settings.DEMO_CLOCK_FILE = None
    for day in ("2026-11-20", "2026-11-21", "2026-11-22"):
        time_machine.move_to(f"{day}T12:00:00Z")
        log.record(noted, ana, by=ana)
    chain.seal()

    assert found() == []


def test_a_cut_tail_is_found_against_an_anchor_and_only_so(five, intrude):
    anchor = anchors.end()
    for table, column in [("audit_detail", "entry_id"), ("audit_seal", "entry_id"), ("audit_entry", "id")]:
        intrude(f"DELETE FROM {table} WHERE {column} >= %s", five[3].pk)

    assert found() == []
    assert found(anchor) == ["the chain ends at seal 3, but the anchor knows seal 5: the end was cut off, 2 of the seals at least"]


def test_a_tail_that_grew_again_is_found_against_an_anchor(five, ana, noted, intrude):
    anchor = anchors.end()
    for table, column in [("audit_detail", "entry_id"), ("audit_seal", "entry_id"), ("audit_entry", "id")]:
        intrude(f"DELETE FROM {table} WHERE {column} >= %s", five[3].pk)
    guards.install(connection)
    for turn in range(3):
        log.record(noted, ana, by=ana, turn=turn)
    chain.seal()

    assert found(anchor) == ["seal 5 is not the one that the anchor knows: the chain was made anew"]


def test_an_older_anchor_fits_a_ledger_that_went_on(five, ana, noted):
    anchor = anchors.end()
    log.record(noted, ana, by=ana)
    chain.seal()

    assert found(anchor) == []


def test_the_walk_over_several_pages_is_one_walk(five, monkeypatch, intrude):
    monkeypatch.setattr(verification, "PAGE", 2)
    assert found() == []

    intrude("UPDATE audit_seal SET previous = %s WHERE number = 3", "0" * 64)
    assert found()[0] == "seal 3 does not follow the seal before it"


def test_the_command_says_that_all_is_well_and_keeps_an_anchor(five, tmp_path, capsys):
    call_command("verify_ledger", "--write-anchor", tmp_path / "anchor")
    last = Seal.objects.get(number=5)

    assert (tmp_path / "anchor").read_text() == f"5 {last.mac}\n"
    assert capsys.readouterr().out == f"The ledger is intact. Its end: 5 {last.mac}\n"
    call_command("verify_ledger", "--anchor", tmp_path / "anchor")


def test_an_anchor_that_cannot_be_written_is_told_and_the_one_before_stays(five, tmp_path):
    (tmp_path / "anchor").write_text("1 " + "0" * 64)
    (tmp_path / "anchor.new").mkdir()

    with pytest.raises(CommandError, match=r"cannot be written: Is a directory. The ledger is intact, but its end was not kept"):
        call_command("verify_ledger", "--write-anchor", tmp_path / "anchor")

    assert (tmp_path / "anchor").read_text() == "1 " + "0" * 64


def test_the_command_names_the_first_bad_entry_and_keeps_no_anchor(five, third, tmp_path, intrude):
    intrude("UPDATE audit_entry SET action = 'tests.counted' WHERE id >= %s", third.pk)

    with pytest.raises(CommandError) as refusal:
        call_command("verify_ledger", "--write-anchor", tmp_path / "anchor")

    assert str(refusal.value).splitlines()[0] == made_anew(3, third, 5)
    assert not (tmp_path / "anchor").exists()


def test_the_command_counts_what_it_does_not_show(ana, noted, intrude):
    for _ in range(25):
        log.record(noted, ana, by=ana)
    chain.seal()
    intrude("UPDATE audit_entry SET actor_id = '9'")

    with pytest.raises(CommandError) as refusal:
        call_command("verify_ledger")

    lines = str(refusal.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 5 more"


@pytest.mark.parametrize("text", ["", "5", "five 00", "5 " + "0" * 63, "5 " + "0" * 64 + " 6"])
def test_a_file_that_is_no_anchor_is_refused(db, tmp_path, text):
    (tmp_path / "anchor").write_text(text)

    with pytest.raises(CommandError, match="Nothing was checked"):
        call_command("verify_ledger", "--anchor", tmp_path / "anchor")


@pytest.mark.parametrize("content", [b"\xff\xfe5", b"5 " * 2**20], ids=["no text", "much too long"])
def test_an_anchor_that_holds_something_else_is_refused(db, tmp_path, content):
    (tmp_path / "anchor").write_bytes(content)

    with pytest.raises(CommandError, match="Nothing was checked"):
        call_command("verify_ledger", "--anchor", tmp_path / "anchor")


def test_a_missing_anchor_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="Nothing was checked"):
        call_command("verify_ledger", "--anchor", tmp_path / "nowhere")


def test_an_anchor_reads_as_it_is_written():
    anchor = Anchor(7, "ab" * 32)

    assert Anchor.parse(str(anchor)) == anchor
