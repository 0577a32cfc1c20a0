"""From the tally to the countersignature: everything that follows is written with the second signature, as days."""

from datetime import timedelta

import pytest

from certification.models import Sanction
from complaints import daily, decisions, machine
from complaints.facts import Risk, Seat, State
from complaints.models import Case, Decision
from courses.models import Completion, Enrollment
from tests.complaints.office import at
from tests.complaints.way import DECIDED, Way
from tests.factories.certification import at_noon, completed, review_course

pytestmark = pytest.mark.django_db
WINDOW = 33  # days from the second signature to the last day to appeal
GRAVE = {"clause": "PS-07", "klass": "A"}


def test_a_revocation_holds_on_the_day_after_the_time_to_appeal_and_no_job_has_run():
    way = Way(**GRAVE).to_decided("O7", yes=(Risk.SEXUAL,))

    assert way.fresh().state == State.DECIDED
    assert way.standing(DECIDED + WINDOW) == "active"
    assert way.standing(DECIDED + WINDOW + 1) == "revoked"
    assert way.standing(DECIDED + WINDOW + 3000) == "revoked"
    sanction = Sanction.objects.current().get()
    assert (sanction.clause_ids, sanction.public_note[:9]) == (["PS-07"], "The coach")


def test_the_case_moves_on_after_the_time_to_appeal_and_the_registry_stays_as_it_was():
    way = Way(**GRAVE).to_decided("O7", yes=(Risk.SEXUAL,))
    before = list(Sanction.objects.values())
    daily.tick(at=at(way.start + timedelta(days=DECIDED + WINDOW)))
    assert way.fresh().state == State.DECIDED

    daily.tick(at=at(way.start + timedelta(days=DECIDED + WINDOW + 4)))

    assert (way.fresh().state, way.case.closure) == (State.CLOSED, "revocation")
    assert list(Sanction.objects.values()) == before
    assert way.case.keep_until == (way.start + timedelta(days=DECIDED + WINDOW + 1)).replace(year=way.start.year + 11)


def test_a_suspension_that_held_at_once_ends_by_itself_with_the_days_before_counted():
    """Ninety days; in force since the second signature, 25 days ago: from day 9 it lasts to day 64."""
    way = Way().to_decided("O6", days=90, immediate=True)
    today = DECIDED + 25
    decision = way.case.decisions.get()

    assert decision.window_closes_on == way.start + timedelta(days=today + 8)
    assert decision.first_day == way.start + timedelta(days=today + 9)
    assert decision.last_day == way.start + timedelta(days=today + 64)
    assert [way.standing(day) for day in (DECIDED - 1, DECIDED, today + 8, today + 9, today + 64, today + 65)] == [
        "active", "suspended", "suspended", "suspended", "suspended", "active",
    ]  # fmt: skip
    interim, final = Sanction.objects.current().order_by("first_day")
    assert (interim.interim, final.continues, interim.last_day + timedelta(days=1)) == (True, interim, final.first_day)


def test_nobody_countersigns_what_they_signed_as_the_chair():
    way = Way().to_tallied("O6", days=90)

    with pytest.raises(machine.StepRefused):
        way.countersign(by=way.holder(Seat.CHAIR))

    assert way.fresh().state == State.COUNTERSIGN
    assert not Sanction.objects.exists()


def test_a_case_reviewer_of_the_case_does_not_countersign():
    way = Way().to_tallied("O6", days=90)

    with pytest.raises(machine.StepRefused):
        way.countersign(by=way.holder(Seat.CASE_REVIEWER))

    assert Decision.objects.get().countersigner is None


def test_a_fault_of_procedure_voids_both_signatures_and_the_panel_tallies_again():
    way = Way().to_tallied("O6", days=90)
    first = machine.waiting(way.case, "countersign")

    way.take("return_defect", way.holder(Seat.REGISTRAR), reason="vote_count")

    assert way.fresh().state == State.DELIBERATION
    first.refresh_from_db()
    assert first.void_at
    assert first.proposal.state == "void"
    way.tally("O6", days=90)
    way.countersign()
    assert [bool(row.voided_at) for row in way.case.decisions.all()] == [True, False]
    assert Sanction.objects.current().count() == 1


@pytest.mark.parametrize(
    ("outcome", "terms", "kind", "days"),
    [
        ("O1", {}, None, None),
        ("O3", {}, None, None),
        ("O4", {}, "reprimand", (365, 366)),
        ("O5", {"months": 6, "obligations": (("supervision", None, "Ten hours of supervision."),)}, "conditions", (180, 184)),
    ],
)
def test_only_what_the_public_reads_comes_into_the_registry(outcome, terms, kind, days):
    way = Way().to_decided(outcome, proven=outcome != "O1", **terms)
    found = Sanction.objects.current().first()

    assert (found and found.kind) == kind
    if days:
        assert days[0] <= (found.last_day - found.first_day).days + 1 <= days[1]
    assert way.standing(DECIDED + 60) == "active"


def remedied(due=160):
    way = Way(klass="C")
    way.to_decided("O2", obligations=(("statement", way.start + timedelta(days=due), "What I learned."),))
    daily.tick(at=at(way.start + timedelta(days=DECIDED + 34)))
    assert way.fresh().state == State.SANCTION_ACTIVE
    return way


def ticks(way, *days):
    for day in days:
        daily.tick(at=at(way.start + timedelta(days=day)))
    way.day = days[-1]


def test_what_is_done_and_seen_ends_the_case():
    way = remedied()
    way.day = 140
    decisions.note_done(way.case.obligations.get(), met_on=way.on, by=way.holder(Seat.REGISTRAR), at=way.at)

    way.take("discharge", way.holder(Seat.REGISTRAR))

    assert (way.fresh().state, way.case.closure) == (State.CLOSED, "remediation")
    assert not Sanction.objects.exists()


def test_what_is_overdue_is_looked_at_by_two_and_excused_once():
    way = remedied()
    ticks(way, 146, 157, 160, 174)
    assert way.fresh().state == State.SANCTION_ACTIVE

    ticks(way, 175)

    assert way.fresh().state == State.BREACH_REVIEW
    assert way.standing() == "active"
    new = way.on + timedelta(days=30)
    way.two_sign("excuse", Seat.CASE_REVIEWER, reason="illness", new_date=new)
    row = way.fresh().obligations.get()
    assert (way.case.state, row.due_on, row.excused_on, row.reminded) == (State.SANCTION_ACTIVE, new, way.on, [])
    ticks(way, 191, 202, 205, 220)
    assert way.fresh().state == State.BREACH_REVIEW
    with pytest.raises(machine.StepRefused, match="once"):
        way.take("excuse", way.holder(Seat.CASE_REVIEWER), reason="illness", new_date=way.on + timedelta(days=30))


def test_what_was_not_done_becomes_a_charge_that_a_panel_decides_on():
    way = remedied()
    ticks(way, 146, 157, 160, 175)

    way.two_sign("escalate", Seat.CASE_REVIEWER, reason="not_done", shown="No statement came, and no answer.")

    assert way.fresh().state == State.PANEL_SET
    assert [row.option for row in way.case.allegations.filter(charged=True)] == ["breach"]
    way.hear()
    way.vote("O4")
    way.tally("O4")
    way.countersign()
    assert [row.outcome for row in way.fresh().decisions.filter(voided_at=None)] == ["O2", "O4"]
    assert Sanction.objects.current().get().kind == "reprimand"


def test_a_course_that_was_asked_for_counts_only_when_it_was_begun_after_the_decision():
    review_course()
    way = Way(klass="C")
    completed(way.coach, way.start + timedelta(days=DECIDED - 7))
    way.to_decided("O2", obligations=(("course", way.start + timedelta(days=160), "The review course."),))
    row = way.case.obligations.get()
    run = Enrollment.objects.get(pk=row.enrollment)

    assert run.purpose == "assigned"
    assert run.closed_at is None
    assert not decisions.look(row, at=way.at)
    done = at_noon(way.start + timedelta(days=120))
    Enrollment.objects.filter(pk=run.pk).update(closed_at=done)
    Completion.objects.create(enrollment=run, person=way.coach, course=run.course, completed_at=done, route="other")
    assert decisions.look(row, at=done)
    row.refresh_from_db()
    assert row.met_on == done.date()
    assert Case.objects.get(pk=way.case.pk).clocks.filter(name="discharge", ended=None).exists()
