"""Coming back after a revocation: a new number, and what the public reads with it."""

from datetime import timedelta

import pytest

from certification import rules
from certification.models import Certificate, Sanction
from complaints import daily, machine
from complaints.facts import Actor, CaseRole, Risk, Seat
from complaints.models import Declaration
from courses.models import Completion, CoursePage, Enrollment
from tests.complaints.office import appointed, at
from tests.complaints.way import DECIDED, WHY, Way
from tests.factories import courses
from tests.factories.certification import at_noon, review_course

pytestmark = pytest.mark.django_db
REFERENCES = ("A supervisor, by telephone", "A colleague, by e-mail")


def revoked():
    way = Way(clause="PS-07", klass="A").to_decided("O7", yes=(Risk.SEXUAL,))
    way.day = DECIDED + 34
    daily.tick(at=way.at)
    return way


def ready(way, day):
    """Both courses passed two months before a day, and an office that has declared its interests that year."""
    module = CoursePage.objects.filter(key="therapy-and-coaching").first() or courses.course(name="therapy-and-coaching", lessons=1)
    for course in (review_course(), module):
        run = Enrollment.objects.create(
            person=way.coach, course=course, number=1, opened_at=at_noon(day) - timedelta(days=70), closed_at=at_noon(day)
        )
        Completion.objects.create(
            enrollment=run, person=way.coach, course=course, completed_at=at_noon(day) - timedelta(days=60), route="other"
        )
    until = {"coach_elsewhere_body": "Open Coaching Register (invented)", "coach_elsewhere_until": day + timedelta(days=90)}
    appointed(CaseRole.PANEL_MEMBER, **until)
    for person in Declaration.objects.values_list("person", flat=True).distinct():
        Declaration.objects.create(person_id=person, recorded_by_id=person, declared_on=day - timedelta(days=5))
    way.day = (day - way.start).days


def apply(way):
    return way.take("apply", way.coach, acting=Actor.FORMER_COACH, statement=WHY * 3, references=REFERENCES)


def granted():
    way = revoked()
    first = way.fresh().decisions.get().first_day
    ready(way, first.replace(year=first.year + 5) + timedelta(days=1))
    application = apply(way).application
    panel = way.holders(Seat.CHAIR, Seat.PANEL_MEMBER)
    registrar, chair = way.holder(Seat.REGISTRAR), way.holder(Seat.CHAIR)
    way.take("refer", registrar, application=application, panel=tuple(one.pk for one in panel), chair=chair.pk)
    row = way.take("grant", panel[0], application=application, safe_now=WHY, supervised_from=way.on, supervisor="Somebody")
    for person in (*panel[1:], registrar):
        row = way.sign(row, person)
    return way


def test_three_and_the_registrar_certify_again_under_a_new_number():
    way = granted()
    new = Certificate.objects.exclude(pk=way.certificate.pk).get(holder=way.coach)

    assert way.standing() == "revoked"
    assert rules.standing(new.spans(), [row.fact for row in new.sanctions.all()], on=way.on) == "active"
    told = Sanction.objects.get(certificate=new)
    assert "Reinstated after revocation" in told.public_note
    assert told.published_until == way.on.replace(year=way.on.year + 5)
    assert way.case.reinstatements.get().state == "R_GRANTED"


def test_nobody_applies_a_day_before_the_bar_is_over():
    way = revoked()
    first = way.fresh().decisions.get().first_day
    ready(way, first.replace(year=first.year + 5) - timedelta(days=1))

    with pytest.raises(machine.StepRefused, match="You can apply from"):
        apply(way)


def test_courses_that_were_passed_too_long_ago_do_not_count():
    way = revoked()
    first = way.fresh().decisions.get().first_day
    ready(way, first.replace(year=first.year + 5))
    way.day += 200

    with pytest.raises(machine.StepRefused, match="ethics review course"):
        apply(way)
    assert not way.case.reinstatements.exists()


def test_after_a_refusal_the_next_application_is_possible_a_year_later():
    way = revoked()
    first = way.fresh().decisions.get().first_day
    ready(way, first.replace(year=first.year + 5))
    application = apply(way).application
    way.take("refuse_reinstatement", way.holder(Seat.REGISTRAR), application=application, reason="incomplete")
    way.day += 30

    with pytest.raises(machine.StepRefused, match="A year has to pass"):
        apply(way)
    assert at(way.on)
