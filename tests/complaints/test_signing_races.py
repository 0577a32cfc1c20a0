"""Two registrars sign the same decision at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from accounts import proposals
from certification.models import Sanction
from complaints import machine, seats
from complaints.facts import CaseRole, Defect, Seat
from complaints.models import Appointment, Step
from tests.complaints.way import Way


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_countersignatures_at_once_one_takes_effect():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    way = Way().to_tallied("O6", days=90)
    registrar = way.holder(Seat.REGISTRAR)
    deputy = Appointment.objects.filter(role=CaseRole.DEPUTY_REGISTRAR.value).exclude(person=registrar).first().person
    seats.assign(way.case, deputy, Seat.DEPUTY_REGISTRAR, by=None, at=way.at)
    seats.attest(way.case, deputy, conflicts=[], at=way.at)
    row = machine.waiting(way.fresh(), "countersign")
    shown, checked = proposals.digest_of(row.proposal), [defect.value for defect in Defect]

    def sign(person):
        try:
            machine.sign(Step.objects.get(pk=row.pk), shown=shown, by=person, at=way.at, more={"checked": checked})
            return "signed"
        except machine.StepRefused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(sign, [registrar, deputy]))

    assert answers == ["refused", "signed"]
    assert way.fresh().decisions.get().countersigner in {registrar, deputy}
    assert Sanction.objects.current().count() == 1
    assert way.case.steps.filter(name="countersign").exclude(taken_at=None).count() == 1
