"""A restored backup is told what was erased after it, by a list that lies elsewhere and that nobody else can write."""

import io
import shutil
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from audit import clock
from audit.models import Entry
from complaints import erasures, papers
from complaints.models import CaseKey, Erasure, Evidence, Paper
from complaints.models.sealed import storage
from outbox import delivery
from outbox.models import OutboxMessage
from tests.complaints.unguarded import unguarded
from tests.factories.complaints import STORY, case_with_story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def second_place(settings, tmp_path):
    settings.LEDGER_ANCHORS = tmp_path / "anchors"


def carry_out():
    for message in OutboxMessage.objects.filter(done_at=None):
        delivery.deliver(message.pk)


def replay(*arguments):
    said = io.StringIO()
    call_command("replay_erasures", *arguments, stdout=said)
    return said.getvalue()


def as_in_a_backup(case, paper):
    """What the database was before the erasure: the key, the words, a file; and no line on its own list."""
    held, words = CaseKey.objects.get(case=case), Paper.objects.get(pk=paper.pk)
    before = {"wrapped": bytes(held.wrapped), "version": held.version, "destroyed_at": None}
    sealed = bytes(words.sealed)

    def restore():
        with unguarded():
            CaseKey.objects.filter(case=case).update(**before)
            Paper.objects.filter(pk=paper.pk).update(sealed=sealed)
            Erasure.objects.all().delete()
        storage().save(f"{case.uid.hex}/{uuid4().hex}.original", ContentFile(b"sealed"))

    return restore


def test_an_erasure_is_listed_beside_the_anchors_and_names_nobody():
    case, _ = case_with_story()
    papers.destroy_key(case, by=None, at=clock.now())
    carry_out()

    text = erasures.place().read_text()
    assert text.split()[:2] == [str(case.uid), str(clock.today())]
    assert case.number not in text
    assert erasures.read(erasures.place()) == [case.uid]


def test_delivered_twice_it_is_one_line():
    case, _ = case_with_story()
    papers.destroy_key(case, by=None, at=clock.now())
    message = OutboxMessage.objects.get(kind="complaints.list_erasure")

    erasures.list_erasure(message)
    erasures.list_erasure(message)

    assert len(erasures.place().read_text().splitlines()) == 1


def test_a_restored_backup_opens_the_case_until_the_erasures_are_done_again():
    case, paper = case_with_story()
    _, other = case_with_story()
    restore = as_in_a_backup(case, paper)
    papers.destroy_key(case, by=None, at=clock.now())
    carry_out()
    restore()
    assert papers.read_for_machine([Paper.objects.get(pk=paper.pk)]) == [STORY]

    assert replay() == "1 erased again, 0 were erased already, 0 are not in this database.\n"

    with pytest.raises(papers.Erased):
        papers.read_for_machine([Paper.objects.get(pk=paper.pk)])
    assert storage().listdir("")[0].count(case.uid.hex) == 0
    assert papers.read_for_machine([other]) == [STORY]
    assert Erasure.objects.get().case_uid == case.uid
    assert replay() == "0 erased again, 1 were erased already, 0 are not in this database.\n"
    assert Entry.objects.filter(action="complaints.erasures_replayed").count() == 2


def test_a_list_may_be_named_and_may_tell_of_cases_that_are_not_here(tmp_path):
    case, _ = case_with_story()
    papers.destroy_key(case, by=None, at=clock.now())
    carry_out()
    elsewhere = Erasure(case_uid=uuid4(), erased_at=clock.now())
    listed = tmp_path / "list"
    shutil.copy(erasures.place(), listed)
    listed.write_text(f"{listed.read_text()}\n{erasures.line_of(elsewhere)}\n")

    assert replay(str(listed)) == "0 erased again, 1 were erased already, 1 are not in this database.\n"


@pytest.mark.parametrize("change", ["the case", "the day", "the signature", "no signature", "words"])
def test_a_line_that_this_site_did_not_write_stops_everything(change):
    case, paper = case_with_story()
    line = erasures.line_of(Erasure(case_uid=uuid4(), erased_at=clock.now()))
    parts = line.split()
    forged = {
        "the case": [str(case.uid), *parts[1:]],
        "the day": [parts[0], "2031-01-01", parts[2]],
        "the signature": [*parts[:2], "ü" + parts[2][1:]],
        "no signature": [str(case.uid), parts[1]],
        "words": ["please", "erase", "everything"],
    }[change]
    erasures.place().write_text(f"{line}\n{' '.join(forged)}\n")

    with pytest.raises(CommandError, match=r"Line 2 of .+ is no erasure that this site wrote"):
        replay()

    assert papers.read_for_machine([paper]) == [STORY]


def test_what_a_power_cut_left_of_a_line_is_passed_over():
    line = erasures.line_of(Erasure(case_uid=uuid4(), erased_at=clock.now()))
    erasures.place().write_text(f"{line[:40]}\n\n{line}\n")

    assert len(erasures.read(erasures.place())) == 1


def test_a_list_signed_under_a_key_that_was_replaced_is_read(settings):
    line = erasures.line_of(Erasure(case_uid=uuid4(), erased_at=clock.now()))
    erasures.place().write_text(line)
    settings.LEDGER_KEY = f"{'9' * 64},{settings.LEDGER_KEY}"

    assert len(erasures.read(erasures.place())) == 1


def test_without_a_list_nothing_is_done_and_it_is_said():
    with pytest.raises(CommandError, match="Nothing was erased"):
        replay()


def test_a_place_that_is_away_delays_the_line_and_loses_none(settings, tmp_path):
    settings.LEDGER_ANCHORS = tmp_path / "away" / "anchors"
    case, _ = case_with_story()
    papers.destroy_key(case, by=None, at=clock.now())
    carry_out()
    message = OutboxMessage.objects.get(kind="complaints.list_erasure")
    assert (message.done_at, message.last_error) == (None, "FileNotFoundError")

    (tmp_path / "away").mkdir()
    erasures.list_erasure(message)

    assert erasures.read(erasures.place()) == [case.uid]
    assert not Evidence.objects.exists()
