"""Complaints as they come in: sent by whoever complains, or typed in by intake; and what whoever complained does later with the code.

The story goes in sealed. What stands in clear is what no word of it can be told from: days, codes of a list, the clauses. Steps that
somebody without an account takes go through complaints/machine.py like all others.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from audit import clock, log
from certification.models import Certificate
from cms.models import Clause, Edition
from complaints import actions, evidence, machine, options, papers, pool, receipts, running
from complaints.facts import Actor, CaseRole, Level, Machine, PaperKind, Party, Relation, Seat, Source, State
from complaints.machine import StepRefused
from complaints.models import Allegation, Appointment, Assignment, Case, Evidence, Letter, Receipt, Step
from complaints.rules.gathered import CaseFacts, Sending
from complaints.rules.guards import against
from complaints.states import step
from outbox import queue as outbox

Answers = Mapping[str, Any]
TYPED_IN = (Source.PHONE, Source.POST)
WORDS_MOST = 20_000  # characters of one message
CONTACT = ("name", "mail", "phone")
NOT_INTAKE = "Only somebody who is appointed to intake types a complaint in."
EMPTY = "Write a few words first."
TOO_LONG = f"This is longer than {WORDS_MOST:,} characters. Please send the most important part, and the rest in a second message."


def submit(
    answers: Answers, *, source: Source, at: datetime, by: User | None = None, code: str | None = None, sending: Sending | None = None
) -> tuple[Case, str]:
    """Take a complaint in (T01), and answer it with the code that opens it, shown once.

    `answers`: cleaned data of the forms in complaints/forms.py, together. `by`: the person of intake who types it in, None on the web.
    `code`: the one that this form becomes (receipts.derived); sent again, by a double click for instance, it answers the case that is
    there. Raises StepRefused with every reason, and nothing is half-written.
    """
    code = code or receipts.make()
    if (known := _known(code)) is not None:
        return known, code
    on = clock.day_of(at)
    if by is not None and not Appointment.objects.in_force(on=on).filter(person=by, role=CaseRole.INTAKE.value).exists():
        raise StepRefused([NOT_INTAKE])
    values = _values(answers)
    facts = CaseFacts(
        state=None, by=by.pk if by else None, hand=CaseRole.INTAKE if by else Actor.COMPLAINANT, sending=sending, danger=values["danger"]
    )
    if reasons := against("submit", facts, values, on=on):
        raise StepRefused(reasons)
    try:
        with transaction.atomic():
            case = _case(values, answers, source=source, on=on)
            receipts.issue(case, by=by, at=at, code=code)
            _seal(case, answers, by=by)
            _allege(case, values["options"])
            _note(case, facts, by=by, at=at)
            _tell_intake(case, on=on)
    except IntegrityError:
        # The same form, sent at the same instant: its code is there now, with the case of whoever came first.
        if (known := _known(code)) is None:
            raise
        return known, code
    return case, code


def is_there(code: str) -> bool:
    """Whether a complaint came in under this code, whatever became of it."""
    return _known(code) is not None


def _known(code: str) -> Case | None:
    receipt = receipts.ever(code)
    return receipt.case if receipt else None


def _values(answers: Answers) -> dict[str, Any]:
    """What the guards are told, by the names of the table."""
    given = {
        name: answers.get(name) for name in ("coach", "entry", "narrative", "conduct_from", "conduct_until", "relation", "level", "mail")
    }
    yes = {name: answers.get(name) == "yes" for name in ("danger", "wants_updates", "consents_to_naming")}
    ticked = tuple(answers.get("options") or ())
    return {**given, **yes, "options": ticked, "not_sure": bool(answers.get("not_sure")), "truth": bool(answers.get("truth"))}


def _case(values: Answers, answers: Answers, *, source: Source, on: date) -> Case:
    entry = values["entry"]
    certificate = Certificate.objects.filter(number=entry).first() if entry else None
    first, last = values["conduct_from"], values["conduct_until"]
    happened = first or last or on
    ticked = [options.BY_CODE[code] for code in values["options"] if code in options.BY_CODE]
    return Case.objects.create(
        state=State.SUBMITTED.value,
        source=source.value,
        level=Level(values["level"]).value,
        relation=Relation(values["relation"]).value,
        respondent=certificate.holder if certificate else None,
        edition=Edition.objects.in_force(on=happened).filter(text="code").first(),
        conduct_from=first or last,
        conduct_until=last if first else None,
        received_on=on,
        danger=values["danger"],
        abuse=answers.get("minor") == "yes" or any(option.report for option in ticked),
        wants_updates=values["wants_updates"],
        consents_to_naming=values["consents_to_naming"],
    )


def _seal(case: Case, answers: Answers, *, by: User | None) -> None:
    """The story, how to reach the person, and what else was answered in words: a paper each, under the key of the case."""
    contact = {name: answers.get(name) or "" for name in CONTACT}
    rest = {name: answers.get(name) or "" for name in ("coach", "entry", "when_words", "minor", "danger")}
    _write(case, PaperKind.NARRATIVE, (answers.get("narrative") or "").strip(), by=by)
    _write(case, PaperKind.CONTACT, json.dumps(contact), by=by)
    _write(case, PaperKind.ANSWERS, json.dumps({**rest, "not_sure": bool(answers.get("not_sure"))}), by=by)


def _write(case: Case, kind: PaperKind, text: str, *, by: User | None) -> None:
    papers.write(case, kind, text, by=by, party=Party.COMPLAINANT)


def _allege(case: Case, ticked: Iterable[str]) -> None:
    there = set(Clause.objects.filter(pk__in=[option.clause for option in options.OPTIONS]).values_list("pk", flat=True))
    chosen = [options.BY_CODE[code] for code in dict.fromkeys(ticked) if code in options.BY_CODE]
    Allegation.objects.bulk_create(
        Allegation(case=case, clause_id=option.clause if option.clause in there else None, option=option.code) for option in chosen
    )


def _note(case: Case, facts: CaseFacts, *, by: User | None, at: datetime) -> None:
    """The first step of the case, its clocks, and an entry without a word of it."""
    row = Step.objects.create(
        case=case,
        machine=Machine.CASE.value,
        name="submit",
        before="",
        after=State.SUBMITTED.value,
        version=case.version,
        values={"reason": "submitted"},
        made_by=by,
        made_at=at,
        taken_at=at,
    )
    running.moved(case, step("submit"), facts, after=State.SUBMITTED, at=at)
    log.record(actions.STEP_TAKEN, case, by=by, step="submit", uid=row.uid, before="", after=State.SUBMITTED.value, version=case.version)


# Who is told that something waits


def _tell_intake(case: Case, *, on: date) -> None:
    """A line to those of intake who may take the case; where nobody of them may, to the registrars who may. Nobody else learns of it."""
    for seat in (Seat.TAKER, Seat.REGISTRAR):
        if free := [one.key for one in pool.free_for(case, seat, on=on)]:
            _tell(case, free, of=f"{case.uid}")
            return


def _tell_workers(case: Case, *, of: str, on: date) -> None:
    """A line to whoever works on the case now; where nobody does yet, to intake."""
    seats = [seat.value for seat in (Seat.TAKER, Seat.INVESTIGATOR)]
    found = list(Assignment.objects.open().filter(case=case, seat__in=seats).values_list("person", flat=True))
    if found:
        _tell(case, found, of=of)
    else:
        _tell_intake(case, on=on)


def _tell(case: Case, people: Iterable[int], *, of: str) -> None:
    for person in people:
        outbox.put("complaints.case_waits", f"{case.uid}:{person}", key=f"case_waits:{of}:{person}")


# With the code


def write(receipt: Receipt, words: str, *, at: datetime) -> Letter:
    """A message of whoever complained to the office. Raises StepRefused for none or too many words, and papers.Erased."""
    words = words.strip()
    if reasons := _against_words(words):
        raise StepRefused(reasons)
    case = receipt.case
    with transaction.atomic():
        letter = Letter.objects.create(case=case, written_by=Party.COMPLAINANT.value, to=Party.OFFICE.value, posted_on=clock.day_of(at))
        papers.write(case, PaperKind.LETTER, words, by=None, party=Party.COMPLAINANT, of=letter.uid)
        log.record(actions.MESSAGE_WRITTEN, case, by=None, letter=letter.uid)
        _tell_workers(case, of=str(letter.uid), on=clock.day_of(at))
    return letter


def answer(receipt: Receipt, words: str, *, version: int, at: datetime) -> Step:
    """Answer the questions of intake (T06). The answer stands in the thread, too. Raises StepRefused."""
    case = receipt.case
    with transaction.atomic():
        taken = machine.apply("answer", case, values={"answer": words.strip()}, version=version, acting=Actor.COMPLAINANT, at=at)
        write(receipt, words, at=at)
    return taken


def ask_review(receipt: Receipt, words: str, *, version: int, at: datetime) -> Step:
    """Ask that somebody else looks at a closing (T11). Raises StepRefused."""
    return _with_words("ask_dismissal_review", receipt, {"words": words.strip()}, version=version, at=at)


def challenge(receipt: Receipt, member: int | None, words: str, *, version: int, at: datetime) -> Step:
    """Say that a member of the panel should not sit (T29). Raises StepRefused."""
    return _with_words("challenge_member", receipt, {"member": member, "words": words.strip()}, version=version, at=at)


def _with_words(name: str, receipt: Receipt, values: dict[str, Any], *, version: int, at: datetime) -> Step:
    with transaction.atomic():
        taken = machine.apply(name, receipt.case, values=values, version=version, acting=Actor.COMPLAINANT, at=at)
        _tell_workers(receipt.case, of=str(taken.uid), on=clock.day_of(at))
    return taken


def ask_to_withdraw(receipt: Receipt, words: str, *, pressed: bool | None, at: datetime) -> Step:
    """Ask the office to stop (T51); they answer. Asked twice it stands once. Raises StepRefused."""
    values = {"pressed": pressed, "words": words.strip()}
    with transaction.atomic():
        asked = machine.ask("withdraw", receipt.case, values=values, acting=Actor.COMPLAINANT, at=at)
        _tell_workers(receipt.case, of=str(asked.uid), on=clock.day_of(at))
    return asked


def add_files(receipt: Receipt, files: Iterable[evidence.Sent], *, at: datetime) -> list[Evidence]:
    """Files of whoever complained; each that is refused refuses itself alone. Raises papers.Erased."""
    rows = evidence.receive(receipt.case, files, party=Party.COMPLAINANT, by=None)
    kept = [row for row in rows if not row.refused_for]
    if kept:
        _tell_workers(receipt.case, of=str(kept[0].uid), on=clock.day_of(at))
    return rows


def contact_of(case: Case) -> dict[str, str]:
    """How to reach whoever complained, as they said last; for the system itself. Raises papers.Erased."""
    paper = case.papers.filter(kind=PaperKind.CONTACT.value).order_by("pk").last()
    told = json.loads(papers.read_for_machine([paper])[0]) if paper else {}
    return {name: str(told.get(name) or "") for name in CONTACT}


def change_mail(receipt: Receipt, mail: str) -> None:
    """From now on the line "a message waits" goes to this address, or with "" to none. Raises papers.Erased."""
    case = receipt.case
    with transaction.atomic():
        _write(case, PaperKind.CONTACT, json.dumps({**contact_of(case), "mail": mail}), by=None)
        log.record(actions.CONTACT_CHANGED, case, by=None)


def _against_words(words: str) -> list[str]:
    if not words:
        return [EMPTY]
    return [TOO_LONG] if len(words) > WORDS_MOST else []
