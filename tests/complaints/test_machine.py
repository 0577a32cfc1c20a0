"""The one way to move a case: whole or not at all, with every reason, on the record."""

import pytest

from audit.models import Entry
from complaints import gathering, machine, papers
from complaints.facts import CaseRole, PaperKind, Party, Seat, State
from complaints.models import Clock, Step
from tests.complaints.office import NOON, appointed, case
from tests.factories.certification import CertificateFactory

pytestmark = pytest.mark.django_db
WHY = "Nobody in the queue is closer to it than I am."


@pytest.fixture
def waiting():
    """A complaint that was just sent, about a coach of the registry."""
    made = case(state=State.SUBMITTED.value)
    CertificateFactory(holder=made.respondent)
    papers.write(made, PaperKind.NARRATIVE, "A story.", by=None, party=Party.COMPLAINANT)
    return made


def take(waiting, officer, **more):
    values = {"no_conflict": True, "reason_text": WHY, **more}
    return machine.apply("take", waiting, values=values, version=waiting.version, by=officer, at=NOON)


def test_a_step_moves_the_case_and_stands_on_the_record(waiting):
    officer = appointed(CaseRole.INTAKE)

    row = take(waiting, officer)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.version) == (State.TRIAGE, 2)
    assert (row.before, row.after, row.made_by) == (State.SUBMITTED, State.TRIAGE, officer)
    assert Seat.TAKER in gathering.hands_of(officer, waiting, on=NOON.date(), attested=True)
    assert Entry.objects.filter(action="complaints.step_taken", subject_id=str(waiting.pk)).count() == 1


def test_its_clocks_start_and_end_as_the_table_says(waiting):
    take(waiting, appointed(CaseRole.INTAKE))

    assert set(Clock.objects.filter(case=waiting, ended=None).values_list("name", flat=True)) == {"triage", "dismissal"}


def test_what_was_written_is_sealed_and_the_rest_is_not(waiting):
    row = take(waiting, appointed(CaseRole.INTAKE))

    assert row.values == {"no_conflict": True, "reason": "taken"}
    assert gathering.values_of(row)["reason_text"] == WHY
    assert WHY not in str(Step.objects.filter(pk=row.pk).values())


def test_a_refused_step_changes_nothing_and_says_everything(waiting):
    officer = appointed(CaseRole.INTAKE)

    with pytest.raises(machine.StepRefused) as refusal:
        machine.apply("take", waiting, values={}, version=waiting.version, by=officer, at=NOON)

    waiting.refresh_from_db()
    assert len(refusal.value.reasons) == 3
    assert (waiting.state, waiting.version) == (State.SUBMITTED, 1)
    assert not Step.objects.exists()
    assert Entry.objects.filter(action="complaints.step_refused").count() == 1


def test_a_stranger_to_the_office_takes_no_step(waiting):
    with pytest.raises(machine.StepRefused) as refusal:
        take(waiting, waiting.respondent)

    assert len(refusal.value.reasons) == 1
    assert "not yours to do" in refusal.value.reasons[0]


def test_who_saw_an_older_case_is_told_so(waiting):
    officer = appointed(CaseRole.INTAKE)
    take(waiting, officer)

    with pytest.raises(machine.StepRefused, match="moved on"):
        machine.apply("dismiss", waiting, values={}, version=1, by=officer, at=NOON)
