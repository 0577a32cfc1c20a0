"""Six things that the owner of the database can do with the triggers dropped, each named by `verify_ledger`: what happened, and where."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import anchors, chain, guards, log
from audit.models import Detail, Entry, Seal

TABLES = [("audit_detail", "entry_id"), ("audit_seal", "entry_id"), ("audit_entry", "id")]


@pytest.fixture(autouse=True)
def second_place(settings, tmp_path):
    settings.LEDGER_ANCHORS = tmp_path / "second" / "anchors"
    settings.LEDGER_ANCHORS.parent.mkdir()
    return settings.LEDGER_ANCHORS


@pytest.fixture
def forty(ana, ben, noted):
    """Forty sealed entries, the even ones by Ben."""
    entries = [log.record(noted, ana, by=ben if turn % 2 else ana, turn=turn) for turn in range(40)]
    chain.seal()
    return entries


def spoken(*arguments):
    """What the command says, line by line; it does not end well."""
    with pytest.raises(CommandError) as refusal:
        call_command("verify_ledger", *arguments)
    assert refusal.value.returncode == 1
    return str(refusal.value).splitlines()


def remove(intrude, entry):
    for table, column in TABLES:
        intrude(f"DELETE FROM {table} WHERE {column} = %s", entry.pk)


def number_anew(intrude, numbers, by):
    """One after another, so that no two ever share a number."""
    for number in numbers:
        intrude("UPDATE audit_seal SET number = %s WHERE number = %s", number + by, number)


def test_an_untouched_ledger_is_intact(forty, capsys):
    call_command("verify_ledger")

    assert "The ledger is intact. Its end: 40 " in capsys.readouterr().out


def test_an_actor_that_was_changed_is_named_with_who_it_was(forty, ana, ben, intrude):
    intrude("UPDATE audit_entry SET actor_id = %s WHERE id = %s", str(ana.pk), forty[11].pk)

    assert spoken() == [
        f"entry {forty[11].pk} (seal 12) was changed: its actor was account {ben.pk} when it was sealed, and is account {ana.pk} now"
    ]


def test_an_actor_that_was_taken_away_is_named(forty, ben, intrude):
    intrude("UPDATE audit_entry SET actor_id = '' WHERE id = %s", forty[11].pk)

    assert spoken() == [
        f"entry {forty[11].pk} (seal 12) was changed: its actor was account {ben.pk} when it was sealed, and is the system now"
    ]


def test_an_entry_that_was_removed_and_the_rest_numbered_anew_is_named(forty, intrude):
    remove(intrude, forty[11])
    number_anew(intrude, range(13, 41), -1)

    assert spoken() == ["before seal 12: 1 of the seals were removed, and the rest was numbered anew"]


def test_entries_that_were_removed_at_two_places_are_named_at_both(forty, intrude):
    for entry in (forty[11], forty[12], forty[30]):
        remove(intrude, entry)
    number_anew(intrude, range(14, 31), -2)
    number_anew(intrude, range(32, 41), -3)

    assert spoken() == [
        "before seal 12: 2 of the seals were removed, and the rest was numbered anew",
        "before seal 29: 1 of the seals were removed, and the rest was numbered anew",
    ]


def put_in(action, at):
    """An entry dated long ago, by somebody who writes rows and not verbs."""
    entry = Entry.objects.create(action=action.name, subject_kind="accounts.user", subject_id="1", detail_digest="0" * 64, at=at)
    Detail.objects.create(entry=entry, salt="", facts={})
    return entry


def test_a_back_dated_entry_that_was_put_into_the_chain_is_named(forty, noted, intrude):
    number_anew(intrude, range(40, 11, -1), 1)
    at = datetime(2020, 1, 1, tzinfo=UTC)
    entry = put_in(noted, at)
    before = Seal.objects.get(number=11)
    seal = Seal(number=12, entry=entry, previous=before.mac, sealed_at=before.sealed_at)
    seal.mac = chain.mac(seal, entry, "guessed")
    seal.save(force_insert=True)

    lines = spoken()
    assert lines[0] == f"entry {entry.pk} (seal 12), dated {at.isoformat()}, was put in without the key"
    assert lines[-1] == "before seal 13: 1 of the seals were put in, and the rest was numbered anew"


def test_a_back_dated_entry_that_was_left_without_a_seal_is_named(forty, noted, intrude):
    entry = put_in(noted, datetime(2020, 1, 1, tzinfo=UTC))

    assert spoken() == [f"entry {entry.pk} of 2020-01-01T00:00:00+00:00 is not sealed"]


def test_a_back_dated_entry_that_the_sealing_step_took_up_is_named(forty, noted, settings, request):
    settings.DEMO_CLOCK_FILE = None
    entry = put_in(noted, datetime(2020, 1, 1, tzinfo=UTC))
    chain.seal()

    assert f"entry {entry.pk} (seal 41) is dated 2020-01-01T00:00:00+00:00, but was added later" in spoken()


def test_two_entries_that_changed_places_are_named(forty, intrude):
    one, other = forty[4].pk, forty[21].pk
    intrude("UPDATE audit_seal SET entry_id = -1 WHERE number = 5")
    intrude("UPDATE audit_seal SET entry_id = %s WHERE number = 22", one)
    intrude("UPDATE audit_seal SET entry_id = %s WHERE number = 5", other)

    assert spoken() == [f"entries {other} and {one} (seals 5 and 22) changed places, or what they say did"]


def test_two_entries_whose_words_changed_places_are_named(forty, intrude):
    one, other = forty[4], forty[21]
    for entry, source in ((one, other), (other, one)):
        names = ("action", "subject_kind", "subject_id", "actor_id", "about_id", "detail_digest", "at")
        for name in names:
            intrude(f"UPDATE audit_entry SET {name} = %s WHERE id = %s", getattr(source, name), entry.pk)

    assert spoken()[0] == f"entries {one.pk} and {other.pk} (seals 5 and 22) changed places, or what they say did"


def test_two_seals_that_changed_places_are_named(forty, intrude):
    intrude("UPDATE audit_seal SET number = 900 WHERE number = 5")
    intrude("UPDATE audit_seal SET number = 5 WHERE number = 22")
    intrude("UPDATE audit_seal SET number = 22 WHERE number = 900")

    assert spoken() == ["seals 5 and 22 changed places"]


def test_a_chain_that_was_made_anew_without_the_key_is_named_from_where_on(forty, ben, intrude):
    intrude("UPDATE audit_entry SET actor_id = %s WHERE id = %s", str(ben.pk), forty[10].pk)
    previous = Seal.objects.get(number=10).mac
    for seal in Seal.objects.filter(number__gt=10).select_related("entry").order_by("number"):
        seal.previous = previous
        previous = chain.mac(seal, seal.entry, "guessed")
        intrude("UPDATE audit_seal SET previous = %s, mac = %s WHERE number = %s", seal.previous, previous, seal.number)

    assert spoken() == [
        f"from seal 11 (entry {forty[10].pk}) to seal 40, the last, no code fits: "
        "the chain was made anew without the key, or everything since was changed"
    ]


@pytest.fixture
def cut(forty, intrude, second_place, time_machine):
    """The end was written down on a day; then somebody who has the database cut off the last thirty."""
    guards.install(connection)
    time_machine.move_to("2026-11-23T12:00:00Z")
    (anchor,) = anchors.make(at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    anchors.append(second_place, anchors.of(anchor))
    call_command("verify_ledger")
    guards.remove(connection)
    for entry in forty[10:]:
        remove(intrude, entry)


CUT = "the chain ends at seal 10, but the anchor of 2026-11-23 knows seal 40: the end was cut off, 30 of the seals at least"


def test_the_last_thirty_that_were_cut_off_are_named_by_the_anchor_in_the_table(cut):
    assert spoken() == [CUT]


def test_they_are_named_by_the_second_place_when_the_anchor_was_removed_from_the_table(cut, intrude, second_place):
    intrude("DELETE FROM audit_dailyanchor")

    assert spoken() == [f"the anchor of 2026-11-23 is in {second_place}, and not in the table", CUT]


def test_they_are_named_by_the_auditors_letters_when_both_were_made_to_fit(cut, intrude, second_place, tmp_path):
    (tmp_path / "letters").write_text(f"Dear all,\n\n  {second_place.read_text()}\nkeep this\n")
    seal = Seal.objects.get(number=10)
    intrude("UPDATE audit_dailyanchor SET number = 10, mac = %s", seal.mac)
    second_place.write_text(f"2026-11-23 10 {seal.mac}\n")

    assert spoken() == ["the anchor of 2026-11-23 was changed, or was made without the key"]
    assert CUT in spoken("--anchors", tmp_path / "letters")
