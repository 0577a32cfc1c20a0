"""The words of a case as one person reads them: what their seat opens, on the record, and no name that is not theirs to know."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from accounts.models import User
from complaints import letters, papers, spelling
from complaints.facts import EvidenceState, LetterCode, Level, PaperKind, Party, Seat
from complaints.models import Case, Evidence, Letter, Paper, Step, Unmasking
from complaints.rules import sight
from complaints.states import step as step_named

TITLES = {
    PaperKind.NARRATIVE: "What was told",
    PaperKind.ANSWERS: "What else was answered",
    PaperKind.PARTICULARS: "Particulars",
    PaperKind.FACT_SHEET: "Facts found",
    PaperKind.REPORT: "Report",
    PaperKind.RISK: "Risk",
    PaperKind.RESPONSE: "Answer of the coach",
    PaperKind.DECISION_FULL: "Decision",
    PaperKind.DECISION_REDACTED: "Decision, for the person who complained",
    PaperKind.APPEAL: "Appeal",
    PaperKind.NOTE: "Your note",
}
SAID = {
    "coach": "The coach, as written",
    "when_words": "When",
    "not_sure": "Not sure who it was",
    "minor": "Somebody under 18",
    "danger": "Somebody in danger",
}
CONTACT = {"name": "Name", "mail": "E-mail", "phone": "Phone"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper with its words."""

    title: str
    on: date
    words: str
    letter: Letter | None = None


@dataclass(slots=True)
class Reading:
    """All that one person reads of a case at a time. `name`: who complained, None where it is not theirs to know."""

    papers: list[Sheet] = field(default_factory=list)
    thread: list[Sheet] = field(default_factory=list)
    steps: dict[UUID, str] = field(default_factory=dict)
    name: str | None = None
    contact: list[tuple[str, str]] = field(default_factory=list)
    is_masked: bool = False


def read(case: Case, seat: Seat, *, by: User, on: date) -> Reading:
    """Everything that a seat reads, for whoever has it and attested (complaints.access): one entry in the ledger, first.

    Raises papers.Erased, crypto.Unopened and crypto.LostKey.
    """
    sheets = [one for one in case.papers.order_by("pk") if _is_open(one, seat, by)]
    steps = {row.uid: row for row in case.steps.exclude(taken_at=None).filter(name__in=sight.WORDS_OF)}
    sheets = [one for one in sheets if one.kind != PaperKind.STEP_VALUES.value or one.of in steps]
    texts = papers.read_all(sheets, by=by, why=sight.WHY[seat])
    contact = _contact(case)
    told = Unmasking.objects.filter(case=case, person=by, first_day__lte=on, last_day__gte=on).exists()
    knows = sight.knows_name(seat, Level(case.level), told=told)
    names = [] if knows else spelling.names_in(json.dumps(contact))
    found = Reading(is_masked=bool(names), name=contact.get("name", "") if knows else None)
    sent = {row.uid: row for row in Letter.objects.filter(case=case)}
    for one, text in zip(sheets, texts, strict=True):
        _put(found, one, sight.masked(text, names), sent, steps)
    found.thread.reverse()
    return found


def _is_open(one: Paper, seat: Seat, by: User) -> bool:
    kind = PaperKind(one.kind)
    return one.made_by_id == by.pk if kind is PaperKind.NOTE else sight.reads(seat, kind)


def _put(found: Reading, one: Paper, text: str, sent: dict[UUID, Letter], steps: dict[UUID, Step]) -> None:
    kind = PaperKind(one.kind)
    if kind is PaperKind.CONTACT:
        found.contact = [(label, told[key]) for key, label in CONTACT.items() if (told := json.loads(text)) and told.get(key)]
    elif kind is PaperKind.LETTER and one.of in sent:
        letter = sent[one.of]
        found.thread.append(Sheet(LetterCode(letter.code).label if letter.code else "A message", letter.posted_on, text, letter))
    elif kind is PaperKind.STEP_VALUES and one.of:
        row = steps[one.of]
        step = step_named(row.name)
        found.steps[row.uid] = letters.as_read(step, spelling.together(step, row.values, spelling.unfolded(text)))
    elif kind is PaperKind.ANSWERS:
        found.papers.append(Sheet(TITLES[kind], one.made_at.date(), _answers(text)))
    elif kind in TITLES:
        found.papers.append(Sheet(_title(kind, one), one.made_at.date(), text))


def _title(kind: PaperKind, one: Paper) -> str:
    if kind is PaperKind.PARTICULARS and one.party == Party.RESPONDENT.value:
        return "Particulars, as the coach has them"
    return TITLES[kind]


def _answers(text: str) -> str:
    told = json.loads(text)
    return "\n".join(f"{SAID.get(key, key)}: {'yes' if value is True else value}" for key, value in told.items() if value)


def _contact(case: Case) -> dict[str, str]:
    """Who complained, for what is blacked out and for who may know: the newest that was told. Shown only as `read` allows."""
    rows = list(case.papers.filter(kind=PaperKind.CONTACT.value).order_by("pk"))
    told: dict[str, str] = {}
    for text in papers.read_for_machine(rows[-1:]):
        told = json.loads(text)
    return told


def files(case: Case, seat: Seat) -> Iterable[Evidence]:
    """The files whose copies a seat may have."""
    if not sight.reads_copies(seat):
        return []
    return case.evidence.filter(state=EvidenceState.ACCEPTED.value).order_by("pk")
