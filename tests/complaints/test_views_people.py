"""The screens about those who work on cases: who may open them, what they say, what a refused form brings back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import factors
from accounts.models import Proposal
from audit import clock
from complaints.facts import CaseRole
from complaints.models import Appointment, Declaration, Interest
from complaints.people_forms import AppointForm, InterestForm
from tests.complaints.office import DAY, appointed
from tests.factories.accounts import AdministratorFactory, AuditorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar(client):
    person = appointed(CaseRole.REGISTRAR, declared=clock.today(), first_day=clock.today() - DAY, trained_on=clock.today() - DAY)
    client.force_login(person, factor=True)
    return person


@pytest.fixture
def officer(client):
    person = appointed(CaseRole.INTAKE, declared=None, first_day=clock.today() - DAY, trained_on=clock.today() - DAY)
    client.force_login(person, factor=True)
    return person


def text(answer) -> str:
    return answer.content.decode()


def form(person, **more) -> dict:
    return {"email": person.email, "role": "intake", "first_day": clock.today().isoformat(), "reason": "For the new year.", **more}


# Appointments


@pytest.mark.parametrize(
    ("who", "status"), [(AdministratorFactory, 200), (AuditorFactory, 200), (StaffFactory, 403), (lambda: appointed(CaseRole.INTAKE), 403)]
)
def test_registrars_site_administrators_and_auditors_read_who_is_appointed(client, who, status):
    client.force_login(who(), factor=True)

    assert client.get(reverse("appointments")).status_code == status


def test_a_registrar_reads_who_is_appointed_to_what_and_who_has_not_declared(client, registrar):
    appointed(CaseRole.CASE_REVIEWER, person=UserFactory(full_name="Dana Reviewer"), lay=True, trained_on=None, declared=None)

    page = text(client.get(reverse("appointments")))

    lacks = "not yet have the people for one full case"
    for words in ("Dana Reviewer", "Case reviewer", "Lay", "Not trained yet.", "Not yet", lacks, "Appoint somebody"):
        assert words in page


def test_an_auditor_is_offered_no_change(client):
    appointed(CaseRole.CASE_REVIEWER)
    client.force_login(AuditorFactory(), factor=True)

    page = text(client.get(reverse("appointments")))

    assert "Appoint somebody" not in page
    assert "End…" not in page
    assert "Register" not in page


def test_the_register_of_another_is_linked_for_registrars_alone(client, registrar):
    other = appointed(CaseRole.INTAKE)
    address = reverse("interests_of", args=[other.uid])
    assert address in text(client.get(reverse("appointments")))

    client.force_login(AdministratorFactory(), factor=True)

    assert address not in text(client.get(reverse("appointments")))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(client, registrar, others, django_assert_num_queries):
    for _ in range(others):
        appointed(CaseRole.INTAKE, CaseRole.INVESTIGATOR)
    client.get(reverse("appointments"))

    with django_assert_num_queries(13):
        client.get(reverse("appointments"))


def test_an_appointment_is_proposed_by_the_form_and_waits(client, registrar):
    person = UserFactory()

    answer = client.post(reverse("propose_appointment"), form(person, trained_on=clock.today().isoformat()))

    proposal = Proposal.objects.get()
    assert answer["Location"] == reverse("proposal", args=[proposal.uid])
    assert (proposal.kind, proposal.about, proposal.made_by) == ("complaints.appoint", person, registrar)
    assert not Appointment.objects.filter(person=person).exists()


def test_a_refused_form_keeps_what_was_typed_and_says_everything_that_is_missing(client, registrar):
    given = {"email": "nobody@example.org", "role": "", "first_day": "tomorrow", "coach_elsewhere_body": "Harbor", "reason": ""}

    page = text(client.post(reverse("propose_appointment"), given))

    links = ('href="#id_email"', 'href="#id_role_0"', 'href="#id_reason"')
    for words in ("Nobody here has this address", "This is not a day of the calendar", 'value="Harbor"', *links):
        assert words in page
    assert not Proposal.objects.exists()


def test_what_the_verb_refuses_stands_above_the_form(client, registrar):
    page = text(client.post(reverse("propose_appointment"), form(UserFactory(), lay="on", coach_elsewhere_body="Harbor")))

    assert "Not yet: something needs another look" in page
    assert "A sister body’s certificate is of use to panel members only." in page
    assert "The coach’s seat needs both" in page


def test_a_second_click_is_told_that_it_waits(client, registrar):
    person = UserFactory()
    client.post(reverse("propose_appointment"), form(person))

    assert "The same waits for a signature already." in text(client.post(reverse("propose_appointment"), form(person)))


def test_an_end_is_proposed_by_the_form(client, registrar):
    row = Appointment.objects.get(person=appointed(CaseRole.INTAKE))
    address = reverse("end_appointment", args=[row.uid])
    assert "End the appointment of" in text(client.get(address))

    client.post(address, {"last_day": clock.today().isoformat(), "reason": "Moves away."})

    assert Proposal.objects.get().kind == "complaints.end_appointment"
    assert Appointment.objects.current().get(pk=row.pk).last_day is None


def test_an_appointment_that_is_over_has_no_page(client, registrar):
    row = Appointment.objects.get(person=appointed(CaseRole.INTAKE, last_day=clock.today() - DAY, first_day=clock.today() - 9 * DAY))

    assert client.get(reverse("end_appointment", args=[row.uid])).status_code == 404


@pytest.mark.parametrize("address", ["propose_appointment", "end_appointment"])
def test_appointing_asks_for_a_factor_given_just_now(client, registrar, address):
    row = Appointment.objects.get(person=appointed(CaseRole.INTAKE))
    client.keep(**{factors.GIVEN: (clock.real() - timedelta(minutes=6)).isoformat()})

    page = text(client.get(reverse(address, args=[row.uid] if address == "end_appointment" else [])))

    assert "step_up-code" in page
    assert 'name="reason"' not in page


# The register of interests


def test_who_is_not_appointed_has_no_register(client):
    client.force_login(StaffFactory())

    assert client.get(reverse("my_interests")).status_code == 403


def test_an_officer_says_that_there_is_nothing_to_declare(client, officer):
    assert "Not declared yet" in text(client.get(reverse("my_interests")))

    client.post(reverse("my_interests"), {"act": "declare"})

    assert Declaration.objects.get().person == officer
    assert "That counts through" in text(client.get(reverse("my_interests")))


@pytest.mark.parametrize("typed", ["name", "number"])
def test_an_interest_is_entered_by_name_or_number(client, officer, typed):
    holder = UserFactory(full_name="Marisol Vantongeren")
    certificate = CertificateFactory(holder=holder, term__first_day=clock.today() - 9 * DAY)
    about = certificate.number if typed == "number" else "vantongeren marisol"

    answer = client.post(reverse("my_interests"), {"act": "enter", "about": about, "kind": "supervision", "since": "2020-05-01"})

    assert answer.status_code == 302
    row = Interest.objects.get()
    assert (row.person, row.about, row.kind, row.recorded_by) == (officer, holder, "supervision", officer)
    assert "Marisol Vantongeren" in text(client.get(reverse("my_interests")))


def test_of_two_coaches_of_one_name_the_number_is_asked_for_and_what_was_typed_stays(client, officer):
    for number in ("TEST-AA", "TEST-BB"):
        CertificateFactory(holder=UserFactory(full_name="Ida Exemplar"), number=number, term__first_day=clock.today() - 9 * DAY)

    page = text(client.post(reverse("my_interests"), {"act": "enter", "about": "Ida Exemplar", "kind": "kin"}))

    assert "More than one coach is called so" in page
    assert "TEST-AA" in page
    assert 'value="Ida Exemplar"' in page
    assert not Interest.objects.exists()


def test_a_refused_entry_says_everything_and_enters_nothing(client, officer):
    page = text(client.post(reverse("my_interests"), {"act": "enter", "about": "nobody of this name", "kind": "", "since": "3000-01-01"}))

    assert "No coach was found" in page
    assert 'href="#id_kind_0"' in page
    assert "Choose a day up to" in page
    assert not Interest.objects.exists()


def test_an_entry_ends_on_a_page_of_its_own(client, officer):
    row = Interest.objects.create(person=officer, about=UserFactory(), kind="kin", declared_on=clock.today(), recorded_by=officer)
    address = reverse("end_interest", args=[row.uid])
    assert "It has ended" in text(client.get(address))
    assert "The last day lies ahead" in text(client.post(address, {"until": (clock.today() + DAY).isoformat()}))

    assert client.post(address, {"until": clock.today().isoformat()})["Location"] == reverse("my_interests")

    assert Interest.objects.get(voided_at=None).until == clock.today()
    assert client.get(address).status_code == 404


def test_the_register_of_another_opens_to_registrars_alone(client, officer):
    other = appointed(CaseRole.INTAKE)
    row = Interest.objects.create(person=other, about=UserFactory(), kind="kin", declared_on=clock.today(), recorded_by=other)

    assert client.get(reverse("interests_of", args=[other.uid])).status_code == 403
    assert client.get(reverse("end_interest", args=[row.uid])).status_code == 403
    assert client.post(reverse("take_back_interest", args=[row.uid])).status_code == 403
    assert Interest.objects.get().voided_at is None


def test_a_registrar_types_in_declares_and_takes_out_for_another(client, registrar):
    other = appointed(CaseRole.INTAKE, declared=None)
    certificate = CertificateFactory(term__first_day=clock.today() - 9 * DAY)
    address = reverse("interests_of", args=[other.uid])

    client.post(address, {"act": "enter", "about": certificate.number, "kind": "dispute"})
    client.post(address, {"act": "declare"})
    row = Interest.objects.get()
    assert (row.person, row.recorded_by, Declaration.objects.get(person=other).recorded_by) == (other, registrar, registrar)
    assert "Take out: entered by mistake" in text(client.get(address))

    assert client.post(reverse("take_back_interest", args=[row.uid]))["Location"] == address

    assert not Interest.objects.filter(voided_at=None).exists()


def test_who_never_worked_on_a_case_has_no_register_to_open(client, registrar):
    assert client.get(reverse("interests_of", args=[UserFactory().uid])).status_code == 404


@pytest.mark.parametrize("entries", [1, 3])
def test_a_register_asks_as_much_for_three_entries_as_for_one(client, officer, entries, django_assert_num_queries):
    for _ in range(entries):
        Interest.objects.create(person=officer, about=UserFactory(), kind="kin", declared_on=clock.today(), recorded_by=officer)
    client.get(reverse("my_interests"))

    with django_assert_num_queries(7):
        client.get(reverse("my_interests"))


def test_from_what_waits_a_way_leads_back_to_a_page_that_is_theirs(client, officer):
    assert f'href="{reverse("casework")}">Office' in text(client.get(reverse("proposals")))


STRANGE = [
    "9" * 60,
    "-1",
    "nan",
    "<script>alert(1)</script>",
    "=cmd()",
    "\u202ecod.exe",
    "🙂" * 300,
    "' OR 1=1 --",
    "2026-02-30",
    "9999-12-31",
]


@pytest.mark.parametrize("value", STRANGE)
def test_whatever_is_typed_is_answered_in_words_and_writes_nothing(client, registrar, value):
    row = Appointment.objects.get(person=registrar)
    appoint = dict.fromkeys(AppointForm.base_fields, value)
    enter = {**dict.fromkeys(InterestForm.base_fields, value), "act": "enter"}
    for address, given in [
        (reverse("propose_appointment"), appoint),
        (reverse("propose_appointment"), {**appoint, "email": UserFactory().email, "role": "intake", "first_day": clock.today()}),
        (reverse("end_appointment", args=[row.uid]), {"last_day": value, "reason": value}),
        (reverse("my_interests"), enter),
        (reverse("my_interests"), {"act": value}),
    ]:
        answer = client.post(address, given)
        assert answer.status_code == 200
        assert "<script>alert" not in text(answer)

    assert not Proposal.objects.exists()
    assert not Interest.objects.exists()


# The admin


def test_the_admin_tells_site_administrators_alone_whether_there_are_enough_people(client):
    client.force_login(AdministratorFactory())
    assert "not yet have the people for one full case" in text(client.get(reverse("wagtailadmin_home")))

    client.force_login(StaffFactory())
    assert "People for complaints" not in text(client.get(reverse("wagtailadmin_home")))
