"""/casework/: who may open what, what a seat reads, and a step filled in, looked at, done or signed."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from accounts import factors
from audit import clock
from audit.models import Entry
from complaints import machine, papers, running, seats
from complaints.facts import CaseRole, ClockName, ConflictKind, Defect, PaperKind, Party, Seat, State
from complaints.models import Assignment, Case, Evidence, Interest, Letter, Step
from complaints.states import TRANSITIONS, FieldKind
from complaints.step_forms import BY_ITSELF, Known, StepForm
from config import menu
from tests.complaints import office
from tests.complaints.way import LONG, WHY, Way
from tests.factories import cms as texts
from tests.factories.accounts import AdministratorFactory, AuditorFactory, StaffFactory, UserFactory
from tests.logins import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(db):
    """A complaint that came two days ago, in an office that can staff it."""
    return Way(klass="D", start=clock.today() - timedelta(days=2))


@pytest.fixture
def officer(way):
    return office.appointed(CaseRole.INTAKE)


def at(person) -> Client:
    client = Client()
    client.force_login(person, factor=True)
    return client


def text(answer) -> str:
    return unescape(answer.content.decode())


def case_page(way, person):
    return at(person).get(reverse("case", args=[way.case.number]))


def step_page(way, name) -> str:
    return reverse("case_step", args=[way.case.number, name])


def addresses(way) -> list[str]:
    file = Evidence.objects.create(case=way.case, party="complainant", size=1, state="accepted", media_type="text/plain")
    number = way.case.number
    return [
        reverse("case", args=[number]),
        reverse("attest", args=[number]),
        reverse("evidence_copy", args=[number, file.uid]),
        reverse("evidence_original", args=[number, file.uid]),
        step_page(way, "take"),
        step_page(way, "dismiss"),
    ]


def superuser():
    return UserFactory(is_superuser=True, is_staff=True)


# Who


@pytest.mark.parametrize("make", [UserFactory, StaffFactory, AdministratorFactory, superuser])
def test_nobody_without_an_appointment_opens_any_page_of_casework(make, way):
    client = at(make())

    assert {client.get(path).status_code for path in [reverse("casework"), *addresses(way)]} == {403}


def test_a_stranger_logs_in_first(way, client):
    assert {client.get(path).status_code for path in [reverse("casework"), *addresses(way)]} == {302}


def test_an_auditor_reads_the_header_and_no_word(way):
    way.to_triage()
    auditor = at(AuditorFactory())

    page = text(auditor.get(reverse("case", args=[way.case.number])))

    assert "Being looked at by intake" in page
    assert LONG not in page
    assert way.coach.get_full_name() not in page
    assert auditor.get(addresses(way)[2]).status_code == 404
    assert not Entry.objects.filter(action="audit.read").exists()


def test_a_registrar_without_a_seat_reads_the_header_and_no_word(way):
    page = text(case_page(way, office.appointed(CaseRole.REGISTRAR)))

    assert "Waits to be taken" in page
    assert LONG not in page
    assert way.coach.get_full_name() not in page


def test_a_case_that_is_not_ones_own_is_not_there(way, officer):
    way.to_triage()
    reviewer = office.appointed(CaseRole.CASE_REVIEWER)

    for person in (officer, reviewer):
        assert {at(person).get(path).status_code for path in addresses(way)} == {404}
    assert at(officer).get(reverse("case", args=["C-NEVERWAS"])).status_code == 404


def test_whoever_it_is_about_is_told_of_no_case_whatever_they_are_appointed_to(way):
    office.appointed(CaseRole.INTAKE, CaseRole.REGISTRAR, person=way.coach)
    client = at(way.coach)

    assert way.case.number not in text(client.get(reverse("casework")))
    assert client.get(reverse("case", args=[way.case.number])).status_code == 404


def test_whoever_has_to_do_with_the_coach_is_told_of_no_case(way, officer):
    Interest.objects.create(
        person=officer, about=way.coach, kind=ConflictKind.FRIENDSHIP.value, declared_on=clock.today(), recorded_by=officer
    )

    assert way.case.number not in text(at(officer).get(reverse("casework")))
    assert case_page(way, officer).status_code == 404


# Before it opens


def reviewer_of(way):
    """Somebody who has a seat and has said nothing yet."""
    way.to_triage()
    person = office.appointed(CaseRole.INVESTIGATOR)
    seats.assign(way.case, person, Seat.INVESTIGATOR, by=None, at=clock.now())
    return person


def test_somebody_who_has_not_attested_reads_no_word(way):
    person = reviewer_of(way)

    page = text(case_page(way, person))

    assert "Before case" in page
    assert LONG not in page
    assert {at(person).get(path).status_code for path in addresses(way)[2:]} == {404}
    assert not Entry.objects.filter(action="audit.read").exists()


def test_whoever_knows_neither_side_reads_and_the_ledger_says_so_first(way):
    person = reviewer_of(way)
    client = at(person)

    answer = client.post(reverse("attest", args=[way.case.number]), {"says": "none"}, follow=True)

    assert LONG in text(answer)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert Entry.objects.filter(action="audit.read").count() == 1


def test_a_conflict_closes_the_case_before_a_word_was_opened(way):
    person = reviewer_of(way)
    client = at(person)

    answer = client.post(reverse("attest", args=[way.case.number]), {"says": "friendship"}, follow=True)

    assert "closed to you" in text(answer)
    assert way.case.number not in text(client.get(reverse("casework"))).replace("closed to you", "")
    assert client.get(reverse("case", args=[way.case.number])).status_code == 404
    assert not Assignment.objects.open().filter(person=person).exists()
    assert Assignment.objects.open().filter(case=way.case, seat="investigator").exists()  # somebody else was drawn
    assert not Entry.objects.filter(action="audit.read").exists()


def test_a_taker_who_finds_that_they_know_a_side_gives_the_case_back(way):
    way.to_triage()
    taker = way.holder(Seat.TAKER)

    at(taker).post(reverse("attest", args=[way.case.number]), {"says": "kin"})

    assert way.fresh().state == State.SUBMITTED
    assert case_page(way, taker).status_code == 404


def test_nothing_said_asks_again(way):
    answer = at(reviewer_of(way)).post(reverse("attest", args=[way.case.number]), {})

    assert "Please fill this in." in text(answer)


# What a seat reads


def test_the_name_of_who_complained_is_for_the_taker_alone(way):
    papers.write(way.case, PaperKind.CONTACT, '{"name": "Hollis Umberquist", "mail": "h@example.org"}', by=None, party=Party.COMPLAINANT)
    papers.write(way.case, PaperKind.NOTE, "x", by=None)
    papers.write(way.case, PaperKind.NARRATIVE, "I, Hollis, was there.", by=None, party=Party.COMPLAINANT)
    Case.objects.filter(pk=way.case.pk).update(level="confidential")
    investigator = reviewer_of(way)
    seats.attest(way.case, investigator, conflicts=[], at=clock.now())

    taker, other = text(case_page(way, way.holder(Seat.TAKER))), text(case_page(way, investigator))

    assert "Hollis Umberquist" in taker
    assert "h@example.org" in taker
    assert "Hollis" not in other
    assert "h@example.org" not in other
    assert "I, ▇▇▇, was there." in other


def test_what_is_alleged_stands_beside_the_clause_as_it_was_worded_then(way):
    texts.texts()
    way.to_triage()
    clause = "PS-10"
    way.case.allegations.create(clause_id=clause)

    page = text(case_page(way, way.holder(Seat.TAKER)))

    assert clause in page


def test_letters_of_both_sides_are_one_thread(way):
    way.to_triage()
    way.take("acknowledge", way.holder(Seat.TAKER))

    page = text(case_page(way, way.holder(Seat.TAKER)))

    assert Letter.objects.filter(case=way.case).count() == 1
    assert "We received your complaint" in page


# The queue


def test_the_queue_says_whose_turn_it_is_and_what_is_mine_to_do(way, officer):
    running.start(way.case, ClockName.TAKE, at=way.at)

    page = text(at(officer).get(reverse("casework")))

    for words in (way.case.number, "Waits to be taken", "Intake", "Take this complaint"):
        assert words in page


@pytest.mark.parametrize(("number", "shown"), [(1, 1), (3, 3), (200, 25)])
def test_no_case_adds_a_query_to_the_queue(number, shown, django_assert_num_queries, db):
    officer = office.appointed(CaseRole.INTAKE, CaseRole.REGISTRAR)
    for _ in range(number):
        office.case(state=State.SUBMITTED.value)
    client = at(officer)
    client.get(reverse("casework"))

    with django_assert_num_queries(QUERIES):
        page = text(client.get(reverse("casework")))

    assert page.count('scope="row"') == shown


QUERIES = 14


# Steps


def dismissal() -> dict:
    return {"reason": "other_body", "reason_text": WHY * 4}


def test_a_dismissal_is_looked_at_before_it_is_done_and_closes_the_case(way):
    way.to_triage()
    client = at(way.holder(Seat.TAKER))
    sent = {**dismissal(), "version": way.fresh().version}

    before = text(client.post(step_page(way, "dismiss"), {**sent, "go": "look"}))

    assert "Not done yet" in before
    assert WHY in before
    assert "We cannot take the complaint on" in before
    assert way.fresh().state == State.TRIAGE
    client.post(step_page(way, "dismiss"), {**sent, "go": "take"})
    assert (way.fresh().state, way.case.closure) == (State.CLOSED, "dismissed")


def test_a_step_that_is_refused_comes_back_with_every_reason_and_all_that_was_typed(way):
    way.to_triage()
    client = at(way.holder(Seat.TAKER))

    page = text(client.post(step_page(way, "dismiss"), {"reason": "other_body", "reason_text": "Too short.", "version": "1", "go": "take"}))

    assert "Too short." in page
    assert "100 characters or more" in page
    assert "moved on" in page
    assert way.fresh().state == State.TRIAGE


def test_a_step_of_somebody_elses_is_not_there(way, officer):
    way.to_triage()

    assert at(officer).get(step_page(way, "dismiss")).status_code == 404
    assert at(way.holder(Seat.TAKER)).get(step_page(way, "countersign")).status_code == 404
    assert at(way.holder(Seat.TAKER)).get(step_page(way, "nothing")).status_code == 404


def test_taking_a_case_asks_for_a_factor_given_just_now_and_keeps_what_was_filled_in(way, officer):
    client = at(officer)
    client.keep(**{factors.GIVEN: (clock.real() - timedelta(hours=1)).isoformat()})
    sent = {"no_conflict": "yes", "reason_text": WHY, "version": way.case.version, "go": "take"}

    page = text(client.post(step_page(way, "take"), sent))

    assert "step_up" in page
    assert WHY in page
    assert way.fresh().state == State.SUBMITTED


def test_intake_takes_a_case_and_reads_it(way, officer):
    client = at(officer)
    sent = {"no_conflict": "yes", "reason_text": WHY, "version": way.case.version, "go": "take"}

    page = text(client.post(step_page(way, "take"), sent, follow=True))

    assert way.fresh().state == State.TRIAGE
    assert LONG in page


def test_what_waits_is_signed_with_what_the_registrar_checked():
    way = Way(start=clock.today() - timedelta(days=96)).to_tallied("O4")
    registrar = way.holder(Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR)
    client = at(registrar)
    row = machine.waiting(way.fresh(), "countersign")

    assert "Waits for your signature" in text(client.get(reverse("casework")))
    page = text(client.get(step_page(way, "countersign")))
    assert "What the public will read" in page
    shown = page.split('name="shown" value="')[1].split('"')[0]
    not_yet = text(client.post(step_page(way, "countersign"), {"shown": shown, "checked": ["quorum"]}))
    assert "Checked" in not_yet
    assert Step.objects.get(pk=row.pk).taken_at is None
    client.post(step_page(way, "countersign"), {"shown": shown, "checked": [one.value for one in Defect]})
    assert way.fresh().state == State.DECIDED


@pytest.mark.parametrize("step", TRANSITIONS, ids=[row.name for row in TRANSITIONS])
def test_the_form_asks_for_what_the_table_asks_for(step):
    known = Known((("7", "PS-10"),), (("PS-10", "x"),), (("3", "Somebody"),), (("5", "one.txt"),))
    form = StepForm(None, step, known)

    assert ("reason" in form.fields) == (len(step.reasons) > 1)
    assert ("reason_text" in form.fields) == bool(step.signers and step.reason_text)
    for field in step.fields:
        if field.name in BY_ITSELF:
            continue
        if field.kind is FieldKind.OBLIGATIONS:
            assert f"{field.name}-0-words" in form.fields
            continue
        each = field.kind in {FieldKind.ANSWER_EACH, FieldKind.WORDS_EACH}
        made = form.fields[f"{field.name}-7" if each else field.name]
        assert made.required == field.needed
        if field.choices:
            assert [tuple(one) for one in made.choices] == [(one.code, one.label) for one in field.choices]


def test_whoever_holds_nothing_but_an_appointment_begins_at_the_queue(way, officer):
    assert menu.office(officer) == reverse("casework")
