"""After the end of a case: opened again, held, erased; and a case that the association opens itself."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Roles
from complaints import daily, machine, papers, retention
from complaints.facts import CaseRole, Seat, State
from complaints.models import Appointment, Case, Evidence
from tests.complaints.office import at
from tests.complaints.way import LONG, WHY, Way
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def closed():
    way = Way(klass="D").to_triage()
    way.day = 2
    way.take("dismiss", way.holder(Seat.TAKER), reason="already_decided", reason_text=WHY * 3)
    return way


def auditor():
    person = UserFactory()
    Roles.objects.update_or_create(person=person, defaults={"auditor": True})
    return person


def test_two_open_a_case_again_with_people_who_had_no_part():
    way = closed()
    before = Case.objects.get(pk=way.case.pk).assignments.get(seat="taker").person
    way.day = 50
    new = Evidence.objects.create(case=way.case, party="complainant", size=1, state="accepted", media_type="text/plain")

    row = way.take("reopen", way.holder(Seat.REGISTRAR), reason="new_evidence", evidence=(new.pk,))
    way.sign(row, way.holder(Seat.DEPUTY_REGISTRAR))

    assert (way.fresh().state, way.case.round, way.case.closure) == (State.TRIAGE, 2, "")
    assert way.holder(Seat.TAKER) != before


def test_a_case_whose_time_is_over_is_erased_by_two_and_leaves_its_row():
    way = closed()
    keep_until = way.fresh().keep_until
    way.day = (keep_until - way.start).days
    daily.tick(at=at(keep_until - timedelta(days=1)))
    assert not way.case.steps.filter(name="erase").exists()
    daily.tick(at=way.at)
    assert way.case.steps.filter(name="erase", asked=True).count() == 1

    row = way.take("erase", way.holder(Seat.REGISTRAR))
    way.sign(row, auditor())

    assert way.fresh().state == State.ERASED
    assert papers.is_erased(way.case)


def test_a_hold_keeps_what_would_be_erased_until_it_ends():
    way = closed()
    way.day = (way.fresh().keep_until - way.start).days
    registrar = way.holder(Seat.REGISTRAR)
    way.take("legal_hold", registrar, reason="lawsuit")

    with pytest.raises(machine.StepRefused, match="hold"):
        way.take("erase", registrar)

    retention.end_hold(way.case, by=registrar, at=way.at)
    assert way.take("erase", registrar).proposal


def own_motion(by, entry, day):
    values = {
        "source": "press", "entry": entry, "clauses": (), "conduct_from": day - timedelta(days=30), "narrative": LONG,
        "reason_text": WHY,
    }  # fmt: skip
    file = SimpleUploadedFile("article.txt", b"What the newspaper wrote.")
    return retention.propose_own_motion(values, [file], by=by, at=at(day))


def test_the_association_opens_a_case_itself_by_two_signatures_and_none_before():
    way = Way()
    registrar = Appointment.objects.filter(role=CaseRole.REGISTRAR.value).first().person
    deputy = Appointment.objects.filter(role=CaseRole.DEPUTY_REGISTRAR.value).first().person

    row = own_motion(registrar, way.certificate.number, way.start)
    made = row.case
    officer = Appointment.objects.filter(role=CaseRole.INTAKE.value).first().person
    with pytest.raises(machine.StepRefused):
        machine.apply("take", made, values={"no_conflict": True, "reason_text": WHY}, version=1, by=officer, at=way.at)
    way.sign(row, deputy)

    made.refresh_from_db()
    assert (made.state, made.own_motion, made.respondent, made.source) == (State.TRIAGE, True, way.coach, "press")
    assert not made.receipts.exists()
    assert {one.seat for one in made.assignments.all()} == {"registrar", "taker"}


def test_nobody_but_a_registrar_proposes_one_and_nothing_is_left():
    way = Way()
    count = Case.objects.count()

    with pytest.raises(machine.StepRefused):
        own_motion(UserFactory(), way.certificate.number, way.start)

    assert Case.objects.count() == count
