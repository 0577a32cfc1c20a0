"""Appointing people to work on cases: by two, from an empty site on; and what follows from it."""

from datetime import timedelta

import pytest

from accounts import proposals, roles
from accounts.facts import SiteRole
from accounts.models import Proposal, Roles, User
from audit import clock, log
from complaints import appointments, staffing, tasks
from complaints.appointments import Terms
from complaints.facts import CaseRole, PoolRank
from complaints.models import Appointment
from config.celery import app
from outbox.models import OutboxMessage
from tests.complaints.office import DAY, LONG_AGO, TODAY, appointed, at
from tests.factories.accounts import AdministratorFactory, AuditorFactory, AuthorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory

pytestmark = pytest.mark.django_db
NOON = at()
WHY = "For the new year."


@pytest.fixture(autouse=True)
def _it_is_noon():
    with clock.moved(NOON - clock.real()):
        yield


def propose(person, role=CaseRole.INTAKE, *, by, when=NOON, **terms) -> Proposal:
    return appointments.propose(person, Terms(role, **{"first_day": TODAY, "trained_on": LONG_AGO, **terms}), by=by, reason=WHY, at=when)


def sign(proposal, by, *, when=NOON) -> Proposal:
    return proposals.sign(proposal, shown=proposals.digest_of(proposal), by=by, at=when)


def appoint(person, role=CaseRole.INTAKE, *, by, second, when=NOON, **terms) -> Appointment:
    sign(propose(person, role, by=by, when=when, **terms), second, when=when)
    return Appointment.objects.current().filter(person=person, role=role.value).latest("pk")


def refused(act, kind=appointments.NotAppointed) -> str:
    with pytest.raises(kind) as refusal:
        act()
    return " ".join(refusal.value.reasons)


def holds(person) -> bool:
    return roles.offices_of(User.objects.get(pk=person.pk)).has_case_role


@pytest.fixture
def registrar():
    return appointed(CaseRole.REGISTRAR)


@pytest.fixture
def other():
    return appointed(CaseRole.REGISTRAR)


# The way it goes


def test_the_first_registrars_of_an_empty_site_are_appointed_by_two_site_administrators():
    first, second = AdministratorFactory(), AdministratorFactory()
    people = UserFactory(), UserFactory()

    for person in people:
        appoint(person, CaseRole.REGISTRAR, by=first, second=second)

    assert all(appointments.is_registrar(person) and holds(person) for person in people)
    third = propose(UserFactory(), CaseRole.REGISTRAR, by=first)
    assert "somebody with another role" in refused(lambda: sign(third, second), proposals.CannotSign)
    sign(third, people[0])


@pytest.mark.parametrize("role", sorted(set(CaseRole) - {CaseRole.REGISTRAR, CaseRole.DEPUTY_REGISTRAR}))
def test_site_administrators_alone_appoint_to_nothing_else(role):
    proposal = propose(UserFactory(), role, by=AdministratorFactory())

    assert "somebody with another role" in refused(lambda: sign(proposal, AdministratorFactory()), proposals.CannotSign)


@pytest.mark.parametrize("second", ["registrar", "administrator"])
def test_a_registrar_and_another_or_a_site_administrator_appoint_by_two_signatures(registrar, other, second):
    person = UserFactory()
    proposal = propose(person, by=registrar)
    assert not Appointment.objects.filter(person=person).exists()

    sign(proposal, other if second == "registrar" else AdministratorFactory())

    row = Appointment.objects.get(person=person)
    assert (row.role, row.first_day, row.last_day, row.proposal) == ("intake", TODAY, None, proposal)
    assert holds(person)
    (entry,) = log.history(row)
    assert (entry.action, entry.about_id) == ("complaints.appointed", str(person.pk))


@pytest.mark.parametrize("who", [StaffFactory, AuthorFactory, AuditorFactory, UserFactory])
def test_nobody_else_appoints(registrar, other, who):
    proposal = propose(UserFactory(), by=registrar)

    assert "do not let you sign" in refused(lambda: sign(proposal, who()), proposals.CannotSign)
    assert "do not let you sign" in refused(lambda: sign(proposal, appointed(CaseRole.INTAKE)), proposals.CannotSign)


def test_nobody_signs_their_own_appointment(registrar, other):
    assert "about you" in refused(lambda: propose(registrar, CaseRole.DEPUTY_REGISTRAR, by=registrar), proposals.CannotSign)
    assert "about you" in refused(lambda: sign(propose(other, CaseRole.INTAKE, by=registrar), other), proposals.CannotSign)


def test_a_registrar_who_is_no_longer_one_makes_the_proposal_void(registrar, other):
    proposal = propose(UserFactory(), by=registrar)
    Appointment.objects.filter(person=registrar).update(voided_at=NOON)

    assert "may no longer do so" in refused(lambda: sign(proposal, other), proposals.CannotSign)
    assert Appointment.objects.current().count() == 1


def test_those_who_can_sign_are_told_that_something_waits(registrar, other):
    administrator, person = AdministratorFactory(), UserFactory()
    appointed(CaseRole.INTAKE)
    proposal = propose(person, by=registrar)

    told = {int(row.subject_id.partition(":")[2]) for row in OutboxMessage.objects.filter(kind="accounts.signature_waits")}
    assert told == {other.pk, administrator.pk}
    assert proposal.document.startswith(f"{person.get_full_name()} ({person.email}) is appointed: Intake, from November 23, 2026")


def test_the_document_says_what_the_person_is_appointed_to(registrar, other):
    document = propose(
        UserFactory(),
        CaseRole.PANEL_MEMBER,
        by=registrar,
        last_day=TODAY + 700 * DAY,
        coach_elsewhere_body="Open Coaching Register (invented)",
        coach_elsewhere_until=TODAY + 90 * DAY,
        pool_rank=PoolRank.SECOND,
        outside_body="Harbor Coaches Union (invented)",
    ).document

    for words in (
        "Panel member",
        "through October 23, 2028",
        "coach’s seat",
        "Open Coaching Register",
        "February 21, 2027",
        "Second of the pool",
        "Lent by Harbor",
        WHY,
    ):
        assert words in document


def test_every_log_in_of_the_person_ends_so_that_the_next_has_a_second_factor(client, registrar, other):
    person = UserFactory()
    client.force_login(person)

    appoint(person, by=registrar, second=other)

    assert client.get("/my/").status_code == 302


# What speaks against it


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"last_day": TODAY - DAY}, "before the first"),
        ({"first_day": TODAY - DAY}, "today or later"),
        ({"trained_on": TODAY + DAY}, "training lies ahead"),
        ({"role": CaseRole.PANEL_MEMBER, "coach_elsewhere_body": "A body"}, "needs both"),
        ({"role": CaseRole.PANEL_MEMBER, "coach_elsewhere_until": TODAY}, "needs both"),
        ({"coach_elsewhere_body": "A body", "coach_elsewhere_until": TODAY}, "panel members only"),
        ({"role": CaseRole.PANEL_MEMBER, "coach_elsewhere_body": "A body", "coach_elsewhere_until": TODAY - DAY}, "ends before"),
        (
            {"role": CaseRole.PANEL_MEMBER, "coach_elsewhere_body": "A body", "coach_elsewhere_until": TODAY, "lay": True},
            "no coach of another",
        ),
        ({"role": CaseRole.DEPUTY_REGISTRAR}, "is a registrar"),
        ({"pool_rank": PoolRank.FIRST}, "are panel members"),
        ({"outside_body": "x" * 121}, "120 characters"),
    ],
)
def test_terms_that_contradict_one_another_are_refused_in_words(registrar, other, terms, words):
    assert words in refused(lambda: propose(UserFactory(), by=registrar, **terms))
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("who", "words"), [(AuditorFactory, "An auditor holds no other role."), (AdministratorFactory, "holds no case role")]
)
def test_an_auditor_and_a_site_administrator_hold_no_case_role(registrar, other, who, words):
    person = who()

    assert words in refused(lambda: propose(person, by=registrar))
    assert not holds(person)


def test_who_became_auditor_meanwhile_is_not_appointed_by_the_last_signature(registrar, other):
    person = UserFactory()
    proposal = propose(person, by=registrar)
    roles.grant(person, SiteRole.AUDITOR, by=None, reason="Now")

    assert "An auditor holds no other role." in refused(lambda: sign(proposal, other), proposals.CannotSign)
    assert not Appointment.objects.filter(person=person).exists()


@pytest.mark.parametrize(("make", "words"), [(StaffFactory, "on the staff"), (lambda: CertificateFactory().holder, "holds no certificate")])
def test_lay_is_neither_a_coach_nor_paid(registrar, other, make, words):
    assert words in refused(lambda: propose(make(), by=registrar, lay=True))


def test_appointments_of_one_person_agree_on_being_lay(registrar, other):
    person = appointed(CaseRole.CASE_REVIEWER, lay=True)

    assert "says otherwise" in refused(lambda: propose(person, CaseRole.PANEL_MEMBER, by=registrar))
    assert appoint(person, CaseRole.PANEL_MEMBER, by=registrar, second=other, lay=True)


def test_the_pool_has_one_chair(registrar, other):
    appointed(CaseRole.PANEL_MEMBER, pool_rank="first")

    assert "Somebody else has this part" in refused(
        lambda: propose(UserFactory(), CaseRole.PANEL_MEMBER, by=registrar, pool_rank=PoolRank.FIRST)
    )


def test_whoever_may_not_log_in_is_not_appointed_and_a_reason_is_asked_for(registrar, other):
    person = UserFactory(is_active=False)

    with pytest.raises(appointments.NotAppointed) as refusal:
        appointments.propose(person, Terms(CaseRole.INTAKE, TODAY), by=registrar, reason=" ", at=NOON)

    assert refusal.value.reasons == [roles.SHUT_OUT, "Please say why, in 500 characters at most."]


# A new one in the place of an old one, and the end


def test_a_new_appointment_to_the_same_role_takes_the_place_of_the_old_one_from_its_first_day(registrar, other):
    person = appointed(CaseRole.INTAKE, trained_on=None)
    old = Appointment.objects.get(person=person)

    new = appoint(person, by=registrar, second=other, first_day=TODAY + DAY)

    old.refresh_from_db()
    assert old.voided_at == NOON
    first, second = Appointment.objects.current().filter(person=person).order_by("first_day")
    assert (first.first_day, first.last_day, first.trained_on) == (LONG_AGO, TODAY, None)
    assert second == new
    assert second.replaces == old


def ends(person, last_day, *, by, second=None, when=NOON):
    row = Appointment.objects.current().get(person=person)
    proposal = appointments.propose_end(row, last_day=last_day, by=by, reason=WHY, at=when)
    return sign(proposal, second, when=when) if second else proposal


def test_an_appointment_ends_by_two_signatures_and_with_it_the_case_role(registrar, other):
    person = appointed(CaseRole.INTAKE)

    ends(person, TODAY - DAY, by=registrar, second=other)

    row = Appointment.objects.current().get(person=person)
    assert row.last_day == TODAY - DAY
    assert not appointments.holds(person, on=TODAY)
    assert not holds(person)
    roles.grant(person, SiteRole.AUDITOR, by=None, reason="Now")


def test_with_a_day_ahead_the_person_works_on_until_then_and_settling_clears_the_role(registrar, other):
    person = appointed(CaseRole.INTAKE)
    ends(person, TODAY + 9 * DAY, by=registrar, second=other)

    assert appointments.holds(person, CaseRole.INTAKE, on=TODAY + 9 * DAY)
    assert not appointments.holds(person, on=TODAY + 10 * DAY)
    assert appointments.settle(on=TODAY + 9 * DAY) == 0
    assert appointments.settle(on=TODAY + 10 * DAY) == 1
    assert not holds(person)
    assert [entry.action for entry in log.history(person)][-1] == "complaints.case_role_over"
    assert appointments.settle(on=TODAY + 10 * DAY) == 0


def test_the_schedule_settles_what_is_over(registrar):
    appointed(CaseRole.INTAKE, last_day=TODAY - DAY)

    assert "complaints.settle_appointments" in {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks.settle_appointments() == 1


def test_one_that_has_not_begun_is_taken_back_whole(registrar, other):
    person = UserFactory()
    appoint(person, by=registrar, second=other, first_day=TODAY + 5 * DAY)

    ends(person, TODAY, by=registrar, second=other)

    assert not Appointment.objects.current().filter(person=person).exists()


@pytest.mark.parametrize(("last_day", "words"), [(TODAY - 2 * DAY, "yesterday or later"), (TODAY + 40 * DAY, "ends then already")])
def test_an_end_lies_neither_in_the_past_nor_behind_the_one_there_is(registrar, other, last_day, words):
    person = appointed(CaseRole.INTAKE, last_day=TODAY + 40 * DAY)

    assert words in refused(lambda: ends(person, last_day, by=registrar))


def test_a_registrar_stays_one_while_they_are_a_deputy(registrar, other):
    deputy = appointed(CaseRole.DEPUTY_REGISTRAR, person=registrar)
    row = Appointment.objects.get(person=deputy, role="registrar")

    assert "deputy registrar longer" in refused(lambda: appointments.propose_end(row, last_day=TODAY, by=other, reason=WHY, at=NOON))


def test_what_was_changed_before_the_last_signature_is_not_ended_again(registrar, other):
    person = appointed(CaseRole.INTAKE)
    first, second = ends(person, TODAY + DAY, by=registrar), ends(person, TODAY + 2 * DAY, by=registrar)
    sign(first, other)

    assert "changed meanwhile" in refused(lambda: sign(second, other), proposals.CannotSign)
    assert Appointment.objects.current().get(person=person).last_day == TODAY + DAY


def test_the_last_registrar_is_dismissed_by_two_site_administrators_and_one_of_two_is_not(registrar):
    first, second = AdministratorFactory(), AdministratorFactory()
    other = appointed(CaseRole.REGISTRAR)
    proposal = ends(other, TODAY - DAY, by=first)
    assert "somebody with another role" in refused(lambda: sign(proposal, second), proposals.CannotSign)
    sign(proposal, registrar)

    ends(registrar, TODAY - DAY, by=first, second=second)

    assert not appointments.is_registrar(registrar)
    assert not Roles.objects.filter(holds_case_role=True).exists()


def test_a_day_that_was_yesterday_when_it_was_proposed_holds_when_it_is_signed_later(registrar, other):
    person = appointed(CaseRole.INTAKE)
    proposal = ends(person, TODAY - DAY, by=registrar)

    with clock.moved(NOON + timedelta(days=5) - clock.real()):
        sign(proposal, other, when=NOON + timedelta(days=5))

    assert Appointment.objects.current().get(person=person).last_day == TODAY - DAY


# The card


@pytest.mark.parametrize("times", [1, 3])
def test_the_card_counts_cases_and_says_who_is_missing_in_three_statements(times, django_assert_num_queries):
    lay = [appointed(CaseRole.CASE_REVIEWER, lay=True) for _ in range(times)]
    appointed(CaseRole.PANEL_MEMBER, person=CertificateFactory().holder)
    appointed(CaseRole.INTAKE, declared=None)
    appointed(CaseRole.INTAKE, trained_on=None)

    with django_assert_num_queries(3):
        card = staffing.card(on=TODAY)

    assert (card.cases, card.people, card.left) == (0, len(lay) + 1, len(lay) + 1)
    assert staffing.Missing(CaseRole.INTAKE, "", 2) in card.missing
    assert staffing.Missing(CaseRole.PANEL_MEMBER, "lay", 2) in card.missing
    assert staffing.Missing(CaseRole.PANEL_MEMBER, "for the coach’s seat", 1) in card.missing


def test_an_empty_office_reads_what_a_full_case_takes():
    card = staffing.card(on=TODAY)

    assert (card.cases, card.people) == (0, 0)
    assert sum(row.number for row in card.missing) == 17
