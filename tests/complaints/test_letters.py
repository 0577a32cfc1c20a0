"""Every letter, for each party that gets it: whole, with its days and the next door, and nothing that belongs to the other side."""

import io
import json
import logging
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.template import engines
from django.utils.formats import date_format

from audit import clock
from cms import loading
from complaints import crypto, gathering, letters, outcomes, papers, receipts, running, wording
from complaints.facts import Bar, ClockName, InterimState, LetterCode, PaperKind, Party, Seat
from complaints.models import Allegation, Assignment, Decision, Evidence, InterimOrder, Letter, Obligation, Proven, Step, Unmasking
from complaints.rules.gathered import ReinstatementFact
from complaints.states import TRANSITIONS
from complaints.states import step as step_named
from outbox.models import OutboxMessage
from tests.complaints.office import NOON, TODAY, case
from tests.factories import cms as texts
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
C, R = Party.COMPLAINANT, Party.RESPONDENT

THEIRS = {
    "name": "Hollis Umberquist",
    "mail": "umberquist@canary.example.org",
    "phone": "+1 555 0173 846",
    "file": "diary-of-the-orchard.txt",
}
COACHS_MAIL = "coach-wrenfeather@canary.example.org"
REASON = "The record of May shows it well enough for two readers."
LEAKY = f"{REASON} Umberquist of {THEIRS['mail']}, {THEIRS['phone']}, sent {THEIRS['file']}; the coach wrote from {COACHS_MAIL}."
PANEL_REASONS = "The panel believed the second witness, whose mother was ill."
SAYS = "The coach ended the work without a word."
CANARIES = [*THEIRS.values(), "Hollis", "Umberquist", "UMBERQUIST"]

# What is filled in for a step, beside the reason; what stands in its letters beside the days.
FILLED = {
    "ask_info": {"questions": ("When did it begin?", "Who else was there?")},
    "serve_notice": {"particulars": f"On three days in spring no session was held. {LEAKY}"},
    "no_case": {"advice": "Write down what was agreed."},
    "file_appeal": {"appellant": "respondent"},
    "substitute": {"outcome": "O6"},
    "excuse": {"new_date": TODAY + timedelta(days=40)},
    "unmask": {"level": "confidential"},
    "review": {"result": "goes_on"},
    "grant": {"supervised_from": TODAY + timedelta(days=3)},
}
DATED = {
    LetterCode.RECEIVED: ("triage",),
    LetterCode.QUESTIONS: ("info",),
    LetterCode.DISMISSED: ("dismissal_window",),
    LetterCode.CLOSING_OVERTURNED: ("case_review",),
    LetterCode.ADMITTED: ("notice",),
    LetterCode.NOTICE: ("response",),
    LetterCode.RESPONSE_RECEIVED: ("investigation",),
    LetterCode.RESPONSE_THANKS: ("investigation",),
    LetterCode.NO_CASE: ("dismissal_window",),
    LetterCode.REFERRED: ("panel", "hearing"),
    LetterCode.PANEL_NAMES: ("challenge", "hearing"),
    LetterCode.APPEAL_OPENED: ("appeal",),
    LetterCode.OVERDUE: ("breach",),
    LetterCode.REOPENED: ("triage",),
    LetterCode.APPLICATION_RECEIVED: ("referral",),
}
NEXT_DOOR = {
    (LetterCode.RECEIVED, C): "add them whenever it suits you",
    (LetterCode.QUESTIONS, C): "open the follow-up page",
    (LetterCode.DISMISSED, C): "Ask for a review",
    (LetterCode.CLOSING_UPHELD, C): "the police or a court",
    (LetterCode.CLOSING_OVERTURNED, C): "write it here",
    (LetterCode.ADMITTED, C): "ask us to stop",
    (LetterCode.NOTICE, R): "How to answer: log in and open the case from Messages",
    (LetterCode.RESPONSE_RECEIVED, C): "write it here",
    (LetterCode.RESPONSE_THANKS, R): "send files and name witnesses",
    (LetterCode.PROGRESS, C): "add something at any time",
    (LetterCode.PROGRESS, R): "",
    (LetterCode.NO_CASE, C): "Ask for a review",
    (LetterCode.NO_CASE, R): "a review of this closing can be asked for",
    (LetterCode.REFERRED, C): "You may be heard if you want to be",
    (LetterCode.REFERRED, R): "you have the last word",
    (LetterCode.PANEL_NAMES, C): "You do it on the follow-up page",
    (LetterCode.PANEL_NAMES, R): "You do it in the case, from Messages",
    (LetterCode.DECISION_RESPONDENT, R): "You can appeal until",
    (LetterCode.DECISION_COMPLAINANT, C): "you can appeal, if something was not proven",
    (LetterCode.APPEAL_OPENED, C): "say what you think about the appeal",
    (LetterCode.APPEAL_OPENED, R): "say what you think about the appeal",
    (LetterCode.APPEAL_DISMISSED, C): "A court or the police are open to you",
    (LetterCode.APPEAL_DISMISSED, R): "whether a court is open to you",
    (LetterCode.APPEAL_ALLOWED, C): "",
    (LetterCode.APPEAL_ALLOWED, R): "",
    (LetterCode.DISCHARGED, R): "write to us, and somebody looks at it",
    (LetterCode.OVERDUE, R): "write to us soon what kept you",
    (LetterCode.NEW_DATE, R): "send us what shows that it is done",
    (LetterCode.WITHDRAWN, C): "If you change your mind",
    (LetterCode.WITHDRAWN, R): "You need not answer any more",
    (LetterCode.IDENTITY, C): "write to us here at once",
    (LetterCode.REOPENED, C): "Keep what could matter",
    (LetterCode.REOPENED, R): "You are heard again before anybody decides",
    (LetterCode.INTERIM_IMPOSED, R): "",
    (LetterCode.INTERIM_REFUSED, R): "you are heard again first",
    (LetterCode.INTERIM_REVIEWED, R): "you can ask at any time that two people look at it again",
    (LetterCode.APPLICATION_RECEIVED, R): "send it to us soon",
    (LetterCode.REINSTATED, R): "look at your new certificate",
    (LetterCode.NOT_REINSTATED, R): "within 30 days you can appeal",
}
ROWS = [(row.name, sent.code, sent.to) for row in TRANSITIONS for sent in row.letters] + [
    ("refer", LetterCode.PROGRESS, C), ("bundle", LetterCode.PROGRESS, R), ("reminder", LetterCode.PROGRESS, R),
]  # fmt: skip
# Days that follow from today, by step.
AHEAD = {
    "serve_notice": 3, "bundle": 14, "reminder": 50, "appoint_panel": 21, "countersign": 34, "dismiss_appeal": 34, "substitute": 34,
    "obligation_overdue": 50, "excuse": 40, "unmask": 29, "impose": 13, "impose_emergency": 13, "impose_after_decision": 33, "review": 13,
    "hear": 13, "grant": 3, "refuse_reinstatement": 33,
}  # fmt: skip
CLOCKS = {"extend_response": "response", "return_for_work": "rework", "refer": "reinstatement", "remit": "panel"}
INTERIM = {LetterCode.INTERIM_IMPOSED, LetterCode.INTERIM_REFUSED, LetterCode.INTERIM_REVIEWED}


@pytest.fixture
def lived(monkeypatch):
    """A case with everything that a letter can speak of, whose words would tell of both sides; what a template lacks is shown."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING %s")
    return live()


def live(level="confidential", outcome="O6"):
    edition = texts.texts()
    loading.load_crisis_lines()
    made = case(UserFactory(email=COACHS_MAIL), level=level, edition=edition, received_on=TODAY - timedelta(days=60))
    papers.write(made, PaperKind.CONTACT, json.dumps({key: THEIRS[key] for key in ("name", "mail", "phone")}), by=None, party=C)
    receipts.issue(made, by=None, at=NOON)
    file = Evidence(case=made, party=C.value, size=1, state="accepted", media_type="text/plain")
    file.sealed_name = crypto.seal(papers.key_of(made), THEIRS["file"], place=file.place(made.uid, "sealed_name"))
    file.save()
    charge = Allegation.objects.create(case=made, clause_id="PS-10", charged=True)
    for seat in (Seat.TAKER, Seat.CHAIR, Seat.PANEL_MEMBER, Seat.PANEL_MEMBER):
        Assignment.objects.create(
            case=made, person=UserFactory(full_name=f"{seat.value} Person"), seat=seat.value, round=1, assigned_at=NOON, attested_at=NOON
        )
    for name in ClockName:
        running.start(made, name, at=NOON, days=20 + list(ClockName).index(name))
    signed = UserFactory()
    decided = Decision(
        case=made, outcome=outcome, days=90, bar="5" if outcome == "O7" else "", months=6, public_wording=SAYS, digest="0" * 64,
        tallied_on=TODAY, chair=UserFactory(), countersigner=signed, signed_on=TODAY, served_on=TODAY + timedelta(days=3),
        window_closes_on=TODAY + timedelta(days=33),
    )  # fmt: skip
    outcomes.set_days(decided, TODAY + timedelta(days=34))
    decided.save()
    Proven.objects.create(decision=decided, allegation=charge, finding="proven")
    Obligation.objects.create(case=made, decision=decided, kind="statement", due_on=TODAY + timedelta(days=50))
    papers.write(made, PaperKind.DECISION_FULL, f"PS-10: Proven\n{PANEL_REASONS} {LEAKY}", by=None, party=R, of=decided.uid)
    last = TODAY + timedelta(days=13)
    InterimOrder.objects.create(
        case=made, state=InterimState.IN_FORCE.value, first_day=TODAY, last_day=last, next_review_on=last, heard_on=TODAY
    )
    return made


def compose(made, name, code, to, **more):
    revoked = ReinstatementFact(revoked_on=date(2020, 1, 1), bar=Bar.FIVE_YEARS)
    facts = replace(gathering.facts(made, on=TODAY, values={}, wants=""), reinstatement=revoked)
    about = {"about": name} if name in {"bundle", "reminder"} else {}
    row, values = None, about
    if not about:
        reasons = step_named(name).reasons
        taker = made.assignments.get(seat=Seat.TAKER.value).person
        values = {"reason": reasons[0].code, "reason_text": LEAKY, **FILLED.get(name, {}), **more}
        row = Step.objects.create(
            case=made,
            machine=step_named(name).machine.value,
            name=name,
            version=1,
            made_by=taker,
            before="TRIAGE",
            after="TRIAGE",
            taken_at=NOON,
        )
        Unmasking.objects.create(case=made, step=row, person=taker, level="open", first_day=TODAY, last_day=TODAY + timedelta(days=29))
    return wording.compose(made, code, to, row=row, values=values, facts=facts, at=NOON)


def day(on):
    return date_format(on, "F j, Y")


def due(made, name):
    return day(clock.day_of(made.clocks.get(name=name).due_at))


def test_the_table_of_this_test_knows_every_letter_of_the_table_of_steps():
    assert {(code, to) for _, code, to in ROWS} == set(NEXT_DOOR)
    assert {code for _, code, _ in ROWS} == set(LetterCode)


@pytest.mark.parametrize(("name", "code", "to"), ROWS)
def test_each_letter_is_whole_has_its_days_and_the_next_door(lived, name, code, to):
    text = compose(lived, name, code, to)

    assert not re.search(r"MISSING|None|True|False|\{[{%]|%\}|\}\}|\n\n\n|  |\(\)| [.,;:]|::| $", text, re.MULTILINE), text
    assert not re.search(r"\b(by|until|since|from) ?[.,:;]|: *$(?!\n\n\S)", text, re.MULTILINE), text
    assert lived.number in text
    assert day(TODAY) in text
    assert NEXT_DOOR[code, to] in text
    for clock_name in DATED.get(code, ()):
        assert due(lived, clock_name) in text
    assert "may help you" in text
    assert ("/my/messages/" if to is R else "/complaints/follow-up/") in text
    assert "988" in text
    assert re.search(r"\b(threaten|Punishing)", text)


@pytest.mark.parametrize(("name", "code", "to"), [row for row in ROWS if row[0] in AHEAD.keys() | CLOCKS.keys()])
def test_each_letter_says_until_which_day(lived, name, code, to):
    text = compose(lived, name, code, to)

    wanted = day(TODAY + timedelta(days=AHEAD[name])) if name in AHEAD else due(lived, CLOCKS[name])
    assert wanted in text


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, code, to in ROWS if to is R])
@pytest.mark.parametrize("level", ["anonymous", "confidential"])
def test_no_letter_to_the_coach_tells_of_whoever_complained(name, code, level):
    made = live(level=level)

    text = compose(made, name, code, R)

    assert [word for word in [*CANARIES, level, str(made.received_on), day(made.received_on)] if word in text] == []
    assert not re.search(r"\d:\d\d", text.replace("http://", ""))


def test_letters_to_the_coach_do_not_differ_by_level(lived):
    before = compose(lived, "refer_panel", LetterCode.REFERRED, R)
    lived.level = "anonymous"

    assert compose(lived, "refer_panel", LetterCode.REFERRED, R) == before


def test_where_the_level_is_open_the_name_stays_and_the_address_does_not():
    made = live(level="open")

    text = compose(made, "serve_notice", LetterCode.NOTICE, R)

    assert "Umberquist of" in text
    assert [word for word in (THEIRS["mail"], THEIRS["phone"], THEIRS["file"]) if word in text] == []


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, code, to in ROWS if to is C])
def test_no_letter_to_whoever_complained_has_the_address_of_the_coach(lived, name, code):
    assert COACHS_MAIL not in compose(lived, name, code, C)


def test_the_notice_has_the_clause_as_it_was_worded_then_and_the_edition(lived):
    text = compose(lived, "serve_notice", LetterCode.NOTICE, R)

    worded = lived.edition.wordings.get(clause_id="PS-10").body
    assert worded in text
    assert lived.edition.name in text
    assert f"in force since {day(lived.edition.in_force_on)}" in text
    assert "silence admits nothing" in text


def test_the_coach_gets_the_reasons_and_whoever_complained_the_outcome(lived):
    coach = compose(lived, "countersign", LetterCode.DECISION_RESPONDENT, R)
    other = compose(lived, "countersign", LetterCode.DECISION_COMPLAINANT, C)

    assert PANEL_REASONS in coach
    assert not [word for word in (PANEL_REASONS, REASON, "mother") if word in other]
    for text in (coach, other):
        assert "A suspension" in text
        assert "PS-10" in text
        assert ": proven: it is more likely than not" in text
        assert day(TODAY + timedelta(days=33)) in text
        assert day(TODAY + timedelta(days=34)) in text


@pytest.mark.parametrize("outcome", ["O6", "O7"])
def test_who_is_suspended_or_revoked_owes_clients_a_word_and_lays_the_mark_down(outcome):
    text = compose(live(outcome=outcome), "countersign", LetterCode.DECISION_RESPONDENT, R)

    assert "refer them to another coach" in text
    assert "may not use our mark" in text


@pytest.mark.parametrize("outcome", ["O0", "O1", "O2", "O3", "O4", "O5", "O7"])
@pytest.mark.parametrize(("code", "to"), [(LetterCode.DECISION_RESPONDENT, R), (LetterCode.DECISION_COMPLAINANT, C)])
def test_every_outcome_has_words(outcome, code, to):
    text = compose(live(outcome=outcome), "countersign", code, to)

    assert not re.search(r"None|\n\n\n|  | [.,]", text), text
    assert wording.OUTCOMES[outcome] in text


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, code, _ in ROWS if code in INTERIM])
def test_an_interim_letter_says_that_no_finding_was_made(lived, name, code):
    text = compose(lived, name, code, R).lower()

    assert re.search(r"no finding (was )?made", text)
    if code is not LetterCode.INTERIM_REFUSED:
        assert "refer them to another coach" in text
        assert day(TODAY + timedelta(days=13)).lower() in text


def test_an_order_that_is_lifted_says_so(lived):
    text = compose(lived, "review", LetterCode.INTERIM_REVIEWED, R, result="lifted")

    assert "It is lifted today" in text
    assert "refer them" not in text


@pytest.mark.parametrize("reason", [choice.code for choice in step_named("dismiss").reasons])
def test_a_dismissal_names_its_reason_and_the_next_door(lived, reason):
    text = compose(lived, "dismiss", LetterCode.DISMISSED, C, reason=reason)

    why, door = wording.DISMISSED[reason]
    assert why in text
    assert door in text
    assert REASON in text
    assert "PS-10" in text


def test_staff_sign_as_a_number_and_the_panel_by_name(lived):
    notice = compose(lived, "serve_notice", LetterCode.NOTICE, R)
    names = compose(lived, "appoint_panel", LetterCode.PANEL_NAMES, R)

    assert "Ethics Office, officer 1" in notice
    assert "Person" not in notice
    assert "chair Person, who chairs" in names


def test_a_reminder_of_questions_says_that_it_is_one(lived):
    row = Step.objects.create(
        case=lived, machine="case", name="ask_info", version=1, before="TRIAGE", after="TRIAGE", taken_at=NOON - timedelta(days=7)
    )
    facts = gathering.facts(lived, on=TODAY, values={}, wants="")
    values = {"questions": ("When did it begin?",)}

    text = wording.compose(lived, LetterCode.QUESTIONS, C, row=row, values=values, facts=facts, at=NOON)

    assert "This is a reminder" in text
    assert "1. When did it begin?" in text


@pytest.mark.parametrize(("code", "to", "name"), [(LetterCode.NO_CASE, R, "no_case"), (LetterCode.DISMISSED, C, "dismiss")])
def test_nothing_of_a_letter_stands_outside_its_paper(lived, code, to, name):
    page, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(page)
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    facts = gathering.facts(lived, on=TODAY, values={}, wants="")
    row = Step.objects.create(case=lived, machine="case", name=name, version=1, before="TRIAGE", after="TRIAGE", taken_at=NOON)
    values = {"reason": step_named(name).reasons[0].code, "reason_text": LEAKY}
    try:
        letter = letters.post(lived, code, to, row=row, values=values, facts=facts, at=NOON)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

    (words,) = papers.read_for_machine([lived.papers.get(of=letter.uid)])
    assert REASON in words
    rows = []
    with connection.cursor() as cursor:
        for table in ("complaints_letter", "complaints_paper", "outbox_outboxmessage", "audit_entry", "accounts_message"):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell) for row in cursor for cell in row]
    text = " ".join([page.getvalue(), *rows])
    assert [word for word in (REASON, *CANARIES, COACHS_MAIL) if word in text.replace(repr(lived.respondent.email), "")] == []
    assert OutboxMessage.objects.exists()
    assert Letter.objects.get().code == code
