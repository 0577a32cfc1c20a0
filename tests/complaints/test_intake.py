"""A complaint comes in: once, sealed, with its first step, its clocks and a line to whoever may take it."""

from datetime import date, timedelta

import pytest
from django.db import connection

from audit import clock
from audit.models import Entry
from complaints import intake, papers, receipts
from complaints.facts import CaseRole, ConflictKind, Source, State
from complaints.machine import StepRefused
from complaints.models import Allegation, Case, Clock, Interest, Paper, Receipt, Step
from complaints.notices import address_of
from complaints.rules.gathered import Sending
from outbox.models import OutboxMessage
from tests.complaints import office
from tests.complaints.telling import CANARIES, answers, receipt_of, told
from tests.factories import cms as texts
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory

pytestmark = pytest.mark.django_db


def waiting() -> set[int]:
    """Who is told that a case waits."""
    return {int(row.subject_id.partition(":")[2]) for row in OutboxMessage.objects.filter(kind="complaints.case_waits")}


def submit(**other):
    texts.texts()
    return intake.submit(answers(**other), source=Source.WEB, at=clock.now(), sending=Sending())


def test_a_complaint_is_a_case_with_its_first_step_its_clocks_and_an_entry():
    case, code = submit()

    assert case.where is State.SUBMITTED
    assert [(row.name, row.after, row.made_by) for row in Step.objects.filter(case=case)] == [("submit", "SUBMITTED", None)]
    assert {row.name for row in Clock.objects.filter(case=case)} == {"acknowledge", "take"}
    assert receipts.find(code, on=clock.today()).case == case
    assert {entry.action for entry in Entry.objects.filter(subject_id=str(case.pk))} >= {"complaints.step_taken", "complaints.receipt_made"}


def test_the_story_is_sealed_and_opens_with_the_key_of_the_case_alone():
    case, _ = submit()

    opened = papers.read_for_machine(list(case.papers.order_by("pk")))
    assert opened[0] == CANARIES["narrative"]
    assert intake.contact_of(case) == {name: CANARIES[name] for name in ("name", "mail", "phone")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM complaints_paper")
        assert not any(canary.encode() in bytes(row[0]) for row in cursor.fetchall() for canary in CANARIES.values())


def test_the_code_in_force_on_the_day_of_the_conduct_is_the_one_that_counts():
    texts.texts()
    newer = texts.published(on=date(2026, 6, 1), changes={"PS-07": "None at all."})

    before, _ = submit(conduct_from=date(2026, 5, 31))
    after, _ = submit(conduct_from=date(2026, 6, 1))

    assert before.edition != newer
    assert after.edition == newer


def test_what_was_ticked_becomes_allegations_of_its_clauses_and_of_none_where_the_code_has_none():
    case, _ = submit(options=["told-others", "something-else", "told-others"])

    assert set(Allegation.objects.filter(case=case).values_list("clause_id", "option")) == {
        ("CF-01", "told-others"),
        (None, "something-else"),
    }


@pytest.mark.parametrize(
    ("given", "danger", "abuse"),
    [
        ({"danger": "yes"}, True, False),
        ({"danger": "unsaid"}, False, False),
        ({"minor": "yes"}, False, True),
        ({"options": ["did-not-report-abuse"]}, False, True),
    ],
)
def test_danger_and_a_minor_set_their_flags_and_the_clocks_of_hours(given, danger, abuse):
    case, _ = submit(**given)

    assert (case.danger, case.abuse) == (danger, abuse)
    names = {row.name for row in Clock.objects.filter(case=case)}
    assert ("interim_question" in names) is danger
    assert ("external_report" in names) is (danger or abuse)
    if danger:
        assert Clock.objects.get(case=case, name="take").hours == 24


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"coach": "", "not_sure": False}, "Name the coach"),
        ({"options": [], "narrative": "x" * 39}, "Tick what happened"),
        ({"level": "secret"}, "Choose who may know"),
        ({"truth": False}, "is true as far as you know"),
        ({"conduct_from": date(2999, 1, 1)}, "has not come yet"),
    ],
)
def test_what_the_rules_refuse_leaves_nothing_behind(given, words):
    with pytest.raises(StepRefused) as refused:
        submit(**given)

    assert words in " ".join(refused.value.reasons)
    assert not Case.objects.exists()
    assert not Paper.objects.exists()
    assert not OutboxMessage.objects.filter(kind__startswith="complaints").exists()


def test_a_honeypot_and_a_form_faster_than_a_person_are_refused_with_every_reason():
    texts.texts()
    with pytest.raises(StepRefused) as refused:
        intake.submit(answers(), source=Source.WEB, at=clock.now(), sending=Sending(honeypot="buy", seconds=1))

    assert len(refused.value.reasons) == 2
    assert not Case.objects.exists()


def test_a_form_that_is_sent_twice_is_one_case_with_one_code():
    texts.texts()
    code = receipts.derived("form-1")

    first = intake.submit(answers(), source=Source.WEB, at=clock.now(), code=code)
    second = intake.submit(answers(), source=Source.WEB, at=clock.now(), code=code)

    assert first == second == (Case.objects.get(), code)
    assert Receipt.objects.count() == 1


def test_the_code_of_a_form_is_a_code_like_any_other():
    code = receipts.derived("form-1")

    assert not receipts.has_slip(code)
    assert receipts.derived("form-1") == code != receipts.derived("form-2")


# Who is told


def test_intake_is_told_that_something_waits_and_nobody_else():
    first, second = office.appointed(CaseRole.INTAKE), office.appointed(CaseRole.INTAKE)
    office.appointed(CaseRole.REGISTRAR)
    office.appointed(CaseRole.INVESTIGATOR)
    with clock.moved(office.at() - clock.real()):
        told()

    assert waiting() == {first.pk, second.pk}


def test_a_complaint_about_somebody_of_intake_never_reaches_them():
    respondent, other = office.appointed(CaseRole.INTAKE), office.appointed(CaseRole.INTAKE)
    certificate = CertificateFactory(holder=respondent)
    with clock.moved(office.at() - clock.real()):
        case, _ = told(entry=certificate.number)

        assert case.respondent == respondent
        assert waiting() == {other.pk}


def test_whoever_declared_an_interest_in_the_coach_is_not_told():
    coach, related, other = UserFactory(), office.appointed(CaseRole.INTAKE), office.appointed(CaseRole.INTAKE)
    Interest.objects.create(person=related, about=coach, kind=ConflictKind.SUPERVISION.value, declared_on=office.TODAY, recorded_by=related)
    certificate = CertificateFactory(holder=coach)
    with clock.moved(office.at() - clock.real()):
        told(entry=certificate.number)

    assert waiting() == {other.pk}


def test_where_nobody_of_intake_may_take_it_the_registrar_is_told():
    respondent, registrar = office.appointed(CaseRole.INTAKE), office.appointed(CaseRole.REGISTRAR)
    certificate = CertificateFactory(holder=respondent)
    with clock.moved(office.at() - clock.real()):
        told(entry=certificate.number)

    assert waiting() == {registrar.pk}


# Typed in


def test_intake_types_in_what_came_by_phone_without_a_trap_and_at_any_pace():
    texts.texts()
    officer = office.appointed(CaseRole.INTAKE)
    case, _ = intake.submit(answers(), source=Source.PHONE, at=office.NOON, by=officer, sending=Sending(seconds=0))

    assert case.source == Source.PHONE.value
    assert Step.objects.get(case=case).made_by == officer


def test_nobody_else_types_a_complaint_in():
    texts.texts()
    with pytest.raises(StepRefused, match="appointed to intake"):
        intake.submit(answers(), source=Source.PHONE, at=office.NOON, by=office.appointed(CaseRole.REGISTRAR))

    assert not Case.objects.exists()


# With the code


def test_a_message_is_sealed_and_tells_intake_that_something_waits():
    officer = office.appointed(CaseRole.INTAKE)
    with clock.moved(office.at() - clock.real()):
        case, _ = told()
        OutboxMessage.objects.all().delete()
        letter = intake.write(receipt_of(case), "It happened again, by the old lighthouse.", at=clock.now())

    assert papers.read_for_machine(list(case.papers.filter(of=letter.uid))) == ["It happened again, by the old lighthouse."]
    assert waiting() == {officer.pk}


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 20_001])
def test_no_words_and_too_many_are_refused_with_the_way_to_mend_it(words):
    case, _ = told()
    with pytest.raises(StepRefused):
        intake.write(receipt_of(case), words, at=clock.now())

    assert not case.letters.exists()


def test_an_address_that_was_taken_back_is_written_to_no_more():
    case, _ = told()
    assert address_of(case) == CANARIES["mail"]

    intake.change_mail(receipt_of(case), "")

    assert address_of(case) == ""
    assert intake.contact_of(case)["name"] == CANARIES["name"]


def test_a_wish_to_stop_stands_once_and_says_whether_somebody_pressed():
    case, _ = told()
    first = intake.ask_to_withdraw(receipt_of(case), "", pressed=True, at=clock.now())
    second = intake.ask_to_withdraw(receipt_of(case), "please", pressed=False, at=clock.now() + timedelta(hours=1))

    assert first == second
    assert Step.objects.filter(case=case, name="withdraw", asked=True).count() == 1
    assert first.values["pressed"] is True
    assert Case.objects.get(pk=case.pk).where is State.SUBMITTED


def test_a_wish_to_stop_without_an_answer_to_the_question_is_refused():
    case, _ = told()
    with pytest.raises(StepRefused, match="press"):
        intake.ask_to_withdraw(receipt_of(case), "", pressed=None, at=clock.now())
