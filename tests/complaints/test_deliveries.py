"""Letters on paper: noted by whoever writes them, on days that can be, and the time to answer runs from the day they came."""

from datetime import timedelta

import pytest

from audit import clock, log
from complaints import deliveries, papers, running, seats
from complaints.facts import CaseRole, Channel, ClockName, PaperKind, Party, Seat
from complaints.machine import StepRefused
from complaints.models import Letter
from tests.complaints.office import NOON, TODAY, appointed, at, case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = "Somebody wrote about the heron on the pond."


@pytest.fixture
def notice():
    """A notice that was posted today, and the officer who wrote it."""
    made = case()
    officer = appointed(CaseRole.INTAKE)
    seats.assign(made, officer, Seat.TAKER, by=officer, at=NOON)
    seats.attest(made, officer, conflicts=[], at=NOON)
    running.start(made, ClockName.RESPONSE, at=NOON)
    letter = Letter.objects.create(case=made, code="L-07", written_by="office", to="respondent", posted_on=TODAY)
    papers.write(made, PaperKind.LETTER, WORDS, by=officer, party=Party.RESPONDENT, of=letter.uid)
    letter.officer = officer
    return letter


def due(letter):
    return clock.day_of(letter.case.clocks.get(name="response").due_at)


def sent(letter, on=TODAY):
    return deliveries.posted(letter, channel=Channel.POST, sent_on=on, by=letter.officer, at=NOON)


def arrived(row, on):
    return deliveries.delivered(row, delivered_on=on, by=row.letter.officer, at=at(TODAY + 9 * DAY))


def test_the_time_to_answer_runs_from_the_day_on_which_the_paper_came(notice):
    before = due(notice)
    row = sent(notice)
    assert due(notice) == before

    arrived(row, TODAY + 4 * DAY)

    assert due(notice) == before + 4 * DAY


def test_a_second_copy_gives_no_days(notice):
    first, second = sent(notice), sent(notice)
    arrived(first, TODAY + 4 * DAY)
    after = due(notice)

    arrived(second, TODAY + 6 * DAY)

    assert due(notice) == after


def test_a_letter_that_came_back_starts_nothing(notice):
    before, row = due(notice), sent(notice)

    deliveries.returned(row, returned_on=TODAY + 5 * DAY, by=notice.officer, at=at(TODAY + 9 * DAY))

    assert due(notice) == before
    with pytest.raises(StepRefused, match="noted already"):
        arrived(row, TODAY + 6 * DAY)


def test_days_that_cannot_be_are_refused_with_every_reason(notice):
    with pytest.raises(StepRefused) as refusal:
        deliveries.posted(notice, channel=Channel.POST, sent_on=TODAY + DAY, by=appointed(CaseRole.INTAKE), at=NOON)
    assert refusal.value.reasons == [deliveries.NOT_YOURS, deliveries.AHEAD]
    with pytest.raises(StepRefused, match="before the letter was written"):
        sent(notice, TODAY - DAY)
    row = sent(notice)
    with pytest.raises(StepRefused, match="before the letter was sent"):
        arrived(row, TODAY - DAY)
    assert notice.deliveries.get().delivered_on is None


def test_nobody_without_a_seat_prints_a_letter_and_who_does_is_on_record(notice):
    with pytest.raises(StepRefused):
        deliveries.sheet(notice, by=appointed(CaseRole.INTAKE), at=NOON)

    text = deliveries.sheet(notice, by=notice.officer, at=NOON)

    assert text.rstrip().endswith(WORDS)
    assert notice.case.respondent.email not in text
    assert log.history(notice.case).filter(action="audit.read").count() == 1


def test_the_ledger_says_which_letter_and_never_a_word_of_it(notice):
    arrived(sent(notice), TODAY + DAY)

    entries = log.history(notice.case).filter(action__startswith="complaints.letter")
    assert [entry.action for entry in entries.order_by("pk")] == ["complaints.letter_sent", "complaints.letter_delivered"]
    assert "heron" not in str([entry.detail for entry in entries])
